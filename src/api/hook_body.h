#pragma once

// What a caller of a hook sent, as a value for a run (details.md, run input): JSON and forms are
// parsed, text is a string, other bytes are { base64, contentType, size }, nothing is null.

#include "api/request.h"
#include "base/json.h"
#include "base/result.h"

namespace swiftgrid::api {

// `bad_request` when the body is not what its content type says.
Result<JsonText> hook_body(const Request& request);

}  // namespace swiftgrid::api
