#pragma once

// Flow document <-> Flow. Reading never throws and reports every problem of form with its pointer;
// old spellings (phase-1.md section 5.3, 5.4) are replaced by the canonical ones. Writing is
// canonical: known members in a fixed order, positions rounded to integers, so that git diffs stay
// small.

#include <optional>

#include "base/json.h"
#include "model/flow.h"
#include "model/node_descriptor.h"
#include "model/problem.h"

namespace swiftgrid::model {

// Reads a whole document { format, formatVersion, name, graph, … }. `format` may be absent (an API
// body), but must be right when present. Gives a flow whenever the shape allows it, together with
// the problems; nothing when it is not even an object with a usable graph.
std::optional<Flow> read_flow(const json::value& document, const NodeTypes& types,
                              std::vector<Problem>& problems);

// Reads a `graph` member alone.
Graph read_graph(const json::value& graph, const NodeTypes& types, std::vector<Problem>& problems);

// The exported document with format marker.
json::object write_flow(const Flow& flow);

// JSON Schema 2020-12 of the document, one $defs entry per node type (GET /api/schemas/flow.json).
json::object flow_schema(const NodeTypes& types);

}  // namespace swiftgrid::model
