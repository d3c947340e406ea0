#include "api/hook_body.h"

#include <algorithm>
#include <optional>

#include "api/multipart.h"
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
std::optional<JsonText> text_value(std::string_view body) {
    std::string quoted;
    append_json_string(quoted, body);
    auto parsed = JsonText::parse(quoted);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

bool is_utf8(std::string_view text) { return text_value(text).has_value(); }

json::object bytes_object(std::string_view body, std::string_view content_type) {
    return {{"base64", to_base64(body, Base64::standard)},
            {"contentType", content_type},
            {"size", body.size()}};
}

// A name that is repeated has a list of its values.
void add_to_form(json::object& form, std::string_view name, json::value value) {
    json::value* known = form.if_contains(name);
    if (known == nullptr)
        form[name] = std::move(value);
    else if (known->is_array())
        known->get_array().emplace_back(std::move(value));
    else
        *known = json::array{std::move(*known), std::move(value)};
}

// Fields are strings, files are { filename, base64, contentType, size }.
Result<JsonText> multipart_value(const std::string& body, std::string_view content_type) {
    const auto parts = parse_multipart(body, content_type);
    if (!parts) return std::unexpected(parts.error());
    json::object form;
    for (const FormPart& part : *parts) {
        const std::string file_name = part.file_name.value_or("");
        if (!is_utf8(part.name) || !is_utf8(file_name) || !is_utf8(part.content_type))
            return malformed("a name in the multipart form is not UTF-8");
        if (!part.file_name && is_utf8(part.content)) {
            add_to_form(form, part.name, json::value(part.content));
            continue;
        }
        json::object file = bytes_object(part.content, part.content_type);
        if (part.file_name) file["filename"] = file_name;
        add_to_form(form, part.name, std::move(file));
    }
    return JsonText::from(form);
}

Result<JsonText> json_value(const std::string& body) {
    auto parsed = JsonText::parse(body);
    if (!parsed) return malformed(parsed.error().message);
    return parsed;
}

}  // namespace

Result<JsonText> form_value(const Pairs& pairs) {
    json::object form;
    for (const auto& [name, value] : pairs) {
        if (!is_utf8(name) || !is_utf8(value)) return malformed("the form is not UTF-8");
        add_to_form(form, name, json::value(value));
    }
    return JsonText::from(form);
}

Result<JsonText> hook_body(const Request& request) {
    if (request.body.empty()) return JsonText();
    const std::string_view content_type = request.header("Content-Type").value_or("");
    const std::string type = media_type(content_type);
    if (type == "application/json" || type.ends_with("+json")) return json_value(request.body);
    if (type == "application/x-www-form-urlencoded") {
        const auto pairs = parse_pairs(request.body);
        if (!pairs) return malformed("an escape of the form is broken");
        return form_value(*pairs);
    }
    if (type == "multipart/form-data") return multipart_value(request.body, content_type);
    if (type.empty()) {
        // Nobody said what it is.
        if (auto parsed = JsonText::parse(request.body)) return parsed;
    }
    if (type.empty() || type.starts_with("text/")) {
        if (auto text = text_value(request.body)) return *text;
    }
    if (!is_utf8(content_type)) return malformed("its content type is not UTF-8");
    return JsonText::from(bytes_object(request.body, content_type));
}

}  // namespace swiftgrid::api
