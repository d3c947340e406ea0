#pragma once

// What is on disk, folded as it gets there, and what must hold of every record and every event. It
// is the world's knowledge of what may be visible; nothing of the product reads it.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "engine/run_state.h"
#include "model/plan.h"
#include "runtime/resume_tokens.h"
#include "store/backend.h"
#include "tests/sim/faults.h"
#include "tests/sim/flow_book.h"
#include "tests/sim/report.h"
#include "tests/sim/sim_clock.h"

namespace swiftgrid::sim {

struct KnownRun {
    model::PlanPtr plan;
    engine::RunState state;
    std::set<std::pair<model::NodeIndex, std::uint32_t>> started;  // attempts, ever
};

// A run that a parent was to start.
struct OwedChild {
    RunId parent;
    model::NodeIndex node = 0;
    std::uint32_t attempt = 1;
    std::optional<std::uint32_t> item;
    engine::FlowCall call;
};

class Truth {
public:
    Truth(const FlowBook& book, const SimClock& clock, const runtime::ResumeTokens& tokens,
          Report& report, Tally& tally)
        : book_(book), clock_(clock), tokens_(tokens), report_(report), tally_(tally) {}

    void commit(const store::Batch& batch);
    // It was deleted.
    void forget(RunId run) {
        runs_.erase(run);
        deleted_.insert(run);
    }
    bool was_deleted(RunId run) const { return deleted_.contains(run); }
    // Some of it is gone: reads what is left.
    void reload(store::Backend& disk);
    // Reads everything again and compares.
    void compare(store::Backend& disk);

    const KnownRun* find(RunId run) const;
    const std::map<RunId, KnownRun>& runs() const { return runs_; }
    // Nothing when no parent ever had to start it.
    const OwedChild* find_owed(RunId child) const;

private:
    void check_created(const store::Batch& batch, RunId run);
    void check_secrets(const store::EventRecord& record, const KnownRun& run);
    void fold(const store::EventRecord& record, const store::RunRow& row);
    void fold_event(KnownRun& run, const engine::Event& event);
    void check_row(const KnownRun& run, const store::RunRow& row);
    void check_codec(const store::EventRecord& record, const std::vector<engine::Event>& events,
                     const model::Plan& plan);
    void note_owed_children(const KnownRun& run, model::NodeIndex node);
    void check_children(const KnownRun& run, const engine::Event& event);
    using Visit = std::function<void(KnownRun&, const engine::Event&)>;
    static bool fold(KnownRun& run, const store::EventRecord& record, const Visit& visit);
    std::optional<KnownRun> read(store::Backend& disk, RunId run, GraphId graph,
                                 const Visit& visit) const;
    void note_event(KnownRun& run, const engine::Event& event);

    const FlowBook& book_;
    const SimClock& clock_;
    const runtime::ResumeTokens& tokens_;
    Report& report_;
    Tally& tally_;
    std::map<RunId, KnownRun> runs_;
    std::set<RunId> deleted_;
    std::map<RunId, OwedChild> owed_children_;
    // What parents were told of their children in the commit that is being folded.
    std::vector<std::pair<RunId, engine::ChildEnded>> told_ends_;
};

// The runs that this one waits for.
std::vector<RunId> awaited_children(const engine::RunState& run);

// "" or the rule of a single run that the event breaks; `run` is the state before it.
std::string broken_rule(const engine::RunState& run, const engine::Event& event);
// "" or what is wrong with the state after a record.
std::string broken_state(const engine::RunState& run);

// Counted by hand from the nodes: when the run is to be woken, and whether it owes work.
std::optional<Instant> wake_up_of(const engine::RunState& run);
bool owes_work(const engine::RunState& run);

}  // namespace swiftgrid::sim
