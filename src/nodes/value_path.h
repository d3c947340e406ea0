#pragma once

// A path inside one value: the steps that lead to the part that is wanted, such as `items[0].name`
// or `[0]`. A default may follow: `total ?? 0`.

#include <string_view>

#include "base/json.h"
#include "expr/template.h"

namespace swiftgrid::nodes {

// `root` is what messages call the value.
Result<expr::Path> parse_value_path(std::string_view text, std::string_view root = "output");

// The error names the path, how far it led and the nearest existing name.
Result<JsonText> read_value(const JsonText& value, std::string_view path,
                            std::string_view root = "output");

}  // namespace swiftgrid::nodes
