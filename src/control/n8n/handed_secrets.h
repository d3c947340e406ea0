#pragma once

// n8n's credentials are there for all workflows; here a workflow that is called sees only the
// secrets that are handed to it.

#include <vector>

#include "base/json.h"
#include "control/import_report.h"

namespace swiftgrid::control::n8n {

// Every call of one of these documents hands over what it reads, itself and through its own calls.
void hand_over_secrets(std::vector<json::object>& documents, ImportReport& report);

}  // namespace swiftgrid::control::n8n
