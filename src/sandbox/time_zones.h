#pragma once

// The time zones of the system (package tzdata). Workers may not open files, so
// prepare_time_zones() reads all of them before, once, in the process that workers are forked from:
// some 20 ms and 2 MB that all workers share.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swiftgrid::sandbox {

void prepare_time_zones();

// Sorted; empty where the system has no zone files.
std::vector<std::string> time_zone_names();

// The system's zone files say what is decided, and rules for later only in a form that is not read:
// what lies beyond is not known.
constexpr std::chrono::sys_days time_zones_end = std::chrono::year{2037} / 12 / 31;

struct ZoneOffset {
    std::int64_t seconds = 0;
    std::string abbreviation;  // "CEST"
};

// Nothing for a zone that does not exist.
std::optional<ZoneOffset> zone_offset(std::string_view name, std::int64_t unix_seconds);

}  // namespace swiftgrid::sandbox
