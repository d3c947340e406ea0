#pragma once

// What sub-flow and map have in common: they name another flow and a version of it, hand secrets
// on, and may have a time limit.

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"

namespace swiftgrid::nodes {

// Of the field `maxRetries`, as in the schemas.
constexpr std::int64_t child_retries_max = 10;

// Old documents number flows and versions; a version that is null means the latest.
void upgrade_flow_reference(json::object& data, std::string_view flow_name,
                            std::string_view old_version_name);

// `latest`, `snapshot`, a version's number from 1 up, or its id.
void check_version(const json::object& data, model::DataCheck& check);

// The call that the node's data describes; the flow's id is in the member `flow_name`.
engine::CallFlow call_of(const model::PlanNode& node, std::string_view flow_name);

}  // namespace swiftgrid::nodes
