#pragma once

// What runs inside the zygote after its fork.

#include <sys/types.h>

#include "sandbox/unique_fd.h"

namespace swiftgrid::sandbox {

// Reports over `control` that it is ready (one zero byte) or why it cannot be (a sentence), then
// serves until the server is gone.
[[noreturn]] void run_zygote(UniqueFd control, pid_t server);

}  // namespace swiftgrid::sandbox
