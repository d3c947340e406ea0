#pragma once

// The loop of a worker process: takes requests from the socket, runs them one after another, sends
// replies. Runs confined; everything it needs it was given before.

#include "sandbox/progress_page.h"
#include "sandbox/realm.h"

namespace swiftgrid::sandbox {

// Ends with the process: when the server closes the socket, or after a reply that retires it.
[[noreturn]] void run_worker(Realm& realm, int socket, const ProgressPage& progress);

}  // namespace swiftgrid::sandbox
