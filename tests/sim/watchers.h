#pragma once

// Somebody who looks at the live events of a run: sees what is on disk, in order, and no more.

#include "runtime/event_hub.h"
#include "tests/sim/truth.h"

namespace swiftgrid::sim {

class VisibleEvents : public runtime::RunWatcher {
public:
    VisibleEvents(RunId run, const Truth& truth, Report& report)
        : run_(run), truth_(truth), report_(report) {}

    void on_event(const runtime::PublishedEvent& event) override {
        if (truth_.was_deleted(run_)) return;
        const KnownRun* known = truth_.find(run_);
        if (known == nullptr || event.sequence > known->state.last_sequence)
            report_.broken("an event is shown before it is on disk");
        if (last_ != 0 && event.sequence != last_ + 1) report_.broken("shown events have a gap");
        last_ = event.sequence;
    }
    void on_chunk(const runtime::PublishedChunk&) override {
        if (truth_.find(run_) == nullptr && !truth_.was_deleted(run_))
            report_.broken("output of a run that is not on disk");
    }

private:
    RunId run_;
    const Truth& truth_;
    Report& report_;
    std::uint64_t last_ = 0;
};

}  // namespace swiftgrid::sim
