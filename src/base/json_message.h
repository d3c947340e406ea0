#pragma once

// simdjson's errors as sentences. For base/json*.cpp only.

#include <string>

#include <simdjson.h>

namespace swiftgrid {

std::string json_message(simdjson::error_code error);

}  // namespace swiftgrid
