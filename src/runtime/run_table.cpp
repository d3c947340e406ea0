#include "runtime/run_table.h"

#include <algorithm>

#include "base/assert.h"
#include "engine/apply.h"
#include "engine/event_codec.h"

namespace swiftgrid::runtime {
namespace {

constexpr std::size_t records_per_read = 256;

// The first event tells which graph the run is bound to; it can be read without the plan.
Result<GraphId> graph_of(const store::EventRecord& first) {
    auto events = parse_json(first.events);
    if (!events || !events->is_array() || events->get_array().empty())
        return fail(ErrorCode::storage_error, "the first record of the run is damaged");
    const json::array& event = events->get_array().front().as_array();
    const json::value* payload = event.size() == 5 ? &event[4] : nullptr;
    const json::value* graph =
        payload && payload->is_object() ? payload->get_object().if_contains("graphId") : nullptr;
    if (!graph || !graph->is_string())
        return fail(ErrorCode::storage_error, "the first record of the run names no graph");
    return parse_graph_id(graph->get_string());
}

Result<void> fold(ReplayedRun& run, const store::EventRecord& record,
                  std::optional<std::uint64_t> at, const EventVisitor& visit) {
    auto events = engine::decode_events(record.events, record.first_seq, record.at, *run.plan);
    if (!events) return std::unexpected(events.error());
    for (const engine::Event& event : *events) {
        if (at && event.sequence > *at) return {};
        if (event.sequence != run.state.last_sequence + 1)
            return fail(ErrorCode::storage_error, "the run's events have a gap");
        engine::apply(run.state, event);
        if (visit) visit(event, *run.plan);
    }
    return {};
}

std::unexpected<Error> unknown_run(RunId run) {
    return fail(ErrorCode::not_found, "run " + to_string(run) + " does not exist");
}

// The next records. `not_found` when the run was deleted: its first records go before the others.
Result<std::vector<store::EventRecord>> read_on(store::Backend& backend, RunId run,
                                                std::uint64_t after) {
    auto records = backend.read_run(run, after, records_per_read);
    if (!records || records->empty() || records->front().first_seq == after + 1) return records;
    auto first = backend.read_run(run, 0, 1);
    if (!first) return first;
    if (first->empty() || first->front().first_seq != 1) return unknown_run(run);
    return records;
}

}  // namespace

RunEntry* RunTable::find(RunId run) {
    const auto found = entries_.find(run);
    if (found == entries_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second->place);
    return found->second.get();
}

const RunEntry* RunTable::peek(RunId run) const {
    const auto found = entries_.find(run);
    return found == entries_.end() ? nullptr : found->second.get();
}

RunEntry& RunTable::create(RunId run, model::PlanPtr plan) {
    SG_ASSERT(plan != nullptr, "a run has a plan");
    auto entry = std::make_unique<RunEntry>();
    entry->state = engine::RunState(run, plan->nodes.size());
    entry->plan = std::move(plan);
    recent_.push_front(run);
    entry->place = recent_.begin();
    auto [place, inserted] = entries_.emplace(run, std::move(entry));
    SG_ASSERT(inserted, "the run was not in the table");
    return *place->second;
}

Result<RunEntry*> RunTable::load(RunId run) {
    if (RunEntry* entry = find(run)) return entry;
    MapProgress maps;
    auto replayed = replay_run(
        backend_, plans_, run, std::nullopt,
        [&](const engine::Event& event, const model::Plan& plan) { maps.note(run, event, plan); });
    if (!replayed) return std::unexpected(replayed.error());
    maps.forget_changes();
    RunEntry& entry = create(run, std::move(replayed->plan));
    entry.state = std::move(replayed->state);
    entry.maps = std::move(maps);
    entry.durable_sequence = entry.state.last_sequence;
    return &entry;
}

void RunTable::erase(RunId run) {
    const auto found = entries_.find(run);
    if (found == entries_.end()) return;
    recent_.erase(found->second->place);
    entries_.erase(found);
}

void RunTable::evict_idle() {
    auto candidate = recent_.end();
    while (entries_.size() > runs_max_ && candidate != recent_.begin()) {
        --candidate;
        const auto found = entries_.find(*candidate);
        if (!found->second->is_idle()) continue;
        entries_.erase(found);
        candidate = recent_.erase(candidate);
    }
}

Result<Standing> look_up(store::Backend& backend, RunId run) {
    auto record = backend.read_last_record(run);
    if (!record) return std::unexpected(record.error());
    if (!*record) return Standing::unknown;
    const auto has_ended = engine::ends_run((*record)->events);
    if (!has_ended) return fail(ErrorCode::storage_error, "the last record of the run is damaged");
    return *has_ended ? Standing::ended : Standing::open;
}

Result<ReplayedRun> replay_run(store::Backend& backend, PlanCache& plans, RunId run,
                               std::optional<std::uint64_t> at, const EventVisitor& visit) {
    ReplayedRun replayed;
    std::uint64_t after = 0;
    for (;;) {
        auto records = read_on(backend, run, after);
        if (!records) return std::unexpected(records.error());
        if (records->empty()) break;
        if (!replayed.plan) {
            auto graph = graph_of(records->front());
            if (!graph) return std::unexpected(graph.error());
            auto plan = plans.get(*graph);
            if (!plan) return std::unexpected(plan.error());
            replayed.plan = *plan;
            replayed.state = engine::RunState(run, replayed.plan->nodes.size());
        }
        for (const store::EventRecord& record : *records) {
            if (auto folded = fold(replayed, record, at, visit); !folded)
                return std::unexpected(folded.error());
            after = record.first_seq + record.count - 1;
        }
        if (!store::is_full_page(*records, records_per_read) || (at && after >= *at)) break;
    }
    if (!replayed.plan) return unknown_run(run);
    return replayed;
}

}  // namespace swiftgrid::runtime
