#pragma once

// What sub-flow and map have in common: they name another flow and a version of it.

#include <string_view>

#include "base/json.h"
#include "model/node_descriptor.h"

namespace swiftgrid::nodes {

// Old documents number flows and versions; a version that is null means the latest.
void upgrade_flow_reference(json::object& data, std::string_view flow_name,
                            std::string_view old_version_name);

// `latest`, `snapshot`, a version's number from 1 up, or its id.
void check_version(const json::object& data, model::DataCheck& check);

}  // namespace swiftgrid::nodes
