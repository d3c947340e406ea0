#pragma once

// What the environment says about traces, in the names and with the defaults of OpenTelemetry.
// Nothing is sent unless an endpoint is named.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "observe/sampler.h"
#include "observe/span.h"

namespace swiftgrid::observe {

struct TraceSettings {
    std::string url = {};  // of the collector, with its path
    std::vector<std::pair<std::string, std::string>> headers = {};
    Attributes resource = {};  // service.name …
    Sampler sampler = {};
    std::int64_t delay_ms = limits::trace_delay_ms;  // between two requests
    std::int64_t request_ms = limits::trace_request_ms;
    std::size_t spans_per_request = limits::trace_spans_per_request;
    std::size_t spans_waiting = limits::trace_spans_waiting;
};

// Gives a variable of the environment, "" when it is not set.
using Environment = std::function<std::string(const char*)>;

// Nothing: traces are off. `bad_request` names the variable and what it must be.
Result<std::optional<TraceSettings>> read_trace_settings(const Environment& environment,
                                                         const std::string& version);

}  // namespace swiftgrid::observe
