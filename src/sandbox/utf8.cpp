#include "sandbox/utf8.h"

#include <algorithm>

namespace swiftgrid::sandbox {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool in_range(char c, unsigned char low, unsigned char high) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= low && byte <= high;
}

// Bytes of the well-formed character at the begin of `text`; 0 when it is malformed (table 3-7 of
// the Unicode standard).
std::size_t character_bytes(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < size) return 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (!in_range(text[1], low, high)) return 0;
    for (std::size_t i = 2; i < size; ++i) {
        if (!in_range(text[i], 0x80, 0xBF)) return 0;
    }
    return size;
}

}  // namespace

std::string valid_utf8(std::string_view text, std::size_t bytes_max) {
    std::string out;
    out.reserve(std::min(text.size(), bytes_max));
    while (!text.empty()) {
        std::size_t size = character_bytes(text);
        const std::string_view character = size == 0 ? replacement : text.substr(0, size);
        if (out.size() + character.size() > bytes_max) break;
        out.append(character);
        if (size == 0) {
            // One replacement for the lead and the continuation bytes that follow it.
            size = 1;
            while (size < text.size() && size < 4 && in_range(text[size], 0x80, 0xBF)) ++size;
        }
        text.remove_prefix(size);
    }
    return out;
}

void replace_lone_surrogate_escapes(std::string& json) {
    std::size_t read = json.find('\\');
    if (read == std::string::npos) return;
    std::size_t write = read;
    while (read < json.size()) {
        const bool is_escape = json[read] == '\\' && read + 1 < json.size();
        const bool is_surrogate = is_escape && read + 6 <= json.size() && json[read + 1] == 'u' &&
                                  (json[read + 2] == 'd' || json[read + 2] == 'D') &&
                                  json[read + 3] >= '8';
        if (is_surrogate) {
            write += replacement.copy(json.data() + write, replacement.size());
            read += 6;
        } else if (is_escape) {
            json[write++] = json[read++];
            json[write++] = json[read++];
        } else {
            json[write++] = json[read++];
        }
    }
    json.resize(write);
}

}  // namespace swiftgrid::sandbox
