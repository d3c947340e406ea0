#pragma once

// Memory of the engine, counted to the byte: every allocation of scripts goes through here, and one
// that would pass the limit is refused, which the script sees as "out of memory".

#include <cstddef>

#include <quickjs/quickjs.h>

namespace swiftgrid::sandbox {

struct Heap {
    std::size_t used_bytes = 0;
    std::size_t limit_bytes = static_cast<std::size_t>(-1);
    bool refused = false;  // since it was last set to false
};

// For JS_NewRuntime2, whose opaque pointer must be a Heap.
const JSMallocFunctions& heap_functions();

}  // namespace swiftgrid::sandbox
