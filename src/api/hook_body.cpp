#include "api/hook_body.h"

#include <algorithm>
#include <optional>

#include "base/base64.h"

namespace swiftgrid::api {
namespace {

// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(std::string_view content_type) {
    std::string type(content_type.substr(0, content_type.find(';')));
    std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
    std::ranges::transform(type, type.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return type;
}

std::unexpected<Error> malformed(const std::string& why) {
    return fail(ErrorCode::bad_request, "body: " + why);
}

// Nothing when it is not UTF-8.
std::optional<JsonText> text_value(const std::string& body) {
    std::string quoted;
    append_json_string(quoted, body);
    auto parsed = JsonText::parse(quoted);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

JsonText bytes_value(const std::string& body, std::string_view content_type) {
    return JsonText::from(json::object{{"base64", to_base64(body, Base64::standard)},
                                       {"contentType", content_type},
                                       {"size", body.size()}});
}

// A name that is repeated has a list of its values.
Result<JsonText> form_value(const std::string& body) {
    const auto pairs = parse_pairs(body);
    if (!pairs) return malformed("an escape of the form is broken");
    json::object form;
    for (const auto& [name, value] : *pairs) {
        if (!text_value(name) || !text_value(value)) return malformed("the form is not UTF-8");
        json::value* known = form.if_contains(name);
        if (known == nullptr)
            form[name] = value;
        else if (known->is_array())
            known->get_array().emplace_back(value);
        else
            *known = json::array{*known, value};
    }
    return JsonText::from(form);
}

Result<JsonText> json_value(const std::string& body) {
    auto parsed = JsonText::parse(body);
    if (!parsed) return malformed(parsed.error().message);
    return parsed;
}

}  // namespace

Result<JsonText> hook_body(const Request& request) {
    if (request.body.empty()) return JsonText();
    const std::string_view content_type = request.header("Content-Type").value_or("");
    const std::string type = media_type(content_type);
    if (type == "application/json" || type.ends_with("+json")) return json_value(request.body);
    if (type == "application/x-www-form-urlencoded") return form_value(request.body);
    if (type.empty()) {
        // Nobody said what it is.
        if (auto parsed = JsonText::parse(request.body)) return parsed;
    }
    if (type.empty() || type.starts_with("text/")) {
        if (auto text = text_value(request.body)) return *text;
    }
    return bytes_value(request.body, content_type);
}

}  // namespace swiftgrid::api
