#pragma once

// The runs a shard has in memory. Runs come in by being started or by replay from the journal;
// ended runs leave at once, idle ones when there are too many, least recently used first. An entry
// may leave only when nothing of it is undurable or with a script worker, and no node shows a text.

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "engine/run_state.h"
#include "model/plan.h"
#include "runtime/map_progress.h"
#include "runtime/plan_cache.h"
#include "runtime/redactor.h"
#include "runtime/submission.h"
#include "store/backend.h"

namespace swiftgrid::runtime {

struct RunEntry {
    engine::RunState state;
    model::PlanPtr plan;
    std::uint64_t durable_sequence = 0;  // events up to here are on disk
    std::uint32_t scripts_in_flight = 0;
    // Nodes whose attempts show a text: it is read from its beginning, whoever looks, since a
    // secret in it may be cut anywhere. No more than attempts outside.
    std::vector<model::NodeIndex> show_text;
    MapProgress maps;
    std::function<void(const RunEnd&)> on_end;
    std::shared_ptr<const Redactor> token_redactor = {};  // made when it is needed first
    std::list<RunId>::iterator place;                     // in the table's order of use

    bool is_idle() const {
        return durable_sequence == state.last_sequence && scripts_in_flight == 0 &&
               show_text.empty() && !on_end;
    }
};

class RunTable {
public:
    RunTable(store::Backend& backend, PlanCache& plans, std::size_t runs_max)
        : backend_(backend), plans_(plans), runs_max_(runs_max) {}

    // Null when the run is not in memory. References stay valid until erase() or evict_idle().
    RunEntry* find(RunId run);
    // The same without counting as a use.
    const RunEntry* peek(RunId run) const;

    // Requires that the run is not in the table.
    RunEntry& create(RunId run, model::PlanPtr plan);

    // From memory or by replay; not_found when the journal does not know the run.
    Result<RunEntry*> load(RunId run);

    void erase(RunId run);

    // Lets idle runs go until at most runs_max are left.
    void evict_idle();

    std::size_t size() const { return entries_.size(); }

private:
    store::Backend& backend_;
    PlanCache& plans_;
    std::size_t runs_max_;
    std::list<RunId> recent_;  // most recently used first
    std::unordered_map<RunId, std::unique_ptr<RunEntry>> entries_;
};

// How a run stands on disk, without replaying it.
enum class Standing : std::uint8_t { unknown, open, ended };
Result<Standing> look_up(store::Backend& backend, RunId run);

// The state of a run at event `at` (all events when absent) by folding what the journal has.
struct ReplayedRun {
    engine::RunState state;
    model::PlanPtr plan;
};
// Called with each event that was folded, in order.
using EventVisitor = std::function<void(const engine::Event& event, const model::Plan& plan)>;

Result<ReplayedRun> replay_run(store::Backend& backend, PlanCache& plans, RunId run,
                               std::optional<std::uint64_t> at = std::nullopt,
                               const EventVisitor& visit = {});

}  // namespace swiftgrid::runtime
