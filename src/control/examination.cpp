#include "control/examination.h"

#include <array>

#include <fmt/format.h>

#include "base/limits.h"
#include "engine/apply.h"
#include "engine/calls.h"
#include "engine/event_codec.h"
#include "engine/why.h"
#include "runtime/run_row.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t ids_per_read = 1'000;
constexpr std::size_t strays_max = 100;

std::string text_of(const std::optional<Instant>& instant) {
    return instant ? to_rfc3339(*instant) : "never";
}

bool is_open_status(const std::string& status) {
    const auto parsed = engine::parse_run_status(status);
    return parsed && !engine::is_final(*parsed);
}

}  // namespace

bool Examination::Case::is_open() const { return is_open_status(run.row.status); }

Examination::Examination(store::Inspector& inspector, const model::NodeTypes& types,
                         ExaminationListener listener, Instant now)
    : inspector_(inspector),
      listener_(std::move(listener)),
      now_(now),
      plans_(
          types, [&inspector](GraphId graph) { return inspector.read_graph(graph); },
          limits::plans_in_memory) {}

Result<ExaminationTotals> Examination::run() {
    server_runs_ = inspector_.owner().has_value();
    auto runs = inspector_.count_runs();
    if (!runs) return std::unexpected(runs.error());
    examine_file();
    std::optional<RunId> after;
    for (;;) {
        auto ids = inspector_.read_ids(after, ids_per_read);
        if (!ids) return std::unexpected(ids.error());
        for (RunId run : *ids)
            if (!is_unwanted()) examine_run(run);
        listener_.on_progress(totals_.runs, *runs);
        if (ids->size() < ids_per_read || is_unwanted()) break;
        after = ids->back();
    }
    if (is_unwanted()) return totals_;
    auto strays = inspector_.runs_without_row(strays_max);
    if (!strays) return std::unexpected(strays.error());
    for (RunId run : *strays) find(run, "no_row", "the run has events but is in no list");
    const ExaminationTotals totals = totals_;
    examine_suspects_again();
    return totals;
}

void Examination::find(const std::optional<RunId>& run, std::string code, std::string detail) {
    listener_.on_finding({run, std::move(code), std::move(detail), false});
}

void Examination::examine_file() {
    auto findings = inspector_.check_file();
    if (!findings) return find(std::nullopt, "damaged_file", findings.error().message);
    for (std::string& finding : *findings) find(std::nullopt, "damaged_file", std::move(finding));
}

void Examination::examine_run(RunId run) {
    Case found;
    auto read =
        inspector_.read_run(run, {[&](const store::RunSummary& summary) { begin(found, summary); },
                                  [&](const store::StoredRecord& stored) { take(found, stored); }});
    if (!read) return find(run, "unreadable", read.error().message);
    if (!*read) return;  // deleted meanwhile
    judge(found);
    ++totals_.runs;
    if (found.is_open()) ++totals_.open_runs;
}

void Examination::begin(Case& found, const store::RunSummary& run) {
    found.run = run;
    if (!found.is_open()) return;
    auto plan = plans_.get(run.row.graph);
    if (!plan) {
        found.is_sound = false;
        return find(run.row.id, "no_plan",
                    "the run's graph cannot be read: " + plan.error().message);
    }
    found.plan = *plan;
    found.state = engine::RunState(run.row.id, found.plan->nodes.size());
}

void Examination::take(Case& found, const store::StoredRecord& stored) {
    const store::EventRecord& record = stored.record;
    ++totals_.records;
    totals_.events += record.count;
    if (!stored.is_intact) {
        found.is_sound = false;
        find(record.run, "damaged_record",
             fmt::format("the events from number {} on are damaged: their checksum does not match",
                         record.first_seq));
    }
    if (record.first_seq != found.last_sequence + 1) {
        found.is_sound = false;
        find(record.run, "gap",
             fmt::format("event {} follows event {}", record.first_seq, found.last_sequence));
    }
    found.last_sequence = record.first_seq + record.count - 1;
    found.last_events = record.events;
    if (found.is_sound && found.plan) fold(found, record);
}

void Examination::fold(Case& found, const store::EventRecord& record) {
    auto events = engine::decode_events(record.events, record.first_seq, record.at, *found.plan);
    if (!events || events->size() != record.count) {
        found.is_sound = false;
        return find(record.run, "unreadable_events",
                    fmt::format("the events from number {} on cannot be read: {}", record.first_seq,
                                events ? "their number is wrong" : events.error().message));
    }
    for (const engine::Event& event : *events) engine::apply(found.state, event);
}

void Examination::judge(Case& found) {
    if (found.last_sequence != found.run.row.last_seq) {
        find(found.run.row.id, "wrong_row",
             fmt::format("its row says that it has {} events, it has {}", found.run.row.last_seq,
                         found.last_sequence));
        found.is_sound = false;
    }
    if (!found.is_sound) return;
    if (found.is_open())
        judge_open(found);
    else
        judge_ended(found);
}

void Examination::judge_ended(const Case& found) {
    if (!engine::ends_run(found.last_events).value_or(false))
        find(found.run.row.id, "wrong_row",
             fmt::format("its row says {}, but its last event does not end it",
                         found.run.row.status));
}

void Examination::judge_open(const Case& found) {
    const store::RunRow& row = found.run.row;
    look_for_parent(found);
    look_for_children(found);
    if (is_second_look_) return;
    compare_row(found);
    if (!found.state.owes() && !found.state.next_timer())
        find(row.id, "no_wakeup", "the run is open, but nothing will ever wake it");
    std::string why = engine::render_why(engine::why(found.state, *found.plan), now_);
    if (why.empty()) why = "has nothing to do";
    listener_.on_open_run({row.id, found.run.flow_name, row.status, std::move(why)});
}

void Examination::compare_row(const Case& found) {
    const store::RunRow& row = found.run.row;
    const store::RunRow folded = runtime::run_row_of(found.state, *found.plan);
    const auto differ = [&](std::string_view what, std::string_view stored,
                            std::string_view expected) {
        find(row.id, "wrong_row",
             fmt::format("its row says {} {}, its events say {}", what, stored, expected));
    };
    if (row.status != folded.status) differ("status", row.status, folded.status);
    if (row.wake_at != folded.wake_at)
        differ("wake-up", text_of(row.wake_at), text_of(folded.wake_at));
    if (row.owes != folded.owes)
        differ("work owed", row.owes ? "yes" : "no", folded.owes ? "yes" : "no");
    if (row.parent != folded.parent) differ("parent", "one thing", "another");
}

void Examination::look_for_parent(const Case& found) {
    const auto& parent = found.run.row.parent;
    if (!parent) return;
    const auto status = inspector_.status_of(*parent);
    if (!status || is_open_status(*status)) return;
    suspect(found, "orphan",
            fmt::format("its parent run {} {}, nobody waits for it", to_string(*parent),
                        status->empty() ? "is gone" : "is " + *status));
}

void Examination::look_for_children(const Case& found) {
    for (engine::NodeIndex node = 0; node < found.plan->nodes.size(); ++node) {
        if (found.state.nodes[node].status != engine::NodeStatus::suspended) continue;
        for (const engine::StartChildRun& start : engine::owed_children(found.state, node)) {
            const auto status = inspector_.status_of(start.child);
            if (!status || is_open_status(*status)) continue;
            suspect(found, "lost_child",
                    fmt::format("node '{}' waits for run {}, which {}", found.plan->nodes[node].id,
                                to_string(start.child),
                                status->empty() ? "was not started" : "is " + *status));
        }
    }
}

// Between two commits such things are in order: without a server the next start goes on with them,
// and a running one has to be seen twice in the same state.
void Examination::suspect(const Case& found, std::string code, std::string detail) {
    const RunId run = found.run.row.id;
    if (!server_runs_)
        listener_.on_finding({run, std::move(code), std::move(detail), true});
    else if (!is_second_look_)
        suspects_.emplace(run, found.last_sequence);
    else if (suspects_.contains({run, found.last_sequence}))
        find(run, std::move(code), std::move(detail));
}

void Examination::examine_suspects_again() {
    if (suspects_.empty()) return;
    listener_.wait_a_moment();
    is_second_look_ = true;
    for (const auto& suspect : suspects_) examine_run(suspect.first);
}

}  // namespace swiftgrid::control
