#include "tests/sim/truth.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/apply.h"
#include "engine/calls.h"
#include "engine/event_codec.h"
#include "engine/explain.h"
#include "runtime/run_row.h"

namespace swiftgrid::sim {
namespace {

std::string short_name(RunId run) { return to_string(run).substr(24); }

// What the parent was told is what happened.
std::string wrong_end(const KnownRun* child, const engine::ChildEnded& end) {
    if (child == nullptr) {
        const bool refused = end.error && (end.error->code == "flow_not_found" ||
                                           end.error->code == "version_not_found");
        return refused ? "" : "the end of a run that never was";
    }
    if (!engine::is_final(child->state.status)) return "the child has not ended";
    if (child->state.status != end.status) return "the child ended otherwise";
    if (end.status == engine::RunStatus::completed && child->state.output != end.output)
        return "the child gave something else";
    return "";
}

}  // namespace

const KnownRun* Truth::find(RunId run) const {
    const auto found = runs_.find(run);
    return found == runs_.end() ? nullptr : &found->second;
}

const OwedChild* Truth::find_owed(RunId child) const {
    const auto found = owed_children_.find(child);
    return found == owed_children_.end() ? nullptr : &found->second;
}

void Truth::commit(const store::Batch& batch) {
    ++tally_.commits;
    for (const store::EventRecord& record : batch.events) {
        // Several shards share a commit, each run is in it once.
        const auto row = std::ranges::find(batch.runs, record.run, &store::RunRow::id);
        if (row == batch.runs.end())
            report_.broken("events without a row of their run");
        else
            fold(record, *row);
        if (!report_.is_broken() && record.first_seq == 1) check_created(batch, record.run);
        if (report_.is_broken()) return;
    }
    // A child may have ended with the same commit.
    for (const auto& [run, end] : told_ends_)
        if (const std::string rule = wrong_end(find(end.child), end); !rule.empty())
            report_.broken(fmt::format("run {}: {}", short_name(run), rule));
    told_ends_.clear();
}

// What must be on disk together with a new run.
void Truth::check_created(const store::Batch& batch, RunId run) {
    const KnownRun& known = *find(run);
    std::vector<store::ResumeToken> tokens;
    tokens_.append_rows(tokens, run, *known.plan);
    for (const store::ResumeToken& token : tokens)
        if (std::ranges::find(batch.tokens, token) == batch.tokens.end())
            report_.broken("a run is on disk without its resume tokens");
    const bool is_keyed = !known.state.created.parent;
    if (is_keyed &&
        std::ranges::find(batch.keys, run, &store::IdempotencyKey::run) == batch.keys.end())
        report_.broken("a run is on disk without its idempotency key");
}

// Nothing that is recorded shows a resume address.
void Truth::check_secrets(const store::EventRecord& record, const KnownRun& run) {
    const bool has_secrets = std::ranges::any_of(run.plan->nodes, &model::PlanNode::reads_secrets);
    if (!has_secrets) return;
    for (const std::string& token : tokens_.tokens_of(record.run, *run.plan))
        if (record.events.contains(token)) report_.broken("a resume token is in the events");
}

void Truth::fold(const store::EventRecord& record, const store::RunRow& row) {
    auto found = runs_.find(record.run);
    if (found == runs_.end()) {
        const model::PlanPtr plan = book_.plan_of(row.graph);
        if (!plan) return report_.broken("a run of a graph that nobody made");
        found =
            runs_.emplace(record.run, KnownRun{plan, {record.run, plan->nodes.size()}, {}}).first;
    }
    KnownRun& run = found->second;
    if (record.first_seq != run.state.last_sequence + 1)
        return report_.broken(fmt::format("run {}: a gap after event {}", short_name(record.run),
                                          run.state.last_sequence));
    const auto events =
        engine::decode_events(record.events, record.first_seq, record.at, *run.plan);
    if (!events) return report_.broken("a record cannot be read: " + events.error().message);
    if (events->size() != record.count) return report_.broken("a record has another count");
    check_codec(record, *events, *run.plan);
    check_secrets(record, run);
    for (const engine::Event& event : *events) {
        fold_event(run, event);
        if (report_.is_broken()) return;
    }
    if (const std::string rule = broken_state(run.state); !rule.empty())
        return report_.broken(fmt::format("run {}: {}", short_name(record.run), rule));
    check_row(run, row);
}

void Truth::fold_event(KnownRun& run, const engine::Event& event) {
    ++tally_.events;
    if (report_.tells())
        report_.say(fmt::format("{} disk    {} {}",
                                clock_.now().milliseconds_since_epoch % 100'000'000,
                                short_name(run.state.id), engine::explain(event, *run.plan)));
    std::string rule = broken_rule(run.state, event);
    if (rule.empty() && event.at > clock_.latest()) rule = "an event from the future";
    if (!rule.empty())
        return report_.broken(fmt::format("run {}: {}", short_name(run.state.id), rule));
    check_children(run, event);
    engine::apply(run.state, event);
    note_event(run, event);
}

void Truth::note_event(KnownRun& run, const engine::Event& event) {
    if (const auto* started = std::get_if<engine::NodeStarted>(&event.body))
        run.started.emplace(started->node, started->attempt);
    if (const auto* suspended = std::get_if<engine::NodeSuspended>(&event.body))
        note_owed_children(run, suspended->node);
    if (const auto* resumed = std::get_if<engine::NodeResumed>(&event.body))
        note_owed_children(run, resumed->node);
    if (const auto* settled = std::get_if<engine::MapItemSettled>(&event.body))
        note_owed_children(run, settled->node);
}

void Truth::check_children(const KnownRun& run, const engine::Event& event) {
    std::string rule;
    if (const auto* created = std::get_if<engine::RunCreated>(&event.body);
        created && created->parent) {
        ++tally_.children;
        const OwedChild* owed = find_owed(run.state.id);
        const KnownRun* parent = find(*created->parent);
        // Its parent may have ended and be gone since; its cancel is on the way then.
        const bool is_known = parent != nullptr || was_deleted(*created->parent);
        if (owed == nullptr || !is_known)
            rule = "a child that nobody called";
        else if (owed->parent != *created->parent || owed->attempt != created->calling_attempt ||
                 owed->item != created->calling_item ||
                 (parent && parent->plan->nodes[owed->node].id != created->calling_node_id))
            rule = "a child of another call";
        else if ((parent && created->depth != parent->state.created.depth + 1) ||
                 created->budget != owed->call.budget)
            rule = "a child has the wrong depth or budget";
        else if (owed->call.deadline &&
                 (!created->deadline || *created->deadline > *owed->call.deadline))
            rule = "a child may run longer than its parent";
    } else if (created) {
        ++tally_.runs;
    }
    if (const auto* resumed = std::get_if<engine::NodeResumed>(&event.body))
        if (const auto* end = std::get_if<engine::ChildEnded>(&resumed->wakeup))
            told_ends_.emplace_back(run.state.id, *end);
    if (const auto* settled = std::get_if<engine::MapItemSettled>(&event.body);
        settled && settled->fulfilled) {
        engine::ChildEnded end;
        end.output = settled->value;
        end.child = settled->child;
        told_ends_.emplace_back(run.state.id, std::move(end));
    }
    if (!rule.empty()) report_.broken(fmt::format("run {}: {}", short_name(run.state.id), rule));
}

void Truth::note_owed_children(const KnownRun& run, model::NodeIndex node) {
    for (const engine::StartChildRun& owed : engine::owed_children(run.state, node)) {
        const auto [place, is_new] = owed_children_.try_emplace(
            owed.child, OwedChild{run.state.id, owed.node, owed.attempt, owed.item, owed.call});
        const OwedChild& known = place->second;
        if (known.parent != run.state.id || known.node != owed.node ||
            known.attempt != owed.attempt || known.item != owed.item)
            report_.broken("two calls have the same child");
    }
}

void Truth::check_codec(const store::EventRecord& record, const std::vector<engine::Event>& events,
                        const model::Plan& plan) {
    std::string text = "[";
    engine::encode_events(text, events, record.at, plan);
    text += ']';
    if (text != record.events) report_.broken("read and written again, a record is another");
}

// The row comes from the state in the shard's memory: when it fits, that state is the fold's.
void Truth::check_row(const KnownRun& run, const store::RunRow& row) {
    if (row != runtime::run_row_of(run.state, *run.plan))
        report_.broken("a row does not fit the run's events: live and replayed state differ");
    if (row.wake_at != wake_up_of(run.state)) report_.broken("a row has another wake-up");
    if (owes_work(run.state) && !row.owes) report_.broken("a row denies that the run owes work");
}

std::optional<KnownRun> Truth::read(store::Backend& disk, RunId id, GraphId graph,
                                    const Visit& visit) const {
    const model::PlanPtr plan = book_.plan_of(graph);
    if (!plan) return std::nullopt;
    KnownRun run{plan, {id, plan->nodes.size()}, {}};
    for (;;) {
        constexpr std::size_t records_max = 1'000;
        const auto records = disk.read_run(id, run.state.last_sequence, records_max);
        if (!records) return std::nullopt;
        for (const store::EventRecord& record : *records)
            if (!fold(run, record, visit)) return std::nullopt;
        if (!store::is_full_page(*records, records_max)) break;
    }
    if (!run.state.exists()) return std::nullopt;
    return run;
}

bool Truth::fold(KnownRun& run, const store::EventRecord& record, const Visit& visit) {
    const auto events =
        engine::decode_events(record.events, record.first_seq, record.at, *run.plan);
    if (!events) return false;
    for (const engine::Event& event : *events) {
        if (event.sequence != run.state.last_sequence + 1) return false;
        engine::apply(run.state, event);
        visit(run, event);
    }
    return true;
}

void Truth::reload(store::Backend& disk) {
    owed_children_.clear();
    std::map<RunId, KnownRun> left;
    const auto note = [this](KnownRun& run, const engine::Event& event) { note_event(run, event); };
    for (const auto& [id, known] : runs_)
        if (auto run = read(disk, id, known.plan->graph_id, note))
            left.emplace(id, *std::move(run));
    runs_ = std::move(left);
}

void Truth::compare(store::Backend& disk) {
    for (const auto& [id, known] : runs_) {
        const auto run = read(disk, id, known.plan->graph_id, [](auto&, auto&) {});
        if (!run)
            return report_.broken(fmt::format("run {} is gone from the disk", short_name(id)));
        if (run->state != known.state)
            return report_.broken(fmt::format("run {} is another on disk", short_name(id)));
    }
}

}  // namespace swiftgrid::sim
