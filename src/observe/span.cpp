#include "observe/span.h"

#include <algorithm>

#include "base/characters.h"
#include "base/limits.h"

namespace swiftgrid::observe {

std::string attribute_text(std::string_view text) {
    return std::string(cut_to_bytes(text, limits::trace_attribute_bytes));
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
