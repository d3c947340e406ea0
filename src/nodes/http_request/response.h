#pragma once

// What an http-request node makes of the answer: its result, or the error. Pure.

#include <string_view>

#include "model/plan.h"
#include "net/http_client.h"
#include "nodes/perform.h"

namespace swiftgrid::nodes::http_request {

// The node's result `{ status, headers, body, durationMs }`, or an error for a status from 400 that
// the node does not accept.
std::variant<JsonText, engine::RunError> read_response(const model::PlanNode& node,
                                                       const net::HttpRequest& request,
                                                       const net::HttpResponse& response);

engine::RunError to_run_error(const net::HttpError& error);

// A body as JSON: parsed, as text in its character set, or `{ base64, contentType, size }`.
// `mode` is the node's `response`. Nothing: `mode` is "json" and the body is not.
std::optional<JsonText> decode_body(std::string_view body, std::string_view content_type,
                                    std::string_view mode);

}  // namespace swiftgrid::nodes::http_request
