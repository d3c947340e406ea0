#include "api/json_body.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/limits.h"
#include "model/problem.h"
#include "model/schema.h"

namespace swiftgrid::api {
namespace {

constexpr std::size_t name_bytes_shown = 100;

std::string pointer_to(std::string_view name) {
    return model::join_pointer("", name.substr(0, name_bytes_shown));
}

}  // namespace

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

std::unexpected<control::Refusal> wrong_member(std::string_view name, std::string_view expected,
                                               std::string_view mend) {
    return control::refuse_member(control::problem_at(
        pointer_to(name), "wrong_type", fmt::format("body: '{}' must be {}", name, expected),
        std::string(mend)));
}

std::unexpected<control::Refusal> missing_member(std::string_view name) {
    return control::refuse_member(control::problem_at(pointer_to(name), "missing_field",
                                                      fmt::format("body: '{}' is missing", name),
                                                      fmt::format("write the member '{}'", name)));
}

control::Answer<JsonBody> JsonBody::read(const Request& request,
                                         std::initializer_list<std::string_view> members,
                                         bool required) {
    if (request.body.empty() && !required) return JsonBody({});
    auto object = read_json_object(request);
    if (!object) return control::refuse(object.error());
    std::vector<model::Problem> problems;
    for (const auto& member : *object) {
        const std::string_view name = member.key();
        if (std::ranges::find(members, name) != members.end()) continue;
        if (problems.size() == limits::problems) break;
        problems.push_back(control::problem_at(
            pointer_to(name), "unknown_field",
            fmt::format("body: unknown member '{}'", name.substr(0, name_bytes_shown)),
            fmt::format("these are there: {}", fmt::join(members, ", "))));
    }
    if (problems.empty()) return JsonBody(*std::move(object));
    std::string message = model::in_one_line(problems.front());
    return control::refuse_document(std::move(message), std::move(problems));
}

control::Answer<std::optional<std::string>> JsonBody::text(std::string_view name) const {
    const json::value* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_string()) return wrong_member(name, "a string", "put it into quotes");
    return std::string(value->get_string());
}

control::Answer<std::optional<std::int64_t>> JsonBody::integer(std::string_view name) const {
    const json::value* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_int64())
        return wrong_member(name, "a whole number", "write its digits, without quotes");
    return value->get_int64();
}

control::Answer<std::optional<bool>> JsonBody::boolean(std::string_view name) const {
    const json::value* value = find(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_bool())
        return wrong_member(name, "true or false", "write one of them, without quotes");
    return value->get_bool();
}

}  // namespace swiftgrid::api
