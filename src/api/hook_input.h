#pragma once

// A call of a webhook as the input of a run (details.md, run input): { body, headers, query,
// method }. Names of headers are in lower case; what shows who the caller is stays out.

#include <optional>
#include <string>

#include "api/request.h"
#include "base/json.h"
#include "base/result.h"
#include "control/run_starter.h"
#include "control/webhook_signature.h"

namespace swiftgrid::api {

// `bad_request` when the body is not what its content type says; `too_large` names the limit.
Result<JsonText> hook_input(const Request& request);

// Text of a header that may be in any encoding, as UTF-8.
std::string header_text(const std::string& value);

// Views of the request.
control::SignedCall signed_call(const Request& request);

// What makes two calls the same one: Idempotency-Key, else the id that the sender gave the message.
// `bad_request` when the key is too long.
Result<std::optional<control::KeyOfRequest>> hook_key(const Request& request, FlowId flow);

}  // namespace swiftgrid::api
