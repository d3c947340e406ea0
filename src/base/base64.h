#pragma once

// Base64 of RFC 4648, by libsodium.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace swiftgrid {

// `standard` is padded; `url` has the alphabet for URLs and file names, and no padding.
enum class Base64 : std::uint8_t { standard, url };

std::string to_base64(std::span<const std::uint8_t> bytes, Base64 alphabet);
std::string to_base64(std::string_view bytes, Base64 alphabet);

// False unless the text is exactly as many bytes.
bool from_base64(std::string_view text, std::span<std::uint8_t> bytes, Base64 alphabet);

}  // namespace swiftgrid
