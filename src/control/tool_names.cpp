#include "control/tool_names.h"

#include <algorithm>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Several language models take no longer names than this.
constexpr std::size_t slug_characters = 64;

}  // namespace

bool is_tool_name(std::string_view name) {
    return !name.empty() && name.size() <= limits::tool_name_characters &&
           std::ranges::all_of(name, [](char c) {
               return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
           });
}

bool is_run_tool(std::string_view name) {
    return std::ranges::find(run_tools, name) != run_tools.end();
}

std::string tool_slug(std::string_view flow_name) {
    std::string slug;
    for (const char c : flow_name) {
        if (slug.size() == slug_characters) break;
        if (is_lower(c) || is_digit(c))
            slug += c;
        else if (is_upper(c))
            slug += static_cast<char>(c - 'A' + 'a');
        else if (!slug.empty() && slug.back() != '_')
            slug += '_';
    }
    while (slug.ends_with('_')) slug.pop_back();
    return slug.empty() ? "workflow" : slug;
}

}  // namespace swiftgrid::control
