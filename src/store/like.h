#pragma once

// What a person types into a search box as a pattern of SQL's LIKE ... ESCAPE '\'.

#include <string>
#include <string_view>

namespace swiftgrid::store {

inline std::string like_pattern(std::string_view search) {
    std::string pattern = "%";
    for (const char c : search) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

}  // namespace swiftgrid::store
