#pragma once

// The limits of flow tests and backtests, apart from base/limits.h as those of language models are:
// nothing else is compiled again when one of them changes.

#include <cstddef>
#include <cstdint>

namespace swiftgrid::limits {

// One document of tests.
constexpr std::size_t flow_tests = 500;
constexpr std::size_t flow_test_bytes = 4 * std::size_t{1024} * 1024;
constexpr std::size_t flow_test_name_characters = 200;
// Answers of a mock for one attempt after the other.
constexpr std::size_t flow_test_attempts = 100;
// One case or recorded run, and all of a request. The clock inside is set on, so that only scripts
// take time.
constexpr std::int64_t flow_test_ms = 10'000;
constexpr std::int64_t flow_tests_ms = 60'000;
// Requests that are worked on at the same time: each has a thread and script workers of its own.
constexpr std::size_t flow_test_jobs = 2;
constexpr std::size_t backtest_runs = 20;
constexpr std::size_t backtest_runs_max = 200;
// Nobody reads more differences of one run, or longer values in them.
constexpr std::size_t flow_test_differences = 20;
constexpr std::size_t flow_test_value_bytes = 2'000;

}  // namespace swiftgrid::limits
