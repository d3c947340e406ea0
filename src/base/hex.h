#pragma once

// Hexadecimal digits, as escapes of URLs, of JSON and of scripts have them.

namespace swiftgrid {

// 0 to 15; -1 when `c` is none.
constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace swiftgrid
