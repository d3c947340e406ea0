#include "api/problem.h"

#include <algorithm>

#include "base/assert.h"

namespace swiftgrid::api {

namespace {

Response make(const Request& request, const OwnProblem& problem, std::string_view errors = {}) {
    std::string body = R"({"type":"urn:swiftgrid:problem:)";
    body += problem.code;
    body += R"(","title":)";
    append_json_string(body, problem.title);
    body += R"(,"status":)" + std::to_string(problem.status) + R"(,"detail":)";
    append_json_string(body, problem.detail);
    body += R"(,"instance":)";
    append_json_string(body, request.path);
    body += R"(,"code":")";
    body += problem.code;
    body += R"(","requestId":)";
    append_json_string(body, request.id);
    if (!errors.empty()) {
        body += R"(,"errors":)";
        body += errors;
    }
    body += '}';
    const int status = problem.status;
    Response response{
        .status = status,
        .headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
        .body = Body(std::move(body))};
    if (status == 429 || status == 503) response.headers.push_back({"Retry-After", "1"});
    if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

OwnProblem problem_of(int status, const Error& error) {
    return {status, to_string(error.code), title_of(error.code), error.message};
}

}  // namespace

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::bad_request: return 400;
        case ErrorCode::invalid_document: return 422;
        case ErrorCode::unauthorized: return 401;
        case ErrorCode::forbidden: return 403;
        case ErrorCode::not_found: return 404;
        case ErrorCode::method_not_allowed: return 405;
        case ErrorCode::conflict: return 409;
        case ErrorCode::precondition_failed: return 412;
        case ErrorCode::precondition_required: return 428;
        case ErrorCode::gone: return 410;
        case ErrorCode::too_large: return 413;
        case ErrorCode::unsupported_media_type: return 415;
        case ErrorCode::rate_limited: return 429;
        case ErrorCode::overloaded: return 503;
        case ErrorCode::storage_full: return 507;
        case ErrorCode::not_available: return 501;
        case ErrorCode::timeout: return 504;
        case ErrorCode::cancelled: return 409;
        case ErrorCode::script_error: return 422;
        case ErrorCode::network_error: return 502;
        case ErrorCode::egress_refused: return 403;
        case ErrorCode::storage_error:
        case ErrorCode::internal: return 500;
    }
    return 500;
}

std::string_view title_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::bad_request: return "The request is malformed";
        case ErrorCode::invalid_document: return "The document is not valid";
        case ErrorCode::unauthorized: return "Sign in first";
        case ErrorCode::forbidden: return "Not allowed";
        case ErrorCode::not_found: return "Not found";
        case ErrorCode::method_not_allowed: return "The method is not allowed here";
        case ErrorCode::conflict: return "Not possible in this state";
        case ErrorCode::precondition_failed: return "Changed by somebody else";
        case ErrorCode::precondition_required: return "If-Match is missing";
        case ErrorCode::gone: return "No longer there";
        case ErrorCode::too_large: return "Too large";
        case ErrorCode::unsupported_media_type: return "The content type is not supported";
        case ErrorCode::rate_limited: return "Too many requests";
        case ErrorCode::overloaded: return "The server is busy";
        case ErrorCode::storage_full: return "The disk is full";
        case ErrorCode::not_available: return "Not available yet";
        case ErrorCode::timeout: return "Took too long";
        case ErrorCode::cancelled: return "Cancelled";
        case ErrorCode::script_error: return "The script failed";
        case ErrorCode::network_error: return "The network failed";
        case ErrorCode::egress_refused: return "The address is not allowed";
        case ErrorCode::storage_error: return "The storage failed";
        case ErrorCode::internal: return "Something went wrong here";
    }
    return "Something went wrong here";
}

Response problem_response(const Request& request, const Error& error, const std::string& errors) {
    return make(request, problem_of(status_of(error.code), error), errors);
}

Response problem_response(const Request& request, int status, const Error& error) {
    return make(request, problem_of(status, error));
}

void set_retry_after(Response& response, std::int64_t seconds) {
    const auto header = std::ranges::find(response.headers, "Retry-After", &Header::name);
    SG_ASSERT(header != response.headers.end(), "such a problem says when to try again");
    header->value = std::to_string(seconds);
}

Response problem_response(const Request& request, const OwnProblem& problem) {
    return make(request, problem);
}

}  // namespace swiftgrid::api
