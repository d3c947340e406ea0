#pragma once

// A request that waits for the end of its run: whichever comes first, the end or the time, answers;
// the end takes the waiting back, so that nothing of the request stays in memory.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "api/responder.h"
#include "api/timer.h"
#include "base/ids.h"
#include "runtime/submission.h"

namespace swiftgrid::api {

class EndWait {
public:
    struct Answers {
        std::function<Response(RunId, const runtime::RunEnd&)> at_end;
        std::function<Response(RunId)> still_running;
    };
    EndWait(Responder respond, Timer& timer, Answers answers)
        : respond_(std::move(respond)), timer_(timer), answers_(std::move(answers)) {}

    void ended(RunId run, const runtime::RunEnd& end) {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        if (timer_id_) timer_.cancel(*timer_id_);
        respond_(answers_.at_end(run, end));
    }

    void wait(RunId run, std::int64_t milliseconds) {
        const std::lock_guard lock(mutex_);
        if (is_over_) return;
        timer_id_ = timer_.after(milliseconds, [respond = respond_, answer = answers_.still_running,
                                                run] { respond(answer(run)); });
    }

private:
    std::mutex mutex_;
    Responder respond_;
    Timer& timer_;
    Answers answers_;
    std::optional<Timer::Id> timer_id_;
    bool is_over_ = false;
};

}  // namespace swiftgrid::api
