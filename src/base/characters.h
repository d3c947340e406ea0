#pragma once

// How many characters a text has.

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace swiftgrid {

// Code points of UTF-8, as JSON Schema counts them.
inline std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace swiftgrid
