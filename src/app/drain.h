#pragma once

// The end of a server: its handlers use the host, so it has to be quiet before the host stops.

#include <future>

#include "api/server.h"
#include "base/limits.h"

namespace swiftgrid::app {

// Takes no more requests and waits until those under way are answered or cut.
inline void drain(api::Server& server) {
    std::promise<void> drained;
    server.drain(Duration{limits::drain_ms / 4}, [&] { drained.set_value(); });
    drained.get_future().wait();
}

}  // namespace swiftgrid::app
