#pragma once

// SIGINT and SIGTERM as something to wait for. Must be made before any thread exists, so that every
// thread inherits the blocked mask and only wait() sees the signals.

namespace swiftgrid::app {

class TerminationSignals {
public:
    TerminationSignals();

    // Blocks until one arrives.
    void wait();

    // Ends wait() from another thread.
    static void raise();
};

}  // namespace swiftgrid::app
