#include "openapi.h"

#include <algorithm>

namespace swiftgrid::e2e {
namespace {

bool is_number(const json::value& value) {
    return value.is_int64() || value.is_uint64() || value.is_double();
}

bool has_type(const json::value& value, std::string_view type) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "number") return is_number(value);
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
}

bool has_one_of_types(const json::value& value, const json::value& types) {
    if (types.is_string()) return has_type(value, types.get_string());
    return std::ranges::any_of(types.as_array(), [&](const json::value& type) {
        return has_type(value, type.as_string());
    });
}

std::vector<std::string> segments(std::string path) {
    path = path.substr(0, path.find('?'));
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        parts.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

bool is_template(const std::string& segment) { return segment.starts_with('{'); }

bool path_matches(const std::string& pattern, const std::string& path) {
    return std::ranges::equal(
        segments(pattern), segments(path),
        [](const std::string& a, const std::string& b) { return is_template(a) || a == b; });
}

}  // namespace

std::vector<std::string> OpenApi::differences(const Call& call, const Answer& answer) const {
    const json::object* found_operation = operation(call);
    // No such path or method is described: then the server must not know it either.
    if (!found_operation) {
        if (answer.status == 404 || answer.status == 405 || answer.status == 401) return {};
        return {"the document does not describe this request"};
    }
    const json::object& responses = found_operation->at("responses").as_object();
    const json::value* response = responses.if_contains(std::to_string(answer.status));
    if (!response) response = responses.if_contains("default");
    if (!response) return {"the document does not describe this status"};
    const json::value* content = resolve(*response).if_contains("content");
    if (!content)
        return answer.body.empty() ? std::vector<std::string>{}
                                   : std::vector<std::string>{"the answer should have no body"};
    const std::string type = answer.header("content-type");
    const json::value* media = content->as_object().if_contains(type.substr(0, type.find(';')));
    if (!media) return {"the document does not describe the content type '" + type + "'"};
    if (type.find("json") == std::string::npos) return {};
    std::vector<std::string> found;
    check(media->at("schema"), answer.json(), "", found);
    return found;
}

const json::object* OpenApi::operation(const Call& call) const {
    std::string method = call.method;
    std::ranges::transform(method, method.begin(),
                           [](unsigned char c) { return static_cast<char>(c | 0x20); });
    const json::object* found = nullptr;
    for (const auto& path : document_.at("paths").as_object()) {
        if (!path_matches(path.key(), call.path)) continue;
        const json::value* described = path.value().as_object().if_contains(method);
        // A literal path wins over one with parameters.
        const bool is_literal = std::string_view(path.key()).find('{') == std::string_view::npos;
        if (described && (!found || is_literal)) found = &described->as_object();
    }
    return found;
}

const json::object& OpenApi::resolve(const json::value& schema) const {
    const json::object* resolved = &schema.as_object();
    while (const json::value* reference = resolved->if_contains("$ref"))
        resolved =
            &document_.at_pointer(std::string_view(reference->as_string()).substr(1)).as_object();
    return *resolved;
}

bool OpenApi::matches(const json::value& schema, const json::value& value) const {
    std::vector<std::string> found;
    check(schema, value, "", found);
    return found.empty();
}

void OpenApi::check(const json::value& reference, const json::value& value, const std::string& at,
                    std::vector<std::string>& found) const {
    const json::object& schema = resolve(reference);
    if (const auto* types = schema.if_contains("type"); types && !has_one_of_types(value, *types)) {
        found.push_back(at + " should be of type " + to_json(*types));
        return;
    }
    if (const auto* all = schema.if_contains("allOf")) {
        for (const json::value& part : all->as_array()) check(part, value, at, found);
    }
    if (const auto* one = schema.if_contains("oneOf")) {
        const auto count = std::ranges::count_if(
            one->as_array(), [&](const json::value& part) { return matches(part, value); });
        if (count != 1) found.push_back(at + " should match exactly one of " + to_json(*one));
    }
    if (const auto* names = schema.if_contains("enum")) {
        if (std::ranges::find(names->as_array(), value) == names->as_array().end())
            found.push_back(at + " should be one of " + to_json(*names));
    }
    if (const auto* minimum = schema.if_contains("minimum"); minimum && is_number(value)) {
        if (value.to_number<double>() < minimum->to_number<double>())
            found.push_back(at + " should be at least " + to_json(*minimum));
    }
    if (value.is_object()) check_members(schema, value.get_object(), at, found);
    if (!value.is_array()) return;
    const json::array& elements = value.get_array();
    if (const auto* most = schema.if_contains("maxItems");
        most && elements.size() > most->to_number<std::size_t>())
        found.push_back(at + " should have at most " + to_json(*most) + " elements");
    const auto* items = schema.if_contains("items");
    for (std::size_t i = 0; items && i < elements.size(); ++i)
        check(*items, elements[i], at + "/" + std::to_string(i), found);
}

void OpenApi::check_members(const json::object& schema, const json::object& value,
                            const std::string& at, std::vector<std::string>& found) const {
    if (const auto* required = schema.if_contains("required")) {
        for (const json::value& name : required->as_array()) {
            if (!value.contains(name.as_string()))
                found.push_back(at + " should have the member " + to_json(name));
        }
    }
    const auto* properties = schema.if_contains("properties");
    const auto* others = schema.if_contains("additionalProperties");
    for (const auto& member : value) {
        const std::string member_at = at + "/" + std::string(member.key());
        const json::value* described =
            properties ? properties->as_object().if_contains(member.key()) : nullptr;
        if (described)
            check(*described, member.value(), member_at, found);
        else if (others && others->is_object())
            check(*others, member.value(), member_at, found);
        else if (others && !others->as_bool())
            found.push_back(member_at + " should not be there");
    }
}

}  // namespace swiftgrid::e2e
