#include "api/starts.h"

#include "api/answers.h"
#include "api/json_body.h"
#include "base/limits.h"
#include "control/json_writer.h"
#include "observe/trace_context.h"

namespace swiftgrid::api {

std::unexpected<Error> too_large_input() {
    return fail(ErrorCode::too_large,
                "the input is larger than " + std::to_string(limits::run_input_bytes) + " bytes");
}

Result<JsonText> input_of(const json::value* value) {
    if (!value) return JsonText();
    JsonText input = JsonText::from(*value);
    if (input.size_bytes() > limits::run_input_bytes) return too_large_input();
    return input;
}

Result<void> check_key(std::string_view key) {
    if (key.size() <= limits::idempotency_key_characters) return {};
    return fail(ErrorCode::bad_request, "the idempotency key has more than " +
                                            std::to_string(limits::idempotency_key_characters) +
                                            " characters");
}

std::optional<std::string_view> idempotency_key_of(const Request& request) {
    auto key = request.header("Idempotency-Key");
    if (!key || key->empty()) return std::nullopt;
    // The IETF draft quotes the key; quotes are optional here.
    if (key->size() > 2 && key->starts_with('"') && key->ends_with('"'))
        key = key->substr(1, key->size() - 2);
    return key;
}

Result<std::optional<control::KeyOfRequest>> key_of(const Request& request) {
    const auto key = idempotency_key_of(request);
    if (!key) return std::nullopt;
    // Cut to what fits, two keys would be one.
    if (auto fits = check_key(*key); !fits) return std::unexpected(fits.error());
    return control::KeyOfRequest{"POST " + request.path, std::string(*key),
                                 to_string(graph_id_of(request.body))};
}

control::Answer<control::VersionChoice> version_of(const json::value* value,
                                                   control::VersionChoice otherwise) {
    if (!value || value->is_null()) return otherwise;
    if (value->is_string() && value->get_string() == "draft") return control::DraftVersion{};
    if (value->is_string() && value->get_string() == "active") return control::ActiveVersionOnly{};
    if (value->is_int64() && value->get_int64() >= 1)
        return control::NumberedVersion{value->get_int64()};
    return wrong_member("version", "\"draft\", \"active\" or a number from 1", "write one of them");
}

std::string traceparent_of(const Request& request) {
    const auto header = request.header("traceparent");
    const auto context = header ? observe::parse_traceparent(*header) : std::nullopt;
    // As we would write it: what a later version adds is not ours to pass on.
    return context ? observe::to_traceparent(*context) : std::string();
}

std::string start_json(RunId run, std::string_view status) {
    std::string out;
    control::ObjectWriter object(out);
    object.text("runId", to_string(run));
    object.text("status", status);
    object.end();
    return out;
}

void answer_started(const Responder& respond, const control::Answer<control::Started>& started) {
    if (!started) {
        respond(refusal_response(respond.request(), started.error()));
        return;
    }
    Response response = json_response(202, start_json(started->run, "running"));
    if (started->is_repeat) response.headers.push_back({"Idempotency-Replayed", "true"});
    respond(std::move(response));
}

}  // namespace swiftgrid::api
