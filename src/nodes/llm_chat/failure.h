#pragma once

// Errors of servers as errors of the node: a stable code, a sentence that says how to mend it, and
// whether another try is worth it. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "engine/run_error.h"
#include "net/http_client.h"
#include "nodes/llm_chat/answer.h"

namespace swiftgrid::nodes::llm_chat {

// Whom a message is about.
struct Asked {
    std::string server;  // host and port
    std::string model;
};

// An answer with an HTTP status that is no success. `details` has the status for the retry policy.
engine::RunError status_failure(const Asked& asked, const net::HttpResponse& response);

// What the server itself said about a status: in any of the forms that are in use.
ServerError server_error_of(const net::HttpResponse& response);

// An error inside an answer that began as a success, before anything of it was shown.
engine::RunError stream_failure(const Asked& asked, const ServerError& error);

// The request did not come to an answer.
engine::RunError transport_failure(const net::HttpError& error);

// The answer broke off after some of it was shown: not to be tried again, since whoever watches
// would see it twice.
engine::RunError interrupted(const engine::RunError& why, std::string_view content);

}  // namespace swiftgrid::nodes::llm_chat
