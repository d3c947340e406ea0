#pragma once

// Rules for every script in a node's data: no secrets in it, and no placeholders, which would not
// be replaced there (phase-1.md section 5.5).

#include <string>
#include <string_view>

#include "model/node_descriptor.h"

namespace swiftgrid::nodes {

void check_script(const std::string& pointer, model::ScriptForm form, std::string_view source,
                  model::DataCheck& check);

}  // namespace swiftgrid::nodes
