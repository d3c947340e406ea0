#pragma once

// Where a document names other flows: the fields marked `x-flow` (schema.h).

#include <functional>

#include "base/json.h"
#include "model/node_descriptor.h"

namespace swiftgrid::model {

// Calls `visit` with every flow id in a document as it is in a file; it may put another in its
// place. What is not of the form of a flow document is passed over.
void visit_flow_references(json::value& document, const NodeTypes& types,
                           const std::function<void(json::string& flow_id)>& visit);

}  // namespace swiftgrid::model
