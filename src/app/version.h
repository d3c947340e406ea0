#pragma once

#include <string_view>

namespace swiftgrid::app {

// The project's version, from CMake.
std::string_view version();

}  // namespace swiftgrid::app
