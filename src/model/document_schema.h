#pragma once

// Schemas of the parts of the flow document that are no nodes and edges.

#include "base/json.h"

namespace swiftgrid::model {

// Properties of the document's top level without `graph`.
const json::object& document_schema();

// The graph's member `budget`.
const json::object& budget_schema();

}  // namespace swiftgrid::model
