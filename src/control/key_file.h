#pragma once

// Where the server's keys are: in SWIFTGRID_SERVER_KEY, or in the file `server.key` of the data
// folder, which is made at the first start.

#include <string>

#include "base/result.h"
#include "control/key_ring.h"

namespace swiftgrid::control {

// Requires a data folder that exists and that nobody else uses. `environment_value` may be null or
// empty.
Result<KeyRing> load_key_ring(const std::string& data_dir, const char* environment_value);

// On disk when it returns; afterwards the file is the old one or the new one, as a whole.
Result<void> write_key_ring(const KeyRing& keys, const std::string& data_dir);

}  // namespace swiftgrid::control
