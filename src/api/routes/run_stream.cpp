// Server-sent events: one run, and the changes of all runs.

#include <charconv>
#include <map>
#include <mutex>
#include <variant>

#include "api/answers.h"
#include "api/event_stream.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "control/run_view.h"

namespace swiftgrid::api {
namespace {

constexpr std::int64_t runs_flush_ms = 100;
constexpr std::size_t runs_per_flush = 200;

// First what the journal has, then live. Events that are committed while the journal is read wait
// here; the sequence number keeps each from being sent twice.
class RunStream : public runtime::RunWatcher {
public:
    RunStream(EventStreamWriter writer, std::uint64_t after)
        : writer_(std::move(writer)), last_(after) {}

    void on_event(const runtime::PublishedEvent& event) override {
        const std::lock_guard lock(mutex_);
        if (is_live_)
            send(event);
        else
            early_.emplace_back(event);
    }

    void on_chunk(const runtime::PublishedChunk& chunk) override {
        const std::lock_guard lock(mutex_);
        if (is_live_)
            send(chunk);
        else
            early_.emplace_back(chunk);
    }

    // What nodes that run now have shown before this reader came.
    void add_chunks_so_far(std::vector<runtime::PublishedChunk> chunks) {
        const std::lock_guard lock(mutex_);
        early_.insert(early_.begin(), chunks.begin(), chunks.end());
    }

    bool send_stored(std::uint64_t sequence, const std::string& text) {
        const std::lock_guard lock(mutex_);
        last_ = sequence;
        return writer_.send({"run_event", text, static_cast<std::int64_t>(sequence)});
    }

    void go_live(engine::RunStatus stored_status) {
        const std::lock_guard lock(mutex_);
        is_live_ = true;
        if (engine::is_final(stored_status)) {
            end(engine::to_string(stored_status));
            return;
        }
        for (const auto& early : early_)
            std::visit([this](const auto& what) { send(what); }, early);
        early_.clear();
    }

private:
    void send(const runtime::PublishedEvent& event) {
        if (event.sequence <= last_) return;
        last_ = event.sequence;
        writer_.send({"run_event", *event.text, static_cast<std::int64_t>(event.sequence)});
        if (!event.ends_as.empty()) end(event.ends_as);
    }

    void send(const runtime::PublishedChunk& chunk) {
        writer_.offer({.event = "chunk", .data = *chunk.text});
    }

    void end(std::string_view status) {
        const std::string data = "{\"status\":\"" + std::string(status) + "\"}";
        writer_.send({.event = "end", .data = data});
        writer_.close();
    }

    std::mutex mutex_;
    EventStreamWriter writer_;
    std::uint64_t last_;
    bool is_live_ = false;
    std::vector<std::variant<runtime::PublishedEvent, runtime::PublishedChunk>> early_;
};

// The header wins over the parameter; a value that is none is refused.
Result<std::uint64_t> resume_after(const Request& request) {
    const auto header = request.header("Last-Event-ID");
    if (!header || header->empty()) {
        auto after = query_integer(request, "after", {0, std::int64_t{1} << 53});
        if (!after) return std::unexpected(after.error());
        return static_cast<std::uint64_t>(after->value_or(0));
    }
    std::uint64_t sequence = 0;
    const auto [end, error] =
        std::from_chars(header->data(), header->data() + header->size(), sequence);
    if (error != std::errc() || end != header->data() + header->size())
        return fail(ErrorCode::bad_request, "Last-Event-ID must be a sequence number");
    return sequence;
}

void stream_run(const Responder& respond, ApiParts& parts) {
    const Request& request = respond.request();
    auto run = path_id<RunId>(request, "runId");
    auto after = resume_after(request);
    if (!run || !after) {
        respond(problem_response(request, !run ? run.error() : after.error()));
        return;
    }
    if (auto known = parts.runs.summary(*run); !known) {
        respond(refusal_response(request, known.error()));
        return;
    }
    auto watched = std::make_shared<std::weak_ptr<RunStream>>();
    auto writer = respond.stream([watched, run = *run, &parts] {
        if (const auto stream = watched->lock()) parts.hub.unwatch_run(run, stream.get());
    });
    auto stream = std::make_shared<RunStream>(writer, *after);
    *watched = stream;
    stream->add_chunks_so_far(parts.hub.watch_run(*run, stream));
    auto status =
        parts.runs.visit_events(*run, *after, [&](std::uint64_t sequence, const std::string& text) {
            return stream->send_stored(sequence, text);
        });
    if (status)
        stream->go_live(*status);
    else
        writer.close();
    // The browser may have gone before the watcher was known to the closing callback.
    if (!writer.is_open()) parts.hub.unwatch_run(*run, stream.get());
}

// Changes of runs for lists: at most one frame per run and tenth of a second, so that a server
// under load does not drown its viewers.
class RunsStream : public runtime::RunsWatcher, public std::enable_shared_from_this<RunsStream> {
public:
    RunsStream(EventStreamWriter writer, std::optional<FlowId> flow, ApiParts& parts, Timer& timer)
        : writer_(std::move(writer)), flow_(flow), parts_(parts), timer_(timer) {}

    void on_run(const store::RunRow& row) override {
        if (flow_ && row.flow != *flow_) return;
        const std::lock_guard lock(mutex_);
        if (changed_.size() >= runs_per_flush && !changed_.contains(row.id)) return;
        changed_[row.id] = row;
        if (is_scheduled_) return;
        is_scheduled_ = true;
        timer_.after(runs_flush_ms, [stream = shared_from_this()] { stream->flush(); });
    }

    void on_run_deleted(RunId run, FlowId flow) override {
        if (flow_ && flow != *flow_) return;
        const std::string data =
            to_json(json::object{{"id", to_string(run)}, {"flowId", to_string(flow)}});
        writer_.send({.event = "run_deleted", .data = data});
    }

private:
    void flush() {
        std::map<RunId, store::RunRow> changed;
        {
            const std::lock_guard lock(mutex_);
            changed.swap(changed_);
            is_scheduled_ = false;
        }
        for (auto& [id, row] : changed) {
            const std::string flow_name = parts_.flows.name_in_memory(row.flow);
            store::RunSummary summary{std::move(row), flow_name, false};
            std::string data;
            control::append_run_summary(data, summary, parts_.clock.now());
            writer_.send({.event = "run", .data = data});
        }
    }

    EventStreamWriter writer_;
    std::optional<FlowId> flow_;
    ApiParts& parts_;
    Timer& timer_;
    std::mutex mutex_;
    std::map<RunId, store::RunRow> changed_;
    bool is_scheduled_ = false;
};

void stream_runs(const Request& request, const Responder& respond, ApiParts& parts, Timer& timer) {
    auto flow = query_id<FlowId>(request, "flowId");
    if (!flow) {
        respond(problem_response(request, flow.error()));
        return;
    }
    auto watched = std::make_shared<std::weak_ptr<RunsStream>>();
    auto writer = respond.stream([watched, &parts] {
        if (const auto stream = watched->lock()) parts.hub.unwatch_runs(stream.get());
    });
    auto stream = std::make_shared<RunsStream>(writer, *flow, parts, timer);
    *watched = stream;
    const std::string hello = to_json(json::object{{"serverTime", to_rfc3339(parts.clock.now())}});
    writer.send({.event = "hello", .data = hello});
    parts.hub.watch_runs(stream);
    if (!writer.is_open()) parts.hub.unwatch_runs(stream.get());
}

}  // namespace

void add_run_stream_routes(Router& router, ApiParts& parts, Timer& timer) {
    router.add("GET", "/api/runs/{runId}/stream",
               [&parts](const Request&, const Responder& respond) {
                   post_or_refuse(parts.workers, respond,
                                  [respond, &parts] { stream_run(respond, parts); });
               });
    router.add("GET", "/api/stream",
               [&parts, &timer](const Request& request, const Responder& respond) {
                   stream_runs(request, respond, parts, timer);
               });
}

}  // namespace swiftgrid::api
