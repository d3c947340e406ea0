#pragma once

// The rules about a flow outside its graph: name, timeout, input and output schema, notifications.

#include <vector>

#include "model/flow.h"
#include "model/problem.h"

namespace swiftgrid::model {

void validate_document(const Flow& flow, std::vector<Problem>& problems);

}  // namespace swiftgrid::model
