#include "base/instant.h"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace swiftgrid {
namespace {

using std::chrono::sys_days;

bool read_digits(std::string_view& text, std::size_t count, int& value) {
    if (text.size() < count) return false;
    for (char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return false;
    }
    std::from_chars(text.data(), text.data() + count, value);
    text.remove_prefix(count);
    return true;
}

bool read_character(std::string_view& text, std::string_view allowed) {
    if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

// Reads ".123456" when present and gives its milliseconds.
bool read_fraction(std::string_view& text, int& milliseconds) {
    milliseconds = 0;
    if (text.empty() || text.front() != '.') return true;
    text.remove_prefix(1);
    int digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
        if (digits < 3) milliseconds = milliseconds * 10 + (text.front() - '0');
        ++digits;
    }
    for (int i = digits; i < 3; ++i) milliseconds *= 10;
    return digits > 0;
}

// Reads "Z" or "+02:00" and gives the offset in minutes.
bool read_offset(std::string_view& text, int& minutes) {
    minutes = 0;
    if (text == "Z" || text == "z") {
        text.remove_prefix(1);
        return true;
    }
    const bool negative = text.starts_with('-');
    int hours = 0;
    int rest = 0;
    if (!read_character(text, "+-") || !read_digits(text, 2, hours) || !read_character(text, ":") ||
        !read_digits(text, 2, rest) || hours > 23 || rest > 59)
        return false;
    minutes = (negative ? -1 : 1) * (hours * 60 + rest);
    return true;
}

}  // namespace

std::string to_rfc3339(Instant instant) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{
        std::chrono::milliseconds(instant.milliseconds_since_epoch)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

Result<Instant> parse_rfc3339(std::string_view text) {
    const std::string original(text);
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0, offset = 0;
    const bool well_formed =
        read_digits(text, 4, year) && read_character(text, "-") && read_digits(text, 2, month) &&
        read_character(text, "-") && read_digits(text, 2, day) && read_character(text, "Tt ") &&
        read_digits(text, 2, hour) && read_character(text, ":") && read_digits(text, 2, minute) &&
        read_character(text, ":") && read_digits(text, 2, second) &&
        read_fraction(text, millisecond) && read_offset(text, offset) && text.empty();
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!well_formed || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return fail(ErrorCode::bad_request,
                    fmt::format("expected a time such as 2026-11-24T15:04:05.000Z, found '{}'",
                                original.substr(0, 64)));
    const std::int64_t days = sys_days(date).time_since_epoch().count();
    const std::int64_t seconds =
        days * 86400 + hour * 3600 + (minute - offset) * 60 + std::int64_t{second};
    return Instant{seconds * 1000 + millisecond};
}

}  // namespace swiftgrid
