#include "nodes/http_request/lenient_base64.h"

#include <cstdint>
#include <span>

#include "base/base64.h"

namespace swiftgrid::nodes::http_request {

std::optional<std::string> bytes_of_base64(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (const char c : text) {
        if (c == '+')
            plain += '-';
        else if (c == '/')
            plain += '_';
        else if (c != '\r' && c != '\n' && c != ' ' && c != '\t')
            plain += c;
    }
    while (plain.ends_with('=')) plain.pop_back();
    std::string bytes(plain.size() * 3 / 4, '\0');
    const std::span<std::uint8_t> target(reinterpret_cast<std::uint8_t*>(bytes.data()),
                                         bytes.size());
    if (!from_base64(plain, target, Base64::url)) return std::nullopt;
    return bytes;
}

}  // namespace swiftgrid::nodes::http_request
