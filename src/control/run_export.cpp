#include "control/run_export.h"

#include <ranges>
#include <utility>

#include "base/limits.h"
#include "control/json_writer.h"
#include "control/run_view.h"
#include "engine/event_codec.h"
#include "model/validate.h"
#include "runtime/run_table.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t records_per_piece = 64;
constexpr std::size_t runs_per_look = 64;
constexpr const char* typed_secret_code = "inline_secret";

}  // namespace

Result<bool> RunExport::next(std::string& out) {
    Result<void> done;
    switch (stage_) {
        case Stage::start: done = start_learning(); break;
        case Stage::learn: done = learn_more(); break;
        case Stage::begin: done = write_begin(out); break;
        case Stage::events: done = write_events(out); break;
        case Stage::runs: return write_next_run(out);
    }
    if (!done) return std::unexpected(done.error());
    return true;
}

// What somebody typed into the graph of a run may be in the events of one that is written before
// it, so all graphs are looked at first.
Result<void> RunExport::start_learning() {
    auto summary = parts_.catalog.get_run(root_);
    if (!summary) return std::unexpected(summary.error());
    if (auto learned = learn_graph(summary->row.graph); !learned) return learned;
    levels_.push_back({root_, {}, "", true});
    stage_ = Stage::learn;
    return {};
}

Result<void> RunExport::learn_more() {
    for (std::size_t i = 0; i < runs_per_look; ++i) {
        auto child = next_child();
        if (!child) return std::unexpected(child.error());
        if (!*child) {
            stage_ = Stage::begin;
            return {};
        }
        levels_.push_back({**child, {}, "", true});
    }
    return {};
}

Result<void> RunExport::write_begin(std::string& out) {
    ObjectWriter object(out);
    object.text("format", "swiftgrid-run");
    object.number("formatVersion", 1);
    object.time("exportedAt", parts_.clock.now());
    object.text("runId", to_string(root_));
    object.member("runs") += '[';
    return begin_run(out, root_);
}

// False when there is none; that ends the document.
Result<bool> RunExport::write_next_run(std::string& out) {
    for (;;) {
        auto child = next_child();
        if (!child) return std::unexpected(child.error());
        if (!*child) break;
        const std::size_t size = out.size();
        out += ',';
        auto begun = begin_run(out, **child);
        if (begun) return true;
        // It was deleted meanwhile.
        if (begun.error().code != ErrorCode::not_found) return std::unexpected(begun.error());
        out.resize(size);
    }
    out += "]}";
    return false;
}

Result<void> RunExport::begin_run(std::string& out, RunId run) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return std::unexpected(summary.error());
    auto replayed = runtime::replay_run(parts_.backend, parts_.plans, run);
    if (!replayed) return std::unexpected(replayed.error());
    // It may have come after the others were looked at.
    if (auto learned = learn_graph(summary->row.graph); !learned) return learned;
    const bool is_new = graphs_.insert(summary->row.graph).second;

    std::string text;
    append_run(text, {*summary, replayed->state, *replayed->plan}, parts_.clock.now());
    std::string results;
    append_node_results(results, replayed->state, *replayed->plan);
    ObjectWriter object(out);
    object.raw("run", redacted(std::move(text)));
    object.text("graphId", to_string(summary->row.graph));
    if (is_new) {
        if (auto written = write_graph(object, summary->row.graph); !written) return written;
    }
    object.raw("nodeResults", redacted(std::move(results)));
    object.member("events") += '[';
    plan_ = replayed->plan;
    events_until_ = 0;
    has_events_ = false;
    levels_.push_back({run, {}, "", true});
    stage_ = Stage::events;
    return {};
}

Result<void> RunExport::write_graph(ObjectWriter& object, GraphId id) {
    auto graph = parts_.backend.read_graph(id);
    if (!graph) return std::unexpected(graph.error());
    object.raw("graph", redacted(std::move(*graph)));
    return {};
}

Result<void> RunExport::write_events(std::string& out) {
    const RunId run = levels_.back().parent;
    auto records = parts_.catalog.read_events(run, events_until_, records_per_piece);
    if (!records) return std::unexpected(records.error());
    for (const store::EventRecord& record : *records) {
        auto events = engine::decode_events(record.events, record.first_seq, record.at, *plan_);
        if (!events) return std::unexpected(events.error());
        for (const engine::Event& event : *events) {
            if (event.sequence <= events_until_) continue;
            std::string text;
            engine::append_public_event(text, run, event, *plan_);
            if (std::exchange(has_events_, true)) out += ',';
            out += redacted(std::move(text));
        }
        events_until_ = record.first_seq + record.count - 1;
    }
    if (store::is_full_page(*records, records_per_piece)) return {};
    out += "]}";
    stage_ = Stage::runs;
    return {};
}

Result<std::optional<RunId>> RunExport::next_child() {
    while (!levels_.empty()) {
        Level& level = levels_.back();
        if (level.children.empty() && level.has_more) {
            if (auto read = read_children(level); !read) return std::unexpected(read.error());
        }
        if (level.children.empty()) {
            if (!level.has_more) levels_.pop_back();
            continue;
        }
        const RunId child = level.children.back();
        level.children.pop_back();
        return child;
    }
    return std::nullopt;
}

Result<void> RunExport::read_children(Level& level) {
    store::RunQuery query;
    query.parent = level.parent;
    query.cursor = level.cursor;
    query.limit = limits::page_items_max;
    auto page = parts_.catalog.list_runs(query);
    if (!page) return std::unexpected(page.error());
    for (const store::RunSummary& run : std::views::reverse(page->items)) {
        if (auto learned = learn_graph(run.row.graph); !learned) return learned;
        level.children.push_back(run.row.id);
    }
    level.cursor = page->next_cursor.value_or("");
    level.has_more = page->next_cursor.has_value();
    return {};
}

Result<void> RunExport::learn_graph(GraphId id) {
    if (learned_.contains(id)) return {};
    auto graph = parts_.backend.read_graph(id);
    if (!graph) return std::unexpected(graph.error());
    learn_secrets(*graph);
    learned_.insert(id);
    return {};
}

// What the validation calls a secret in the document must not leave the server, wherever it is.
void RunExport::learn_secrets(const std::string& graph) {
    auto value = parse_json(graph);
    if (!value) return;
    const json::value document = json::object{{"name", "export"}, {"graph", std::move(*value)}};
    for (const model::Problem& problem :
         model::read_and_validate(document, parts_.types).problems) {
        if (problem.code != typed_secret_code) continue;
        boost::system::error_code error;
        const json::value* typed = document.find_pointer(problem.pointer, error);
        if (typed && typed->is_string() &&
            typed->get_string().size() >= limits::secret_characters_min)
            typed_secrets_.emplace_back(typed->get_string());
    }
    if (!typed_secrets_.empty()) typed_redactor_.emplace(typed_secrets_);
}

std::string RunExport::redacted(std::string json) const {
    JsonText value = JsonText::trusted(std::move(json));
    parts_.vault.content()->redactor()->redact_in(value);
    if (typed_redactor_) typed_redactor_->redact_in(value);
    return std::string(value.view());
}

}  // namespace swiftgrid::control
