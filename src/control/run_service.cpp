#include "control/run_service.h"

#include <algorithm>
#include <future>

#include "base/assert.h"
#include "base/limits.h"
#include "control/flow_view.h"
#include "control/json_writer.h"
#include "control/run_view.h"
#include "engine/event_codec.h"
#include "engine/event_types.h"
#include "runtime/run_table.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t records_per_read = 64;
constexpr const char* user_request = R"({"reason":"user_request"})";

// Public events as the elements of an array, at most so many.
class EventCollector {
public:
    EventCollector(RunId run, std::size_t count_max) : run_(run), count_max_(count_max) {}

    void add(const engine::Event& event, const model::Plan& plan) {
        if (count_ == count_max_) {
            has_more_ = true;
            return;
        }
        if (count_++ > 0) items_ += ',';
        engine::append_public_event(items_, run_, event, plan);
        last_ = event.sequence;
    }

    bool has_more() const { return has_more_; }
    void write(ObjectWriter& object, std::string_view name) const {
        object.raw(name, "[" + items_ + "]");
        if (has_more_)
            object.number("nextAfter", static_cast<std::int64_t>(last_));
        else
            object.null("nextAfter");
    }

private:
    RunId run_;
    std::size_t count_max_;
    std::size_t count_ = 0;
    std::uint64_t last_ = 0;
    bool has_more_ = false;
    std::string items_;
};

}  // namespace

Answer<std::string> RunService::list(const store::RunQuery& query) {
    auto page = parts_.catalog.list_runs(query);
    if (!page) return refuse(page.error());
    const Instant now = parts_.clock.now();
    std::string items;
    for (const store::RunSummary& run : page->items) {
        if (!items.empty()) items += ',';
        append_run_summary(items, run, now);
    }
    return page_json(items, page->next_cursor);
}

Answer<std::string> RunService::map_items(const MapQuery& query) {
    return map_items_json({parts_.catalog, parts_.backend, parts_.plans}, query);
}

Answer<std::string> RunService::summary(RunId run) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    std::string out;
    append_run_summary(out, *summary, parts_.clock.now());
    return out;
}

Answer<std::string> RunService::detail(RunId run) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    EventCollector events(run, limits::run_detail_events);
    auto replayed = runtime::replay_run(
        parts_.backend, parts_.plans, run, std::nullopt,
        [&](const engine::Event& event, const model::Plan& plan) { events.add(event, plan); });
    if (!replayed) return refuse(replayed.error());
    auto graph = parts_.backend.read_graph(summary->row.graph);
    if (!graph) return refuse(graph.error());

    std::string out;
    ObjectWriter object(out);
    append_run(object.member("run"), {*summary, replayed->state, *replayed->plan},
               parts_.clock.now());
    object.raw("graph", *graph);
    events.write(object, "events");
    append_node_results(object.member("nodeResults"), replayed->state, *replayed->plan);
    object.end();
    return out;
}

Answer<std::string> RunService::state(RunId run, std::optional<std::uint64_t> at) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    auto replayed = runtime::replay_run(parts_.backend, parts_.plans, run, at);
    if (!replayed) return refuse(replayed.error());
    if (at && replayed->state.last_sequence < *at)
        return refuse(ErrorCode::not_found,
                      "the run has " + std::to_string(replayed->state.last_sequence) +
                          " events, there is none with number " + std::to_string(*at));
    std::string out;
    ObjectWriter object(out);
    append_run(object.member("run"), {*summary, replayed->state, *replayed->plan},
               parts_.clock.now());
    append_node_results(object.member("nodeResults"), replayed->state, *replayed->plan);
    object.end();
    return out;
}

Answer<std::string> RunService::events(RunId run, std::uint64_t after, std::size_t limit) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    auto plan = parts_.plans.get(summary->row.graph);
    if (!plan) return refuse(plan.error());
    EventCollector events(run, limit);
    auto seen = each_event(run, after, **plan, [&](const engine::Event& event) {
        events.add(event, **plan);
        return !events.has_more();
    });
    if (!seen) return refuse(seen.error());
    std::string out;
    ObjectWriter object(out);
    events.write(object, "items");
    object.end();
    return out;
}

Answer<engine::RunStatus> RunService::visit_events(
    RunId run, std::uint64_t after,
    const std::function<bool(std::uint64_t sequence, const std::string& text)>& visit) {
    // The row is read first: what it says has happened is among the events.
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    auto plan = parts_.plans.get(summary->row.graph);
    if (!plan) return refuse(plan.error());
    auto status = engine::parse_run_status(summary->row.status);
    SG_ASSERT(status.has_value(), "a row has a status");
    auto seen = each_event(run, after, **plan, [&](const engine::Event& event) {
        std::string text;
        engine::append_public_event(text, run, event, **plan);
        if (const auto end = engine::run_end(event.body)) status = end;
        return visit(event.sequence, text);
    });
    if (!seen) return refuse(seen.error());
    return *status;
}

Result<void> RunService::each_event(RunId run, std::uint64_t after, const model::Plan& plan,
                                    const std::function<bool(const engine::Event&)>& see) {
    for (std::uint64_t read_after = after;;) {
        auto records = parts_.catalog.read_events(run, read_after, records_per_read);
        if (!records) return std::unexpected(records.error());
        for (const store::EventRecord& record : *records) {
            auto decoded = engine::decode_events(record.events, record.first_seq, record.at, plan);
            if (!decoded) return std::unexpected(decoded.error());
            for (const engine::Event& event : *decoded)
                if (event.sequence > after && !see(event)) return {};
            read_after = record.first_seq + record.count - 1;
        }
        if (!store::is_full_page(*records, records_per_read)) return {};
    }
}

Answer<std::string> RunService::end_or_status(RunId run) {
    auto replayed = runtime::replay_run(parts_.backend, parts_.plans, run);
    if (!replayed) return refuse(replayed.error());
    const engine::RunState& state = replayed->state;
    std::string out;
    ObjectWriter object(out);
    object.text("runId", to_string(run));
    object.text("status", engine::to_string(state.status));
    if (engine::is_final(state.status)) {
        object.raw("output", state.output ? state.output->view() : "null");
        object.raw("error", state.error ? engine::to_json_text(*state.error).view() : "null");
    }
    object.end();
    return out;
}

Answer<std::optional<runtime::RunEnd>> RunService::end_of(RunId run) {
    auto replayed = runtime::replay_run(parts_.backend, parts_.plans, run);
    if (!replayed) return refuse(replayed.error());
    engine::RunState& state = replayed->state;
    if (!engine::is_final(state.status)) return std::nullopt;
    return runtime::RunEnd{state.status, state.output.value_or(JsonText()), std::move(state.error)};
}

Answer<void> RunService::cancel(RunId run, const std::string& actor, CancelCause cause) {
    const bool by_person = cause == CancelCause::person;
    std::promise<Result<void>> answered;
    runtime::Submission submission;
    submission.run = run;
    submission.command = engine::CancelRun{by_person ? "cancelled by a person"
                                                     : "cancelled because its caller went away"};
    submission.reply = [&](Result<void> result) { answered.set_value(std::move(result)); };
    if (auto sent = parts_.shards.submit(std::move(submission)); !sent) return refuse(sent.error());
    if (auto cancelled = answered.get_future().get(); !cancelled) return refuse(cancelled.error());

    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    store::AuditEntry entry;
    entry.run = run;
    entry.flow = summary->row.flow;
    entry.action = "CANCELLED";
    entry.actor = actor;
    entry.metadata = by_person ? user_request : R"({"reason":"caller_gone"})";
    entry.created_at = parts_.clock.now();
    if (auto added = parts_.catalog.add_audit(entry); !added) return refuse(added.error());
    return {};
}

Answer<std::string> RunService::set_pinned(RunId run, bool pinned) {
    auto summary = parts_.catalog.set_pinned(run, pinned);
    if (!summary) return refuse(summary.error());
    std::string out;
    append_run_summary(out, *summary, parts_.clock.now());
    return out;
}

Answer<FlowId> RunService::remove(RunId run, const std::string& actor) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    auto removed = parts_.catalog.delete_run(run, {actor, user_request}, parts_.clock.now());
    if (!removed) return refuse(removed.error());
    parts_.deleted();
    return summary->row.flow;
}

}  // namespace swiftgrid::control
