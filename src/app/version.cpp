#include "app/version.h"

namespace swiftgrid::app {

std::string_view version() { return SWIFTGRID_VERSION; }

std::string_view commit() { return SWIFTGRID_COMMIT; }

}  // namespace swiftgrid::app
