#pragma once

// What an http-request node makes of the answer: its result, or the error. Pure.

#include <string_view>

#include "model/plan.h"
#include "net/http_client.h"
#include "nodes/perform.h"

namespace swiftgrid::nodes::http_request {

// The body of an answer, or an error for a status from 400 that the node does not accept.
std::variant<JsonText, engine::RunError> read_body(const model::PlanNode& node,
                                                   const net::HttpRequest& request,
                                                   const net::HttpResponse& response);

// The node's result `{ status, headers, body, durationMs }` with more members as JSON text:
// `,"pages":3`.
std::variant<JsonText, engine::RunError> make_result(const net::HttpResponse& response,
                                                     const JsonText& body,
                                                     std::string_view more = {});

engine::RunError to_run_error(const net::HttpError& error);

// A body as JSON: parsed, as text in its character set, or `{ base64, contentType, size }`.
// `mode` is the node's `response`. Nothing: `mode` is "json" and the body is not.
std::optional<JsonText> decode_body(std::string_view body, std::string_view content_type,
                                    std::string_view mode);

}  // namespace swiftgrid::nodes::http_request
