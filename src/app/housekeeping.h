#pragma once

// What a server does besides answering: forgets old idempotency keys about every hour, writes down
// every minute who was there, and looks every second whether the sandbox is still there. Requires
// that the timer's io_context is stopped before anything given here goes away.

#include <cstdint>
#include <functional>
#include <mutex>

#include "api/timer.h"
#include "api/worker_pool.h"
#include "app/log.h"
#include "base/limits.h"
#include "control/accounts.h"
#include "runtime/clock.h"
#include "sandbox/zygote.h"
#include "store/catalog.h"

namespace swiftgrid::app {

struct HousekeepingTimes {
    std::int64_t between_rounds_ms = 60LL * 60 * 1000;
    std::int64_t between_portions_ms = 1'000;  // of one round that has much to forget
    std::int64_t between_looks_ms = 1'000;
    std::int64_t between_account_uses_ms = limits::account_uses_ms;
};

class Housekeeping {
public:
    struct Parts {
        api::Timer& timer;
        api::WorkerPool& workers;
        store::Catalog& catalog;
        control::Accounts& accounts;
        const runtime::Clock& clock;
        const sandbox::Zygote& zygote;
        // Called at most once, on a thread of the io_context.
        std::function<void()> on_sandbox_ended;
        Log log = Log();
    };
    explicit Housekeeping(Parts parts, HousekeepingTimes times = {});

    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

    // Begins with a round. Requires to be called once.
    void start();

    // Nothing is given to the workers or reported any more when it returns.
    void stop();

private:
    void forget_later(std::int64_t milliseconds);
    void forget();
    void look_at_sandbox();
    void write_account_uses_later();
    void write_account_uses();

    Parts parts_;
    HousekeepingTimes times_;
    std::mutex mutex_;
    bool stopped_ = false;
};

}  // namespace swiftgrid::app
