#include "sandbox/time_zones.h"

#include <algorithm>
#include <exception>

#include <date/tz.h>

namespace swiftgrid::sandbox {
namespace {

date::sys_seconds instant_of(std::int64_t unix_seconds) {
    return date::sys_seconds{std::chrono::seconds{unix_seconds}};
}

// The library throws where there are no zone files at all.
const date::tzdb* database() {
    try {
        return &date::get_tzdb();
    } catch (const std::exception&) {
        return nullptr;
    }
}

const date::time_zone* find(std::string_view name) {
    const date::tzdb* const zones = database();
    if (zones == nullptr) return nullptr;
    const auto found = std::ranges::lower_bound(zones->zones, name, {}, &date::time_zone::name);
    return found != zones->zones.end() && found->name() == name ? &*found : nullptr;
}

}  // namespace

void prepare_time_zones() {
    // The first question to a zone reads its file.
    for (const std::string& name : time_zone_names()) zone_offset(name, 0);
}

std::vector<std::string> time_zone_names() {
    std::vector<std::string> names;
    if (const date::tzdb* const zones = database()) {
        for (const date::time_zone& zone : zones->zones) names.push_back(zone.name());
    }
    return names;
}

std::optional<ZoneOffset> zone_offset(std::string_view name, std::int64_t unix_seconds) {
    const date::time_zone* const zone = find(name);
    if (zone == nullptr) return std::nullopt;
    try {
        const date::sys_info info = zone->get_info(instant_of(unix_seconds));
        return ZoneOffset{info.offset.count(), info.abbrev};
    } catch (const std::exception&) {
        return std::nullopt;  // a file that is none of a zone
    }
}

}  // namespace swiftgrid::sandbox
