#pragma once

// The JavaScript that hardens a fresh realm; see the comments in it.

#include <string_view>

namespace swiftgrid::sandbox {

// An expression whose value is a function of (host). host: { random, log, info, warn, error, debug,
// prototypes }, where prototypes holds every class prototype the engine knows.
extern const std::string_view prelude_source;

}  // namespace swiftgrid::sandbox
