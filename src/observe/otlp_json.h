#pragma once

// Spans as OTLP/HTTP carries them in JSON (opentelemetry-proto 1.x): ids in hexadecimal, times and
// integers as text.

#include <span>
#include <string>

#include "observe/span.h"

namespace swiftgrid::observe {

// The body of one request to /v1/traces. `resource` says who sends it: service.name …
std::string otlp_json(std::span<const Span> spans, const Attributes& resource);

}  // namespace swiftgrid::observe
