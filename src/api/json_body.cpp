#include "api/json_body.h"

#include <algorithm>

namespace swiftgrid::api {

Result<json::object> read_json_object(const Request& request) {
    if (request.body.empty())
        return fail(ErrorCode::bad_request, "expected a JSON object as the body");
    const auto type = request.header("Content-Type");
    if (type && !type->starts_with("application/json"))
        return fail(ErrorCode::unsupported_media_type,
                    "expected the body as application/json, found " + std::string(*type));
    auto value = parse_json(request.body);
    if (!value) return fail(ErrorCode::bad_request, "body: " + value.error().message);
    if (!value->is_object())
        return fail(ErrorCode::bad_request, "expected a JSON object as the body");
    return std::move(value->get_object());
}

Result<JsonBody> JsonBody::read(const Request& request,
                                std::initializer_list<std::string_view> members, bool required) {
    if (request.body.empty() && !required) return JsonBody({});
    auto object = read_json_object(request);
    if (!object) return std::unexpected(object.error());
    for (const auto& member : *object) {
        if (std::ranges::find(members, std::string_view(member.key())) == members.end())
            return fail(ErrorCode::invalid_document,
                        "body: unknown member '" + std::string(member.key()).substr(0, 100) + "'");
    }
    return JsonBody(*std::move(object));
}

std::unexpected<Error> JsonBody::wrong_type(std::string_view name,
                                            std::string_view expected) const {
    return fail(ErrorCode::invalid_document,
                "body: '" + std::string(name) + "' must be " + std::string(expected));
}

Result<std::optional<std::string>> JsonBody::text(std::string_view name) const {
    const json::value* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_string()) return wrong_type(name, "a string");
    return std::string(value->get_string());
}

Result<std::optional<std::int64_t>> JsonBody::integer(std::string_view name) const {
    const json::value* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_int64()) return wrong_type(name, "a whole number");
    return value->get_int64();
}

Result<std::optional<bool>> JsonBody::boolean(std::string_view name) const {
    const json::value* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_bool()) return wrong_type(name, "true or false");
    return value->get_bool();
}

}  // namespace swiftgrid::api
