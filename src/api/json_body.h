#pragma once

// Reads the body of a request: JSON objects whose members the handler names. Unknown members are
// refused, so that a misspelt one does not vanish. Whatever is wrong with a member is a problem
// with its pointer and what to do, as with the members of a document.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/request.h"
#include "base/json.h"
#include "base/result.h"
#include "control/answer.h"

namespace swiftgrid::api {

// Whatever members it has.
Result<json::object> read_json_object(const Request& request);

// "body: 'name' must be …"; `expected` says what, `mend` what to do.
[[nodiscard]] std::unexpected<control::Refusal> wrong_member(std::string_view name,
                                                             std::string_view expected,
                                                             std::string_view mend);
[[nodiscard]] std::unexpected<control::Refusal> missing_member(std::string_view name);

class JsonBody {
public:
    // An empty body is an empty object unless `required`.
    static control::Answer<JsonBody> read(const Request& request,
                                          std::initializer_list<std::string_view> members,
                                          bool required = false);

    bool has(std::string_view name) const { return object_.contains(name); }
    const json::value* find(std::string_view name) const { return object_.if_contains(name); }

    // The member, or nothing when it is absent or null; wrong types are errors that name it.
    control::Answer<std::optional<std::string>> text(std::string_view name) const;
    control::Answer<std::optional<std::int64_t>> integer(std::string_view name) const;
    control::Answer<std::optional<bool>> boolean(std::string_view name) const;

    json::object& object() { return object_; }

private:
    explicit JsonBody(json::object object) : object_(std::move(object)) {}

    json::object object_;
};

}  // namespace swiftgrid::api
