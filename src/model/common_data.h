#pragma once

// The members that the data of every node may have, whatever its type (details.md, "Document"):
// label, description, onError, join, retry, timeoutMs and pinned.

#include "base/json.h"
#include "model/node_descriptor.h"

namespace swiftgrid::model {

// Schema of the whole data of a node: the type's own fields and the common ones, where the type
// does not say something else about them. Unknown fields are refused.
json::object full_data_schema(const NodeDescriptor& descriptor);

}  // namespace swiftgrid::model
