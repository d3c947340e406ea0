#include "app/version.h"

namespace swiftgrid::app {

std::string_view version() { return SWIFTGRID_VERSION; }

}  // namespace swiftgrid::app
