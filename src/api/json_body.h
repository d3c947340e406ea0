#pragma once

// Reads the body of a request: JSON objects whose members the handler names. Unknown members are
// refused, so that a misspelt one does not vanish.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/request.h"
#include "base/json.h"
#include "base/result.h"

namespace swiftgrid::api {

// Whatever members it has.
Result<json::object> read_json_object(const Request& request);

class JsonBody {
public:
    // An empty body is an empty object unless `required`.
    static Result<JsonBody> read(const Request& request,
                                 std::initializer_list<std::string_view> members,
                                 bool required = false);

    bool has(std::string_view name) const { return object_.contains(name); }
    const json::value* find(std::string_view name) const { return object_.if_contains(name); }

    // The member, or nothing when it is absent or null; wrong types are errors that name it.
    Result<std::optional<std::string>> text(std::string_view name) const;
    Result<std::optional<std::int64_t>> integer(std::string_view name) const;
    Result<std::optional<bool>> boolean(std::string_view name) const;

    json::object& object() { return object_; }

private:
    explicit JsonBody(json::object object) : object_(std::move(object)) {}
    std::unexpected<Error> wrong_type(std::string_view name, std::string_view expected) const;

    json::object object_;
};

}  // namespace swiftgrid::api
