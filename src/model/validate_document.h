#pragma once

// The rules about a flow outside its graph: name, timeout, input and output schema, notifications.

#include <vector>

#include "model/env_names.h"
#include "model/flow.h"
#include "model/problem.h"

namespace swiftgrid::model {

// `env` as in Surroundings.
void validate_document(const Flow& flow, const EnvKinds* env, std::vector<Problem>& problems);

}  // namespace swiftgrid::model
