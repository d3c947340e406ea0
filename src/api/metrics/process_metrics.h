#pragma once

// The process_* metrics that every Prometheus client has: what the system says of this process.

#include "api/metrics/families.h"

namespace swiftgrid::api {

// What cannot be read is left out.
Families process_metrics();

}  // namespace swiftgrid::api
