#include "app/script_worker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <poll.h>

#include "base/limits.h"

namespace swiftgrid::app {

Result<ScriptWorker> ScriptWorker::create(sandbox::Zygote& zygote) {
    auto pool = sandbox::ScriptPool::create(zygote, {.workers = 1, .workers_max = 1});
    if (!pool) return std::unexpected(pool.error());
    return ScriptWorker(*std::move(pool));
}

sandbox::Reply ScriptWorker::answer(sandbox::Call call) {
    call.id = ++last_id_;
    pool_->submit(std::move(call));
    pool_->flush();
    std::vector<sandbox::Reply> replies;
    while (true) {
        pool_->poll(clock_.monotonic_ms(), replies);
        if (!replies.empty()) return std::move(replies.front());
        pollfd wait{pool_->poll_fd(), POLLIN, 0};
        ::poll(&wait, 1, time_to_deadline());
    }
}

control::EvaluateScripts ScriptWorker::evaluate() {
    return [this](sandbox::Call call, const std::function<void(sandbox::Reply)>& done) {
        done(answer(std::move(call)));
        return Result<void>();
    };
}

// For poll(); -1 while nothing has a deadline.
int ScriptWorker::time_to_deadline() const {
    const auto deadline = pool_->next_deadline_ms();
    if (!deadline) return -1;
    return static_cast<int>(
        std::clamp<std::int64_t>(*deadline - clock_.monotonic_ms(), 0, limits::script_time_ms));
}

}  // namespace swiftgrid::app
