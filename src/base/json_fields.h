#pragma once

// Members of JSON objects, read with a value that stands for what is absent or of another type.

#include <cstdint>
#include <string_view>

#include "base/json.h"

namespace swiftgrid {

inline std::string_view text_at(const json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    if (!member || !member->is_string()) return {};
    return {member->get_string().data(), member->get_string().size()};
}

inline std::int64_t integer_at(const json::object& object, std::string_view name,
                               std::int64_t otherwise) {
    const auto* member = object.if_contains(name);
    if (!member || !member->is_number()) return otherwise;
    boost::system::error_code error;
    const auto number = member->to_number<std::int64_t>(error);
    return error ? otherwise : number;
}

inline double number_at(const json::object& object, std::string_view name, double otherwise) {
    const auto* member = object.if_contains(name);
    return member && member->is_number() ? member->to_number<double>() : otherwise;
}

inline bool flag_at(const json::object& object, std::string_view name, bool otherwise) {
    const auto* member = object.if_contains(name);
    return member && member->is_bool() ? member->get_bool() : otherwise;
}

}  // namespace swiftgrid
