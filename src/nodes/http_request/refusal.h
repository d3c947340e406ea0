#pragma once

// A request that cannot be built from what its fields resolved to.

#include <string>
#include <string_view>

#include "engine/run_error.h"

namespace swiftgrid::nodes::http_request {

inline engine::RunError refuse(std::string_view code, std::string message) {
    engine::RunError error;
    error.code = code;
    error.message = std::move(message);
    return error;
}

}  // namespace swiftgrid::nodes::http_request
