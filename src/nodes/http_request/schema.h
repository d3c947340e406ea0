#pragma once

// The fields of an http-request node, as JSON Schema.

#include "base/json.h"

namespace swiftgrid::nodes::http_request {

json::object data_schema();

}  // namespace swiftgrid::nodes::http_request
