// What must hold of what leaves the process, and of the whole world when it has come to rest.

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "engine/outstanding.h"
#include "tests/sim/process.h"
#include "tests/sim/world.h"

namespace swiftgrid::sim {
namespace {

std::string name_of(RunId run) { return to_string(run).substr(24); }

}  // namespace

// Durable before visible, between shards too. Within one the disk tells: truth.cpp sees that no run
// gets there before what it follows from.
void World::check_message(RunId run, const runtime::Message& message) {
    if (const auto* report = std::get_if<runtime::ChildReport>(&message)) {
        if (swarm_.shard_of(run) == swarm_.shard_of(report->end.child)) return;
        const KnownRun* child = truth.find(report->end.child);
        const bool is_told = child != nullptr && child->state.status == report->end.status;
        if (!is_told && !truth.was_deleted(report->end.child))
            report_.broken("the end of a child is told before it is on disk");
        return;
    }
    const auto* submission = std::get_if<runtime::Submission>(&message);
    SG_ASSERT(submission != nullptr, "shards send each other commands and ends of children");
    const OwedChild* owed = truth.find_owed(run);
    if (const auto* start = std::get_if<engine::StartRun>(&submission->command)) {
        if (report_.tells()) report_.say("  start child " + name_of(run));
        const bool is_near = swarm_.shard_of(run) == swarm_.shard_of(*start->created.parent);
        if (owed == nullptr && !is_near)
            report_.broken("a child is started before that is on disk");
        return;
    }
    if (owed == nullptr) return report_.broken("a child is cancelled before that is on disk");
    if (report_.tells()) report_.say("  cancel child " + name_of(run));
    const KnownRun* parent = truth.find(owed->parent);
    if (parent == nullptr) return;
    const auto awaited = awaited_children(parent->state);
    if (std::ranges::find(awaited, run) != awaited.end())
        report_.broken("a child is cancelled that its parent waits for");
}

// Everything that a run owes is under way somewhere.
void World::check_owned(const KnownRun& run, std::set<nodes::AttemptKey>& outside,
                        std::vector<std::size_t>& scripts) {
    const RunId id = run.state.id;
    for (const engine::Effect& effect :
         engine::outstanding(run.state, *run.plan, *catalogue_.behaviours)) {
        if (const auto* start = std::get_if<engine::StartChildRun>(&effect)) {
            const KnownRun* child = truth.find(start->child);
            if (child == nullptr || engine::is_final(child->state.status))
                report_.broken(fmt::format("run {} waits for run {}, which does not run",
                                           name_of(id), name_of(start->child)));
            continue;
        }
        const auto* perform = std::get_if<engine::PerformNode>(&effect);
        if (perform && run.plan->nodes[perform->node].descriptor->type == "http-request")
            outside.insert({id, perform->node, perform->attempt});
        else
            ++scripts[swarm_.shard_of(id)];
    }
}

// An open child has an open parent that waits for it.
void World::check_children(const KnownRun& run) {
    if (!run.state.created.parent) return;
    const KnownRun* parent = truth.find(*run.state.created.parent);
    const auto awaited = parent ? awaited_children(parent->state) : std::vector<RunId>();
    if (std::ranges::find(awaited, run.state.id) == awaited.end())
        report_.broken(fmt::format("run {} goes on, but its parent does not wait for it",
                                   name_of(run.state.id)));
}

// Whoever has a timer is woken in time, and what is due has happened.
void World::check_timers() {
    std::vector<std::optional<Instant>> earliest(swarm_.shards);
    for (const auto& [id, run] : truth.runs()) {
        const auto wake = wake_up_of(run.state);
        if (!wake) continue;
        auto& found = earliest[swarm_.shard_of(id)];
        if (!found || *wake < *found) found = wake;
        if (*wake <= shard_clock_->now())
            report_.broken(fmt::format("run {} was not woken in time", name_of(id)));
    }
    for (std::size_t i = 0; i < swarm_.shards; ++i) {
        const auto next = process_->units[i]->shard->next_wakeup();
        if (earliest[i] && (!next || *next > *earliest[i]))
            report_.broken("a shard will sleep through a timer");
    }
}

void World::check_bounds() {
    for (const auto& unit : process_->units) {
        const auto runs = static_cast<std::size_t>(unit->metrics.runs_in_memory.load());
        const auto timers = static_cast<std::size_t>(unit->metrics.timers_in_memory.load());
        if (runs > swarm_.runs_in_memory + unit->scripts.waiting())
            report_.broken("more runs in memory than there may be");
        if (timers > swarm_.timers_in_memory)
            report_.broken("more timers in memory than there may be");
        if (unit->inbox.size() > limits::inbox_commands) report_.broken("an inbox is too long");
    }
}

void World::check_rest() {
    std::set<nodes::AttemptKey> outside;
    std::vector<std::size_t> scripts(swarm_.shards);
    for (const auto& [id, run] : truth.runs()) {
        const Unit& owner = *process_->units[swarm_.shard_of(id)];
        const engine::RunState* live = owner.shard->state_in_memory(id);
        if (live != nullptr && *live != run.state)
            report_.broken(fmt::format("run {} is another in memory than on disk", name_of(id)));
        if (engine::is_final(run.state.status)) continue;
        check_owned(run, outside, scripts);
        check_children(run);
    }
    for (const BegunAttempt& attempt : attempts_) {
        const bool is_wanted = outside.erase(attempt.request.key) > 0;
        if (!is_wanted && !attempt.is_cancelled && !attempt.was_told)
            report_.broken("an attempt goes on that nobody wants");
    }
    if (!outside.empty())
        report_.broken(fmt::format("run {} owes an attempt that nobody carries out",
                                   name_of(outside.begin()->run)));
    for (std::size_t i = 0; i < swarm_.shards; ++i)
        if (process_->units[i]->scripts.waiting() != scripts[i])
            report_.broken("the scripts under way are not those that are owed");
    check_timers();
    check_bounds();
}

}  // namespace swiftgrid::sim
