#pragma once

// Bytes of the outside as UTF-8. Knows UTF-8 and the Latin character sets that are still sent.

#include <optional>
#include <string>
#include <string_view>

namespace swiftgrid::nodes {

// `charset` in lower case; "" and unknown names mean UTF-8. A byte order mark is dropped. Nothing:
// the bytes are not text of that character set.
std::optional<std::string> to_utf8(std::string_view bytes, std::string_view charset);

// Invalid sequences become U+FFFD.
std::string repair_utf8(std::string_view bytes);

// At most so many bytes, without cutting a character; "…" shows that something is missing.
std::string cut_utf8(std::string_view text, std::size_t size_bytes_max);

}  // namespace swiftgrid::nodes
