#pragma once

// Which release this is, for --version, /healthz, metrics and the User-Agent of flows' requests.

#include <string_view>

namespace swiftgrid::app {

// The project's version, from CMake.
std::string_view version();

// Which sources it was built of, from git when the build was configured; "" without git.
std::string_view commit();

}  // namespace swiftgrid::app
