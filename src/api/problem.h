#pragma once

// The only mapping from an Error to an HTTP status and a problem document (RFC 9457):
// { type, title, status, detail, instance, code, requestId, errors? }.

#include <cstdint>
#include <string>

#include "api/response.h"
#include "base/error.h"
#include "base/json.h"

namespace swiftgrid::api {

int status_of(ErrorCode code);

// "Not found": the title of the code's problems.
std::string_view title_of(ErrorCode code);

// `errors` is a JSON array of { pointer, nodeId, code, detail } or empty; it is left out when
// empty.
Response problem_response(const Request& request, const Error& error,
                          const std::string& errors = {});

// When to try again, instead of at once. Requires a problem of 429 or 503, which says that.
void set_retry_after(Response& response, std::int64_t seconds);

// For what has a code of its own, such as the failure of a run.
struct OwnProblem {
    int status = 500;
    std::string_view code;
    std::string_view title;
    std::string detail;
};
Response problem_response(const Request& request, const OwnProblem& problem);

// For statuses that have no code of their own, such as 431.
Response problem_response(const Request& request, int status, const Error& error);

}  // namespace swiftgrid::api
