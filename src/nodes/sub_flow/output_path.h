#pragma once

// The field `outputPath`: the steps that lead from the output of the called flow to the part that
// is wanted, such as `items[0].name` or `[0]`. A default may follow: `total ?? 0`.

#include <string_view>

#include "base/json.h"
#include "expr/template.h"

namespace swiftgrid::nodes::sub_flow {

Result<expr::Path> parse_output_path(std::string_view text);

// The error names the path, how far it led and the nearest existing name.
Result<JsonText> read_output(const JsonText& output, std::string_view path);

}  // namespace swiftgrid::nodes::sub_flow
