#pragma once

// What every request that starts a run has in common.

#include <optional>

#include "api/request.h"
#include "api/responder.h"
#include "base/json.h"
#include "base/result.h"
#include "control/answer.h"
#include "control/run_starter.h"

namespace swiftgrid::api {

std::unexpected<Error> too_large_input();

// The run's input; null when it is left out. `too_large` names the limit.
Result<JsonText> input_of(const json::value* value);

// "draft", "active" or a number; `otherwise` when it is left out.
control::Answer<control::VersionChoice> version_of(const json::value* value,
                                                   control::VersionChoice otherwise);

// The header Idempotency-Key without its quotes; nothing when there is none.
std::optional<std::string_view> idempotency_key_of(const Request& request);
// `bad_request` when it is too long.
Result<void> check_key(std::string_view key);
Result<std::optional<control::KeyOfRequest>> key_of(const Request& request);

// The header traceparent; "" when there is none, or none that means anything.
std::string traceparent_of(const Request& request);

// { runId, status }
std::string start_json(RunId run, std::string_view status);

// 202, or why not.
void answer_started(const Responder& respond, const control::Answer<control::Started>& started);

}  // namespace swiftgrid::api
