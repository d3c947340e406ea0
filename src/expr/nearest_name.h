#pragma once

// "Did you mean …?" for messages: the nearest of some names by edit distance.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace swiftgrid::expr {

// Nothing when no name is near enough to be a slip of the same word.
std::optional<std::string> nearest_name(std::string_view wanted,
                                        std::span<const std::string> names);

}  // namespace swiftgrid::expr
