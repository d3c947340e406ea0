#pragma once

// Makes text from a script valid: the engine's strings are UTF-16 and may contain halves of pairs.

#include <cstddef>
#include <string>
#include <string_view>

namespace swiftgrid::sandbox {

// The text with every malformed sequence replaced by U+FFFD, cut to at most `bytes_max` at a
// character's border.
std::string valid_utf8(std::string_view text, std::size_t bytes_max);

// JSON.stringify writes half a surrogate pair as an escape (\ud800), which is no valid JSON text
// for the rest of the world: each becomes U+FFFD.
void replace_lone_surrogate_escapes(std::string& json);

}  // namespace swiftgrid::sandbox
