#pragma once

// The answer of everything that can fail in an expected way. Write two plain lines:
//     auto plan = make_plan(flow);
//     if (!plan) return std::unexpected(plan.error());

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace swiftgrid {

template <typename T>
using Result = std::expected<T, Error>;

// `return fail(ErrorCode::not_found, "flow '...' does not exist");`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace swiftgrid
