#pragma once

// Which way a router sends a run, once it is known which conditions are true.

#include <string>
#include <vector>

#include "base/json.h"
#include "model/plan.h"

namespace swiftgrid::nodes::router {

struct Condition {
    std::string id;  // also the handle
    std::string expression;
};
std::vector<Condition> conditions_of(const model::PlanNode& node);

bool stops_at_first_match(const model::PlanNode& node);

// The value the conditions look at, from the node's resolved input.
JsonText routed_value(const JsonText& input);

struct Route {
    JsonText result;                   // { matched_outputs, evaluated_value }
    std::vector<std::string> outputs;  // the same handles; the default when none matched
};
Route route(const model::PlanNode& node, const JsonText& value, std::vector<std::string> matched);

}  // namespace swiftgrid::nodes::router
