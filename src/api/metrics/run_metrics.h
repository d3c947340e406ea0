#pragma once

// What the shards count, added up: runs, nodes, language models.

#include "api/metrics/families.h"
#include "runtime/metrics.h"

namespace swiftgrid::api {

Families run_metrics(const runtime::RuntimeMetrics& metrics);

}  // namespace swiftgrid::api
