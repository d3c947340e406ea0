#pragma once

// How many characters a text has, and where it may be cut.

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace swiftgrid {

// Code points of UTF-8, as JSON Schema counts them.
inline std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

// The beginning of at most so many bytes, cut between characters.
inline std::string_view cut_to_bytes(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace swiftgrid
