#pragma once

// The limits of schedules, beside limits.h because few files need them.

#include <cstddef>
#include <cstdint>

namespace swiftgrid::limits {

// An expression that lists all minutes, hours, days and months by number has some 330 characters.
constexpr std::size_t cron_characters = 500;
constexpr std::size_t cron_preview_occurrences = 100;
// Occurrences that are started at the same time; the others wait, so that they refuse nobody.
constexpr std::size_t schedule_starts = 64;
// What is later than this was missed, as if the server had been down: a machine that slept, a clock
// that was set, a disk that was full.
constexpr std::int64_t schedule_late_ms = 60'000;
// Until what could not be started for want of room is tried again.
constexpr std::int64_t schedule_retry_ms = 1'000;
// What a schedule remembers of its past, and how much of that its answers show.
constexpr std::size_t schedule_history = 1'000;
constexpr std::size_t schedule_history_shown = 20;
// How far back missed occurrences are counted: a year of minutes takes a moment.
constexpr std::int64_t schedule_missed_days = 366;

}  // namespace swiftgrid::limits
