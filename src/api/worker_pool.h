#pragma once

// A few threads for what may wait: reading the database, building a plan. The threads that serve
// connections never do. Bounded: when too much waits, new work is refused at once.

#include <cstddef>
#include <functional>
#include <memory>

#include "base/limits.h"

namespace swiftgrid::api {

class WorkerPool {
public:
    explicit WorkerPool(std::size_t threads, std::size_t waiting_max = limits::api_work_waiting);
    // Finishes what was posted.
    ~WorkerPool();

    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // Any thread. False when too much work waits already; `work` is not run then.
    [[nodiscard]] bool post(std::function<void()> work);

    std::size_t waiting() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace swiftgrid::api
