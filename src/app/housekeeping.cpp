#include "app/housekeeping.h"

#include "control/housekeeping.h"

namespace swiftgrid::app {

Housekeeping::Housekeeping(Parts parts, HousekeepingTimes times)
    : parts_(std::move(parts)), times_(times) {}

void Housekeeping::start() {
    forget_later(0);
    look_at_sandbox();
    write_account_uses_later();
}

void Housekeeping::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
}

void Housekeeping::forget_later(std::int64_t milliseconds) {
    parts_.timer.after(milliseconds, [this] {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        // Busy workers have better things to do than old keys.
        if (!parts_.workers.post([this] { forget(); })) forget_later(times_.between_rounds_ms);
    });
}

void Housekeeping::forget() {
    const auto more = control::forget_old_keys(parts_.catalog, parts_.clock.now());
    if (!more)
        parts_.log(LogLevel::warning,
                   "cannot forget old idempotency keys: " + more.error().message);
    forget_later(more && *more ? times_.between_portions_ms : times_.between_rounds_ms);
}

void Housekeeping::write_account_uses_later() {
    parts_.timer.after(times_.between_account_uses_ms, [this] {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        if (!parts_.workers.post([this] { write_account_uses(); })) write_account_uses_later();
    });
}

void Housekeeping::write_account_uses() {
    const auto written = parts_.accounts.write_uses(parts_.clock.now());
    if (!written)
        parts_.log(LogLevel::warning,
                   "cannot write down who was signed in: " + written.error().message);
    write_account_uses_later();
}

void Housekeeping::look_at_sandbox() {
    parts_.timer.after(times_.between_looks_ms, [this] {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        if (parts_.zygote.has_ended())
            parts_.on_sandbox_ended();
        else
            look_at_sandbox();
    });
}

}  // namespace swiftgrid::app
