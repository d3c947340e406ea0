#pragma once

// What a function says when it could not do what was asked. `code` is from one closed list and is
// also the `code` of the API's problem documents; `message` is a sentence for a person that says
// what was expected, what was found and which thing is meant.

#include <cstdint>
#include <string>
#include <string_view>

namespace swiftgrid {

enum class ErrorCode : std::uint8_t {
    bad_request,       // malformed: not what the grammar allows
    invalid_document,  // well-formed, but breaks a rule of the flow document
    unauthorized,
    forbidden,
    not_found,
    method_not_allowed,
    conflict,               // not in this state
    precondition_failed,    // stale If-Match
    precondition_required,  // missing If-Match
    gone,
    too_large,  // over a limit of base/limits.h
    unsupported_media_type,
    rate_limited,
    overloaded,     // a bounded queue is full
    storage_full,   // the disk refuses new work
    not_available,  // a feature that this version does not have yet
    timeout,
    cancelled,
    script_error,
    network_error,
    egress_refused,
    storage_error,
    internal,
};

// The stable, machine-readable name: "not_found".
std::string_view to_string(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;

    bool operator==(const Error&) const = default;
};

}  // namespace swiftgrid
