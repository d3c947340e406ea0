#include "nodes/code_execution/inputs_text.h"

#include <string>

namespace swiftgrid::nodes::code_execution {

std::optional<json::object> object_of_inputs_text(std::string_view text) {
    std::string quoted;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (!in_string && text.substr(i).starts_with("{{")) {
            const std::size_t close = text.find("}}", i);
            if (close == std::string_view::npos) return std::nullopt;
            append_json_string(quoted, text.substr(i, close + 2 - i));
            i = close + 1;
            continue;
        }
        if (c == '"') in_string = !in_string;
        quoted += c;
        if (in_string && c == '\\' && i + 1 < text.size()) quoted += text[++i];
    }
    auto value = parse_json(quoted);
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(value->get_object());
}

}  // namespace swiftgrid::nodes::code_execution
