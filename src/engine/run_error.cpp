#include "engine/run_error.h"

namespace swiftgrid::engine {
namespace {

std::string text_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

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
    error.code = text_member(*object, "code");
    error.message = text_member(*object, "message");
    error.node_id = text_member(*object, "nodeId");
    const json::value* retryable = object->if_contains("retryable");
    error.retryable = retryable && retryable->is_bool() && retryable->get_bool();
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
