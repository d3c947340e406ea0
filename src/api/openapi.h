#pragma once

// The OpenAPI document, made of api/openapi.yaml at build time.

#include <string_view>

namespace swiftgrid::api {

std::string_view openapi_json();

}  // namespace swiftgrid::api
