#pragma once

// Text of strangers for a terminal, which obeys control characters: colours, titles, the cursor.

#include <string>
#include <string_view>

namespace swiftgrid::app {

// The same with `?` in place of each control character, those of two bytes (U+0080 to U+009F) too.
inline std::string printable(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto byte = static_cast<unsigned char>(out[i]);
        if (byte < 0x20 || byte == 0x7f) out[i] = byte == '\n' ? ' ' : '?';
        if (byte != 0xc2 || i + 1 == out.size()) continue;
        if (static_cast<unsigned char>(out[i + 1]) < 0xa0) {
            out.erase(i, 1);
            out[i] = '?';
        }
    }
    return out;
}

}  // namespace swiftgrid::app
