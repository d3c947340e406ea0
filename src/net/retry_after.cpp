#include "net/retry_after.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/limits.h"
#include "net/http_date.h"

namespace swiftgrid::net {
namespace {

// A decimal number, in units of so many milliseconds. A fraction is rounded up: too late is polite.
std::optional<std::int64_t> from_number(const std::string& text, double unit_ms) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (read.ec == std::errc::result_out_of_range) return limits::retry_after_ms_max;
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return std::llround(
        std::min(std::ceil(number * unit_ms), static_cast<double>(limits::retry_after_ms_max)));
}

}  // namespace

std::optional<std::int64_t> retry_after_ms(const HttpResponse& response, Instant now) {
    const std::string* exact = find_header(response.headers, "retry-after-ms");
    if (exact)
        if (const auto wait = from_number(*exact, 1)) return wait;
    const std::string* asked = find_header(response.headers, "retry-after");
    if (!asked) return std::nullopt;
    if (const auto wait = from_number(*asked, 1'000)) return wait;
    const auto until = parse_http_date(*asked);
    if (!until) return std::nullopt;
    const std::string* date = find_header(response.headers, "date");
    const Instant sent = date ? parse_http_date(*date).value_or(now) : now;
    return std::clamp<std::int64_t>((*until - sent).milliseconds, 0, limits::retry_after_ms_max);
}

}  // namespace swiftgrid::net
