#pragma once

// A request that waits for the end of its run: whichever comes first, the end or the time, answers.
// Then nothing of the request stays in memory, however long the run goes on.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "api/response.h"
#include "api/timer.h"
#include "base/ids.h"
#include "runtime/submission.h"

namespace swiftgrid::api {

class EndWait : public std::enable_shared_from_this<EndWait> {
public:
    // Where the answer goes: a Responder, or whoever writes it elsewhere. Called once.
    using Give = std::function<void(Response)>;
    struct Answers {
        std::function<Response(RunId, const runtime::RunEnd&)> at_end;
        std::function<Response(RunId)> still_running;
    };
    EndWait(Give give, Timer& timer, Answers answers)
        : timer_(timer), waiting_(Waiting{std::move(give), std::move(answers)}) {}

    void ended(RunId run, const runtime::RunEnd& end) {
        if (const auto waiting = take()) waiting->give(waiting->answers.at_end(run, end));
    }

    void wait(RunId run, std::int64_t milliseconds) {
        const std::lock_guard lock(mutex_);
        if (!waiting_) return;
        timer_id_ = timer_.after(milliseconds, [self = shared_from_this(), run] {
            if (const auto waiting = self->take())
                waiting->give(waiting->answers.still_running(run));
        });
    }

private:
    struct Waiting {
        Give give;
        Answers answers;
    };

    std::optional<Waiting> take() {
        const std::lock_guard lock(mutex_);
        if (timer_id_) timer_.cancel(*timer_id_);
        return std::exchange(waiting_, std::nullopt);
    }

    std::mutex mutex_;
    Timer& timer_;
    std::optional<Timer::Id> timer_id_;
    std::optional<Waiting> waiting_;  // nothing once it is answered
};

}  // namespace swiftgrid::api
