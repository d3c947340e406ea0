#pragma once

// The limits of metrics, traces and logs, with their units and reasons. They bound what watching a
// server may cost it; base/limits.h has those of the server itself.

#include <cstddef>
#include <cstdint>

namespace swiftgrid::limits {

// Metrics. Series that one metric has at most where people choose the values of a label, such as
// the name of a model: what comes later is counted as `other`.
constexpr std::size_t metric_series = 200;
// Flows that may be asked to be told apart.
constexpr std::size_t metric_flows_max = 1'000;
constexpr std::size_t metric_node_types = 64;

// Traces. Spans that wait to be sent, about 1 KB each; beyond it they are dropped and counted.
constexpr std::size_t trace_spans_waiting = 16'384;
constexpr std::size_t trace_spans_per_request = 512;
constexpr std::int64_t trace_delay_ms = 5'000;
constexpr std::int64_t trace_request_ms = 10'000;
constexpr std::size_t trace_response_bytes = 64 * 1024;
// A collector that does not answer is asked so often for one portion, with growing pauses.
constexpr std::size_t trace_attempts = 6;
constexpr std::int64_t trace_retry_ms = 1'000;
constexpr std::int64_t trace_retry_ms_max = 30'000;
// Of one attribute, such as a URL or a message.
constexpr std::size_t trace_attribute_bytes = 1'024;
// What is sent before the process ends.
constexpr std::int64_t trace_flush_ms = 2'000;

// Logs. Lines about runs in a second; the rest is counted in the next line.
constexpr std::int64_t log_run_lines_per_second = 20;
constexpr std::size_t log_value_bytes = 2'048;

}  // namespace swiftgrid::limits
