#pragma once

// Hosts of URLs and percent-encoding, for url_record.cpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swiftgrid::sandbox {

// Which characters a part of a URL has to write as %XX.
enum class EncodeSet : std::uint8_t { c0, fragment, query, special_query, path, userinfo, form };

void append_encoded(std::string& out, std::string_view bytes, EncodeSet set);
std::string percent_decoded(std::string_view text);

// The host as it is written in a URL; nothing when it is none.
std::optional<std::string> parse_host(std::string_view input, bool is_special);

std::uint16_t default_port(std::string_view scheme);  // 0: none
bool is_special_scheme(std::string_view scheme);

}  // namespace swiftgrid::sandbox
