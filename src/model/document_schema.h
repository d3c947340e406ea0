#pragma once

// Everything of the flow document but its graph: the schema that checks it.

#include "base/json.h"

namespace swiftgrid::model {

// Properties of the document's top level without `graph`.
const json::object& document_schema();

}  // namespace swiftgrid::model
