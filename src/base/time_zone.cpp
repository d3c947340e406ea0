#include "base/time_zone.h"

#include <chrono>
#include <exception>

#include <date/tz.h>

namespace swiftgrid {
namespace {

constexpr std::int64_t minute_ms = 60'000;

std::chrono::seconds seconds_of(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(
        std::chrono::milliseconds(instant.milliseconds_since_epoch));
}

Instant instant_at(date::sys_seconds at) { return {at.time_since_epoch().count() * 1'000}; }

Instant instant_at(date::local_seconds shown, std::chrono::seconds ahead_of_utc) {
    return {(shown.time_since_epoch() - ahead_of_utc).count() * 1'000};
}

// Copies of other zones, some with leap seconds, and what depends on the machine: nobody means
// them.
bool is_duplicate(std::string_view name) {
    return name.starts_with("right/") || name.starts_with("posix/") || name == "posixrules" ||
           name == "localtime" || name == "Factory";
}

Error unknown_zone(std::string_view name) {
    return {ErrorCode::invalid_document,
            "time zone: '" + std::string(name) +
                "' is not known; write an IANA name such as Europe/Berlin or UTC"};
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
    constexpr std::size_t longest_name = 64;
    if (name.empty() || name.size() > longest_name || is_duplicate(name))
        return std::unexpected(unknown_zone(name.substr(0, longest_name)));
    try {
        const date::time_zone* zone = date::locate_zone(name);
        zone->get_info(date::sys_seconds());  // reads its file
        return TimeZone(std::string(name), zone);
    } catch (const std::exception&) {
        return std::unexpected(unknown_zone(name));
    }
}

std::vector<std::string> TimeZone::names() {
    std::vector<std::string> names;
    try {
        for (const date::time_zone& zone : date::get_tzdb().zones)
            if (!is_duplicate(zone.name())) names.push_back(zone.name());
        return names;
    } catch (const std::exception&) {
        return {};  // the library throws where there are no zone files at all
    }
}

void TimeZone::prepare() {
    for (const std::string& name : names()) {
        [[maybe_unused]] const auto read = find(name);
    }
}

TimeZone::Period TimeZone::period_at(Instant instant) const {
    const date::sys_info info = zone_->get_info(date::sys_seconds(seconds_of(instant)));
    return {instant_at(info.begin), instant_at(info.end),
            Duration{std::chrono::milliseconds(info.offset).count()}, info.abbrev};
}

Instant TimeZone::first_instant_of(LocalMinute time) const {
    const date::local_seconds shown{std::chrono::minutes(time.since_epoch)};
    const date::local_info info = zone_->get_info(shown);
    if (info.result == date::local_info::nonexistent) return instant_at(info.first.end);
    return instant_at(shown, info.first.offset);
}

LocalMinute local_minute_at(Instant instant, Duration zone_offset) {
    const std::int64_t shown_ms = instant.milliseconds_since_epoch + zone_offset.milliseconds;
    return {std::chrono::floor<std::chrono::minutes>(std::chrono::milliseconds(shown_ms)).count()};
}

Instant instant_of(LocalMinute minute, Duration zone_offset) {
    return {minute.since_epoch * minute_ms - zone_offset.milliseconds};
}

}  // namespace swiftgrid
