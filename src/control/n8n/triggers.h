#pragma once

// What starts a workflow of n8n, as what a flow document says about its starts.

#include <set>

#include "base/json.h"
#include "control/import_report.h"
#include "control/n8n/source.h"

namespace swiftgrid::control::n8n {

// Schedule and input schema become members of `document`; everything is reported.
void put_triggers(const Source& source, json::object& document, ImportReport& report);

// Time limit and what else the settings say.
void put_settings(const Source& source, json::object& document, ImportReport& report);

}  // namespace swiftgrid::control::n8n
