#pragma once

// Everything that /metrics shows.

#include "api/api_parts.h"
#include "api/metrics/families.h"

namespace swiftgrid::api {

Families server_metrics(const ApiParts& parts);

}  // namespace swiftgrid::api
