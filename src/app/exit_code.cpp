#include "app/exit_code.h"

#include <fmt/format.h>

namespace swiftgrid::app {

int failed(const Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    return exit_failed;
}

}  // namespace swiftgrid::app
