#pragma once

// Validation problems as the API and `validate --json` show them.

#include <vector>

#include "base/json.h"
#include "model/problem.h"

namespace swiftgrid::control {

json::array problems_json(const std::vector<model::Problem>& problems);

}  // namespace swiftgrid::control
