#pragma once

// Carries out one run that leaves nothing behind: shards of its own over a memory that is freed
// with it, and the product's own behaviours and performers. Waits are cut short: a delay is over at
// once, and a wait for a call goes on without one.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/cut_short.h"
#include "runtime/child_flows.h"
#include "runtime/plan_cache.h"
#include "runtime/run_table.h"
#include "runtime/shards.h"
#include "store/memory_backend.h"

namespace swiftgrid::control {

struct ScratchParts {
    const runtime::Clock& clock;
    const model::NodeTypes& types;
    const engine::NodeBehaviours& behaviours;
    nodes::Performers& performers;
    runtime::ChildFlows& child_flows;
    store::Backend& backend;  // where the graphs of other flows are
    const runtime::Vault& vault;
    std::unique_ptr<runtime::ScriptRunner> scripts;
};

class ScratchWorld {
public:
    explicit ScratchWorld(ScratchParts parts);
    // Waits until nothing of the run is under way.
    ~ScratchWorld();

    ScratchWorld(const ScratchWorld&) = delete;
    ScratchWorld& operator=(const ScratchWorld&) = delete;

    // To be called once. `on_end` is called once, on the world's own thread: it must not end the
    // world. Unless starting fails.
    Result<void> start(RunId run, model::PlanPtr plan, engine::StartRun command,
                       std::function<void()> on_end);

    // Any thread; the run ends as cancelled.
    void cancel();

    // After the end.
    Result<runtime::ReplayedRun> result();
    // What was cut short of the run's own nodes, as sentences.
    const std::vector<std::string>& notes() const { return behaviours_.notes(); }

private:
    ScratchParts parts_;
    CutShort behaviours_;
    store::MemoryBackend memory_;
    runtime::PlanCache plans_;
    runtime::EventHub hub_;
    runtime::RuntimeMetrics metrics_;
    RunId run_;
    std::unique_ptr<runtime::Shards> shards_;
};

}  // namespace swiftgrid::control
