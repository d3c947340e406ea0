#include "engine/run_error.h"

#include "base/json_fields.h"

namespace swiftgrid::engine {

RunError make_run_error(std::string code, std::string message) {
    RunError error;
    error.code = std::move(code);
    error.message = std::move(message);
    return error;
}

JsonText to_json_text(const RunError& error) {
    std::string out = "{\"code\":";
    append_json_string(out, error.code);
    out += ",\"message\":";
    append_json_string(out, error.message);
    if (!error.node_id.empty()) {
        out += ",\"nodeId\":";
        append_json_string(out, error.node_id);
    }
    if (error.retryable) out += ",\"retryable\":true";
    if (error.details) {
        out += ",\"details\":";
        out += error.details->view();
    }
    out += '}';
    return JsonText::trusted(std::move(out));
}

RunError run_error_from(const json::value& value) {
    RunError error;
    const json::object* object = value.if_object();
    if (!object) return error;
    error.code = text_at(*object, "code");
    error.message = text_at(*object, "message");
    error.node_id = text_at(*object, "nodeId");
    error.retryable = flag_at(*object, "retryable", false);
    if (const json::value* details = object->if_contains("details"))
        error.details = JsonText::from(*details);
    return error;
}

JsonText error_result(const RunError& error) {
    std::string out = "{\"error\":";
    out += to_json_text(error).view();
    out += '}';
    return JsonText::trusted(std::move(out));
}

}  // namespace swiftgrid::engine
