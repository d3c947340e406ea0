#pragma once

// One run with everything a test wants to know about it, and the checks that must hold after every
// turn of every run: the fold of the log is the live state, the log survives its codec, every node
// is in one state, a node was entered at most once, and `outstanding` is exactly what was owed and
// not answered.

#include <string>
#include <vector>

#include "engine/handle.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::testing {

class RunUnderTest {
public:
    explicit RunUnderTest(model::PlanPtr plan);

    // Handles the command ten milliseconds after the one before and checks everything.
    engine::Turn handle(const engine::Command& command);
    engine::Turn start(JsonText input, engine::Trigger trigger = engine::Trigger::manual);
    // What start() starts with besides; to be changed before.
    engine::StartRun& to_start() { return to_start_; }

    swiftgrid::Instant now() const { return now_; }
    void let_pass(Duration time) { now_ = now_ + time; }

    // Forgets the live state, as a crash does, and folds the log again.
    void crash_and_recover();

    const engine::RunState& state() const { return state_; }
    const model::Plan& plan() const { return *plan_; }
    const std::vector<engine::Event>& events() const { return events_; }
    // What was owed and not answered yet.
    const std::vector<engine::Effect>& owed() const { return owed_; }

    // The first check that did not hold; "" while all is well.
    const std::string& problem() const { return problem_; }

private:
    void keep_books(const engine::Command& command, const engine::Turn& turn);
    void settle(model::NodeIndex node);
    void settle_child(RunId child);
    engine::RunState fold(std::size_t count) const;
    void check_all();
    void check_codec();
    void check_nodes();
    void check_owed();
    void check_wake_ups();
    void check_budget();
    void report(std::string problem);

    model::PlanPtr plan_;
    engine::RunState state_;
    engine::StartRun to_start_;
    std::vector<engine::Event> events_;
    std::vector<engine::Effect> owed_;
    swiftgrid::Instant now_;
    std::string problem_;
};

}  // namespace swiftgrid::testing
