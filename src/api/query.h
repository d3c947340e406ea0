#pragma once

// Reads ids in paths and parameters in queries; what is malformed is an error that names it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.h"
#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"

namespace swiftgrid::api {

template <typename IdType>
Result<IdType> path_id(const Request& request, std::string_view name) {
    auto id = parse_id<IdType>(request.parameter(name));
    if (!id) return fail(ErrorCode::bad_request, std::string(name) + ": " + id.error().message);
    return id;
}

template <typename IdType>
Result<std::optional<IdType>> query_id(const Request& request, std::string_view name) {
    const auto text = request.query_value(name);
    if (!text || text->empty()) return std::nullopt;
    auto id = parse_id<IdType>(*text);
    if (!id) return fail(ErrorCode::bad_request, std::string(name) + ": " + id.error().message);
    return *id;
}

struct IntegerRange {
    std::int64_t lowest = 0;
    std::int64_t highest = 0;
};
Result<std::optional<std::int64_t>> query_integer(const Request& request, std::string_view name,
                                                  IntegerRange range);
Result<std::optional<bool>> query_boolean(const Request& request, std::string_view name);
Result<std::optional<Instant>> query_time(const Request& request, std::string_view name);

// "a,b" as two; empty elements are left out.
std::vector<std::string> query_list(const Request& request, std::string_view name);
// Such a list of names that exist; an unknown one is a mistake, not an empty list. `is_known` takes
// a text.
template <typename IsKnown>
Result<std::vector<std::string>> query_names(const Request& request, std::string_view parameter,
                                             IsKnown is_known) {
    std::vector<std::string> names = query_list(request, parameter);
    for (const std::string& name : names) {
        if (!is_known(name))
            return fail(ErrorCode::bad_request,
                        std::string(parameter) + ": '" + name.substr(0, 40) + "' does not exist");
    }
    return names;
}
std::string query_text(const Request& request, std::string_view name);

// `limit` of a list.
Result<std::size_t> query_limit(const Request& request);

}  // namespace swiftgrid::api
