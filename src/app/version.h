#pragma once

// Which release this is, for --version, /healthz, metrics and the User-Agent of flows' requests.

#include <string_view>

namespace swiftgrid::app {

// The project's version, from CMake.
std::string_view version();

}  // namespace swiftgrid::app
