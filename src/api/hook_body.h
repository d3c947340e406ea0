#pragma once

// What a caller of a hook sent, as a value for a run (details.md, run input): JSON and forms are
// parsed, those with files too; text is a string, other bytes are { base64, contentType, size },
// nothing is null.

#include "api/request.h"
#include "base/json.h"
#include "base/result.h"

namespace swiftgrid::api {

// `bad_request` when the body is not what its content type says.
Result<JsonText> hook_body(const Request& request);

// Pairs of a form or a query as an object; a name that is repeated has a list of its values.
Result<JsonText> form_value(const Pairs& pairs);

}  // namespace swiftgrid::api
