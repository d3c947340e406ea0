#pragma once

// Character encodings and lenient base64, as the web's Encoding and Infra standards define them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace swiftgrid::sandbox {

using Bytes = std::span<const std::uint8_t>;

struct DecodeOptions {
    bool fatal = false;  // malformed bytes are refused, not replaced
    bool last = true;    // else a character that is cut at the end waits for its rest
};

struct Decoded {
    std::string text;      // UTF-8
    std::size_t used = 0;  // bytes; the rest is the begin of a character
};

std::optional<Decoded> decode_utf8(Bytes bytes, DecodeOptions options);
std::optional<Decoded> decode_utf16le(Bytes bytes, DecodeOptions options);
std::optional<Decoded> decode_windows_1252(Bytes bytes);

// Texts whose characters stand for bytes; nothing when one is above U+00FF.
std::optional<std::string> latin1_of_utf8(std::string_view utf8);
std::string utf8_of_latin1(std::string_view bytes);

// Without padding too, blanks anywhere.
std::optional<std::string> from_forgiving_base64(std::string_view text);

void append_utf8(std::string& out, char32_t character);

}  // namespace swiftgrid::sandbox
