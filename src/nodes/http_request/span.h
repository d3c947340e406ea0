#pragma once

// An HTTP request as a client span (OpenTelemetry's HTTP conventions).

#include "nodes/attempt_span.h"

namespace swiftgrid::nodes::http_request {

void describe_span(const RecordedAttempt& attempt, observe::Span& span);

}  // namespace swiftgrid::nodes::http_request
