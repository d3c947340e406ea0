#include "observe/span.h"

#include <algorithm>

#include "base/limits.h"

namespace swiftgrid::observe {

std::string attribute_text(std::string_view text) {
    if (text.size() <= limits::trace_attribute_bytes) return std::string(text);
    std::size_t end = limits::trace_attribute_bytes;
    const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    while (end > 0 && is_inside(text[end])) --end;
    return std::string(text.substr(0, end));
}

std::string attribute_url(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return attribute_text(url);
    const std::size_t begin = scheme + 3;
    // A backslash ends the host where browsers read it.
    const std::size_t path = std::min(url.find_first_of("/\\", begin), url.size());
    const std::size_t at = url.substr(0, path).rfind('@');
    if (at == std::string_view::npos || at < begin) return attribute_text(url);
    return attribute_text(std::string(url.substr(0, begin)) + std::string(url.substr(at + 1)));
}

}  // namespace swiftgrid::observe
