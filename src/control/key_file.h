#pragma once

// Where the server's keys are: in SWIFTGRID_SERVER_KEY, or in the file `server.key` of the data
// folder, which is made at the first start.

#include <optional>
#include <string>

#include "base/result.h"
#include "control/key_ring.h"

namespace swiftgrid::control {

struct KeyPlace {
    std::string data_dir;           // "" for none
    std::string environment_value;  // of SWIFTGRID_SERVER_KEY, which goes first; "" for none
};

// Makes nothing: no keys where there are none yet.
Result<std::optional<KeyRing>> read_key_ring(const KeyPlace& place);

// Requires a data folder that exists and that nobody else uses.
// On disk when it returns; afterwards the file is the old one or the new one, as a whole.
Result<void> write_key_ring(const KeyRing& keys, const std::string& data_dir);

}  // namespace swiftgrid::control
