#include "tests/sim/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "nodes/code_execution/perform.h"
#include "nodes/router/perform.h"
#include "runtime/shards.h"
#include "tests/sim/process.h"
#include "tests/sim/watchers.h"

namespace swiftgrid::sim {
namespace {

// A clock that is ahead of the world's.
class AheadClock : public runtime::Clock {
public:
    AheadClock(const SimClock& clock, Duration ahead) : clock_(clock), ahead_(ahead) {}
    Instant now() const override { return clock_.now() + ahead_; }
    std::int64_t monotonic_ms() const override { return clock_.monotonic_ms(); }

private:
    const SimClock& clock_;
    Duration ahead_;
};

}  // namespace

Catalogue::Catalogue()
    : types(nodes::make_node_types()), behaviours(nodes::make_node_behaviours()) {}

World::World(const WorldParts& parts)
    : disk(parts.sabotage, [this](const store::Batch& batch) { truth.commit(batch); }),
      truth(parts.book, clock, tokens_, parts.report, parts.tally),
      publications(parts.book),
      catalogue_(parts.catalogue),
      book_(parts.book),
      swarm_(parts.swarm),
      sabotage_(parts.sabotage),
      random_(parts.random),
      report_(parts.report),
      tally_(parts.tally),
      tokens_(runtime::TokenKey{1, 2, 3}),
      shard_clock_(std::make_unique<AheadClock>(
          clock, Duration{parts.sabotage == Sabotage::fire_early ? 50 : 0})) {}

World::~World() = default;

void World::make_unit(std::size_t index) {
    Process& process = *process_;
    const bool fails = swarm_.has(Fault::failed_script) && !are_scripts_good_;
    auto unit = std::make_unique<Unit>(random_, tally_, swarm_.inbox_commands, fails);
    unit->performers.outside.emplace(
        "http-request",
        std::make_unique<SimPerformer>(
            [this, index](BegunAttempt attempt) { begin(std::move(attempt), index); },
            [this](const nodes::AttemptKey& key) { cancel(key); }));
    unit->performers.scripts.emplace("code-execution", nodes::code_execution::make_performer());
    unit->performers.scripts.emplace("router", nodes::router::make_performer());
    runtime::Inbox& inbox = unit->inbox;
    const auto append = [this, &inbox](store::Batch batch) {
        store::PendingBatch pending{std::move(batch),
                                    [&inbox] { inbox.push(runtime::BatchDurable{}); }};
        if (sabotage_ == Sabotage::release_before_durable) {
            pending.on_durable();
            pending.on_durable = nullptr;
        }
        process_->commits.add(std::move(pending));
    };
    const bool unbounded = sabotage_ == Sabotage::keep_all_runs;
    runtime::ShardParts parts{
        *shard_clock_, *catalogue_.behaviours, unit->performers, unit->scripts, disk, process.plans,
        process.hub,   unit->metrics,          publications,     append};
    parts.warn = [this](const std::string& text, std::optional<RunId>) {
        if (report_.tells()) report_.say("  warning: " + text);
    };
    parts.resume_tokens = &tokens_;
    parts.runs_in_memory = unbounded ? 1'000 : swarm_.runs_in_memory;
    parts.timers_in_memory = swarm_.timers_in_memory;
    parts.send = [this](RunId run, runtime::Message message) { send(run, std::move(message)); };
    const bool owns_all = sabotage_ == Sabotage::tell_at_once;
    parts.owns = [this, index, owns_all](RunId run) {
        return owns_all || swarm_.shard_of(run) == index;
    };
    unit->shard = std::make_unique<runtime::Shard>(std::move(parts), inbox);
    process.units.push_back(std::move(unit));
}

void World::boot() {
    SG_ASSERT(!process_, "one process at a time");
    if (report_.tells()) report_.say("---- a process starts");
    process_ = std::make_unique<Process>(disk, catalogue_.types);
    // Plans are the same in every process; reading them from disk each time only takes time.
    if (random_.chance(80))
        for (const BookedFlow& flow : book_.flows())
            for (const FlowVersion& version : flow.versions) process_->plans.put(version.plan);
    for (std::size_t i = 0; i < swarm_.shards; ++i) make_unit(i);
    auto recoveries = runtime::find_recoveries(disk, swarm_.shards,
                                               [this](RunId run) { return swarm_.shard_of(run); });
    SG_ASSERT(recoveries.has_value(), "this disk can be scanned");
    for (std::size_t i = 0; i < swarm_.shards; ++i)
        process_->units[i]->shard->recover(std::move((*recoveries)[i]));
}

void World::crash() {
    if (report_.tells()) report_.say("---- the process is gone");
    process_.reset();
    attempts_.clear();
    sent_now_.clear();
    const bool has_lost = disk.loses_writes();
    disk.heal();
    disk.power_fails();
    if (has_lost) {
        truth.reload(disk);
        sent_.clear();
    }
    truth.compare(disk);
}

void World::stop_in_order() {
    for (auto& unit : process_->units) unit->inbox.push(runtime::Drain{});
    settle();
    for (auto& unit : process_->units)
        if (unit->shard->has_undurable_events())
            report_.broken("a process stops with undurable events");
    crash();
}

bool World::submit(runtime::Submission submission) {
    runtime::Inbox& inbox = process_->units[swarm_.shard_of(submission.run)]->inbox;
    if (sabotage_ == Sabotage::forget_run_end) submission.on_end = nullptr;
    runtime::Message message = std::move(submission);
    return inbox.try_push(message);
}

void World::push(RunId run, runtime::Message message) {
    process_->units[swarm_.shard_of(run)]->inbox.push(std::move(message));
}

void World::remove(RunId run) {
    const auto tell = [this, run](const Result<void>& removed) {
        if (report_.tells())
            report_.say(fmt::format("  delete {}: {}", to_string(run).substr(24),
                                    removed ? "done" : removed.error().message));
        if (removed && truth.find(run)) report_.broken("a run that was deleted is there");
    };
    process_->commits.add(store::PendingChange{
        [this, run](store::sqlite::Connection&) { return remove_if_over(run); }, tell});
}

Result<void> World::remove_if_over(RunId run) {
    if (disk.loses_writes()) return fail(ErrorCode::storage_error, "this disk forgets it");
    const KnownRun* known = truth.find(run);
    if (known == nullptr) return fail(ErrorCode::not_found, "there is no such run");
    const auto& parent_id = known->state.created.parent;
    const KnownRun* parent = parent_id ? truth.find(*parent_id) : nullptr;
    if (!engine::is_final(known->state.status) ||
        (parent && !engine::is_final(parent->state.status)))
        return fail(ErrorCode::conflict, "it is open, or its parent is");
    disk.delete_run(run);
    truth.forget(run);
    return {};
}

std::optional<runtime::ReplayedRun> World::read_at(RunId run, std::uint64_t at) {
    auto replayed = runtime::replay_run(disk, process_->plans, run, at);
    if (!replayed) return std::nullopt;
    return std::move(*replayed);
}

void World::turn(std::size_t shard) { process_->units[shard]->shard->turn(); }

bool World::pump() { return process_->commits.pump() != store::GroupCommit::Outcome::failed; }

void World::settle() {
    constexpr std::size_t rounds_max = 2'000;
    for (std::size_t round = 0; round < rounds_max; ++round) {
        bool is_quiet = true;
        for (auto& unit : process_->units) is_quiet = !unit->shard->turn() && is_quiet;
        // Shards write to each other, so all are looked at when all have had their turn.
        for (const auto& unit : process_->units)
            is_quiet = is_quiet && unit->inbox.size() == 0 && !unit->scripts.has_replies();
        if (process_->commits.has_work()) {
            is_quiet = false;
            if (!pump()) return report_.broken("a commit failed without a fault");
        }
        if (is_quiet && has_growing_batch()) {
            clock.advance(Duration{1});
            is_quiet = false;
        }
        if (is_quiet || report_.is_broken()) return;
    }
    report_.broken("the shards never come to rest");
}

// Of a shard that does not yet hand over what it has, since its runs compute.
bool World::has_growing_batch() const {
    return std::ranges::any_of(
        process_->units, [](const auto& unit) { return unit->shard->has_undurable_events(); });
}

void World::begin(BegunAttempt attempt, std::size_t shard) {
    attempt.shard = shard;
    const nodes::AttemptKey key = attempt.request.key;
    if (sabotage_ == Sabotage::wrong_attempt_key) ++attempt.request.key.attempt;
    if (sabotage_ == Sabotage::repeat_attempt && random_.chance(20)) begin(attempt, shard);
    if (report_.tells())
        report_.say(fmt::format("  perform {} node {}#{}", to_string(key.run).substr(24), key.node,
                                key.attempt));
    const nodes::AttemptKey& used = attempt.request.key;
    // Cancelled with the same commit and gone since: it is cancelled at once.
    if (truth.was_deleted(used.run)) return;
    const KnownRun* run = truth.find(used.run);
    if (run == nullptr || !run->started.contains({used.node, used.attempt}))
        return report_.broken("an attempt goes out before its start is on disk");
    const engine::NodeState& node = run->state.nodes[used.node];
    const bool is_open = node.status == engine::NodeStatus::running && node.attempt == used.attempt;
    if (!is_open && node.status != engine::NodeStatus::cancelled)
        report_.broken("an attempt goes out that has ended");
    if (!sent_now_.insert(used).second) report_.broken("an attempt goes out twice");
    const auto [known, is_new] = sent_.try_emplace(used, attempt.request.input.view());
    if (known->second != attempt.request.input.view())
        report_.broken("under one key two requests go out");
    attempts_.push_back(std::move(attempt));
}

void World::cancel(const nodes::AttemptKey& key) {
    const KnownRun* run = truth.find(key.run);
    if (run && run->state.nodes[key.node].status != engine::NodeStatus::cancelled)
        report_.broken("an attempt is cancelled before that is on disk");
    for (BegunAttempt& attempt : attempts_)
        if (attempt.request.key == key) attempt.is_cancelled = true;
}

void World::answer(std::size_t attempt, nodes::Outcome outcome) {
    BegunAttempt begun = std::move(attempts_[attempt]);
    attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(attempt));
    if (sabotage_ != Sabotage::lose_outcome) begun.done(std::move(outcome));
}

bool World::answer_script(std::size_t shard) {
    return process_->units[shard]->scripts.answer_one();
}

void World::scripts_never_fail() {
    are_scripts_good_ = true;
    for (auto& unit : process_->units) unit->scripts.never_fail();
}

std::optional<Instant> World::next_wakeup() const {
    std::optional<Instant> next;
    for (const auto& unit : process_->units)
        if (const auto at = unit->shard->next_wakeup(); at && (!next || *at < *next)) next = at;
    return next;
}

void World::watch(RunId run) {
    process_->hub.watch_run(run, std::make_shared<VisibleEvents>(run, truth, report_));
}

bool World::is_sabotaged(const runtime::Message& message) const {
    if (std::holds_alternative<runtime::ChildReport>(message))
        return sabotage_ == Sabotage::lose_child_end;
    const auto* submission = std::get_if<runtime::Submission>(&message);
    if (submission == nullptr) return false;
    return std::holds_alternative<engine::StartRun>(submission->command)
               ? sabotage_ == Sabotage::lose_child_start
               : sabotage_ == Sabotage::lose_child_cancel;
}

void World::send(RunId run, runtime::Message message) {
    check_message(run, message);
    if (is_sabotaged(message)) return;
    const auto* submission = std::get_if<runtime::Submission>(&message);
    const bool is_start =
        submission && std::holds_alternative<engine::StartRun>(submission->command);
    // Starts never come twice: before one is repeated, the disk is asked.
    if (!is_start && swarm_.has(Fault::double_message) && random_.chance(30)) {
        tally_.count(Fault::double_message);
        push(run, message);
    }
    push(run, std::move(message));
}

}  // namespace swiftgrid::sim
