#pragma once

// What a server throws away while it runs. Blocking: called on a worker thread.

#include "base/instant.h"
#include "base/result.h"
#include "store/catalog.h"

namespace swiftgrid::control {

// Idempotency keys that nobody may repeat any more, some thousand per call, so that no commit gets
// long. True when more are left.
Result<bool> forget_old_keys(store::Catalog& catalog, Instant now);

}  // namespace swiftgrid::control
