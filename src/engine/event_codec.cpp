#include "engine/event_codec.h"

#include <charconv>

#include "base/limits.h"
#include "engine/event_types.h"

// Writing. Text is appended piece by piece, never through a tree: this runs once for every event of
// every run.

namespace swiftgrid::engine {
namespace {

// The stored form leaves out what decoding fills in again.
enum class Form : std::uint8_t { stored, published };

void append_integer(std::string& out, std::int64_t number) {
    char buffer[24];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

// Writes the members of one object.
class Payload {
public:
    Payload(std::string& out, Form form) : out_(out), form_(form) { out_ += '{'; }

    bool is_published() const { return form_ == Form::published; }

    void json(std::string_view name, std::string_view text) {
        member(name);
        out_ += text;
    }
    void string(std::string_view name, std::string_view text) {
        member(name);
        append_json_string(out_, text);
    }
    void integer(std::string_view name, std::int64_t number) {
        member(name);
        append_integer(out_, number);
    }
    void strings(std::string_view name, std::span<const std::string> texts) {
        member(name);
        out_ += '[';
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (i > 0) out_ += ',';
            append_json_string(out_, texts[i]);
        }
        out_ += ']';
    }
    void boolean(std::string_view name, bool value) { json(name, value ? "true" : "false"); }
    void instant(std::string_view name, Instant at) { string(name, to_rfc3339(at)); }
    void instant(std::string_view name, const std::optional<Instant>& at) {
        if (at) instant(name, *at);
    }
    void names(std::string_view name, const SecretNames& names) {
        member(name);
        out_ += '{';
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i > 0) out_ += ',';
            append_json_string(out_, names[i].first);
            out_ += ':';
            append_json_string(out_, names[i].second);
        }
        out_ += '}';
    }
    void spending(const Spending& spent) {
        if (!spent.is_nothing()) json("spent", to_json_text(spent).view());
    }
    void allowance(const model::Budget& budget) {
        if (budget != model::Budget{}) json("allowance", to_json_text(budget).view());
    }
    // The members of an object become members of this one.
    void spread(const std::optional<JsonText>& object) {
        if (!object || object->size_bytes() <= 2) return;
        if (has_members_) out_ += ',';
        out_ += object->view().substr(1, object->size_bytes() - 2);
        has_members_ = true;
    }
    void end() { out_ += '}'; }

private:
    void member(std::string_view name) {
        if (has_members_) out_ += ',';
        has_members_ = true;
        out_ += '"';
        out_ += name;
        out_ += "\":";
    }

    std::string& out_;
    Form form_;
    bool has_members_ = false;
};

void write(Payload& payload, const RunCreated& event) {
    payload.string("trigger", to_string(event.trigger));
    payload.json("input", event.input.view());
    if (event.version)
        payload.integer("version", *event.version);
    else if (payload.is_published())
        payload.json("version", "null");
    payload.string("flowId", to_string(event.flow));
    payload.string("graphId", to_string(event.graph));
    if (event.parent) payload.string("parentRunId", to_string(*event.parent));
    if (!event.calling_node_id.empty()) payload.string("callingNodeId", event.calling_node_id);
    if (event.depth > 0 || payload.is_published()) payload.integer("depth", event.depth);
    if (event.replay_of) payload.string("replayOf", to_string(*event.replay_of));
    if (event.forked_at) payload.integer("forkedAt", static_cast<std::int64_t>(*event.forked_at));
    if (event.calling_attempt > 0) payload.integer("callingAttempt", event.calling_attempt);
    if (event.calling_item) payload.integer("callingItem", *event.calling_item);
    payload.instant("deadline", event.deadline);
    if (event.secrets) payload.names("secrets", *event.secrets);
    if (!event.snapshots.empty()) {
        json::object snapshots;
        for (const auto& [flow, number] : event.snapshots) snapshots[flow] = number;
        payload.json("snapshots", to_json(snapshots));
    }
    if (event.budget != limits::descendants) payload.integer("budget", event.budget);
    payload.allowance(event.allowance);
    if (!event.traceparent.empty()) payload.string("traceparent", event.traceparent);
}

void write(Payload&, const RunStarted&) {}

void write(Payload& payload, const RunCompleted& event) {
    payload.json("output", event.output.view());
}

void write(Payload& payload, const RunFailed& event) {
    payload.json("error", to_json_text(event.error).view());
}

void write(Payload& payload, const RunCancelled& event) { payload.string("reason", event.reason); }

void write(Payload&, const NodeScheduled&) {}

void write(Payload& payload, const NodeStarted& event) {
    payload.json("input", event.input.view());
    if (event.script_values.empty() || payload.is_published()) return;
    std::string values = "[";
    for (const JsonText& value : event.script_values) {
        if (values.size() > 1) values += ',';
        values += value.view();
    }
    payload.json("scriptValues", values + "]");
}

void write_duration(Payload& payload, std::int64_t duration_ms) {
    if (duration_ms != 0 || payload.is_published()) payload.integer("durationMs", duration_ms);
}

void write(Payload& payload, const NodeCompleted& event) {
    payload.json("result", event.result.view());
    write_duration(payload, event.duration_ms);
    if (event.outputs) payload.strings("outputs", *event.outputs);
    if (event.error) payload.json("error", to_json_text(*event.error).view());
    if (event.kept) payload.boolean("kept", true);
    payload.spread(event.extras);
}

void write(Payload& payload, const NodeFailed& event) {
    payload.json("error", to_json_text(event.error).view());
    write_duration(payload, event.duration_ms);
    if (event.absorbed || payload.is_published()) payload.boolean("absorbed", event.absorbed);
    if (event.kept) payload.boolean("kept", true);
    payload.spread(event.extras);
}

void write(Payload& payload, const NodeRetryScheduled& event) {
    if (payload.is_published()) payload.integer("attempt", event.attempt);
    payload.json("error", to_json_text(event.error).view());
    payload.instant("retryAt", event.retry_at);
    write_duration(payload, event.duration_ms);
    if (event.item) payload.integer("item", *event.item);
    payload.spending(event.spent);
    payload.spread(event.extras);
}

void write_call(Payload& payload, const FlowCall& call) {
    payload.string("flowId", call.flow);
    payload.json("version", call.version.view());
    if (!call.secrets.empty()) payload.names("secrets", call.secrets);
    payload.instant("deadline", call.deadline);
    payload.integer("budget", call.budget);
    payload.allowance(call.allowance);
}

void write_wait(Payload& payload, const TimerWait& wait) {
    payload.string("waitsFor", "timer");
    payload.instant("until", wait.until);
}

void write_wait(Payload& payload, const SignalWait& wait) {
    payload.string("waitsFor", "webhook");
    payload.instant("until", wait.until);
}

void write_wait(Payload& payload, const ChildWait& wait) {
    payload.string("waitsFor", "child");
    payload.string("childRunId", to_string(wait.child));
    write_call(payload, wait.call);
}

void write_wait(Payload& payload, const FanOutWait& wait) {
    payload.string("waitsFor", "map");
    write_call(payload, wait.call);
    payload.integer("total", wait.total);
    payload.integer("concurrency", wait.concurrency);
    payload.integer("maxRetries", wait.retries_max);
    payload.boolean("continueOnError", wait.continue_on_error);
    payload.boolean("collectResults", wait.collect_results);
    payload.string("itemsMember", wait.items_member);
    payload.string("mappingMember", wait.mapping_member);
    payload.string("itemVariable", wait.item_variable);
    payload.string("indexVariable", wait.index_variable);
    payload.instant("until", wait.until);
    if (wait.beside_parent) payload.boolean("besideParent", true);
}

void write(Payload& payload, const NodeSuspended& event) {
    std::visit([&](const auto& wait) { write_wait(payload, wait); }, event.wait);
}

void write_wakeup(Payload& payload, const SignalReceived& signal) {
    payload.string("waitedFor", "webhook");
    payload.json("payload", signal.payload.view());
}

void write_wakeup(Payload& payload, const ChildEnded& end) {
    payload.string("waitedFor", "child");
    payload.string("child_run_id", to_string(end.child));
    payload.string("child_status", to_string(end.status));
    payload.json("child_output", end.output.view());
    if (end.error) payload.json("error", to_json_text(*end.error).view());
    write_duration(payload, end.duration_ms);
    payload.spending(end.spent);
}

void write_wakeup(Payload& payload, const ItemRetried& retried) {
    payload.string("waitedFor", "retry");
    payload.integer("item", retried.item);
}

void write(Payload& payload, const NodeResumed& event) {
    std::visit([&](const auto& wakeup) { write_wakeup(payload, wakeup); }, event.wakeup);
}

void write(Payload& payload, const MapItemSettled& event) {
    payload.integer("index", event.index);
    payload.string("status", event.fulfilled ? "fulfilled" : "rejected");
    if (event.fulfilled)
        payload.json("value", event.value.view());
    else
        payload.string("reason", event.reason);
    payload.string("childRunId", to_string(event.child));
    write_duration(payload, event.duration_ms);
    payload.spending(event.spent);
}

void write(Payload& payload, const NodeSkipped& event) {
    if (event.kept) payload.boolean("kept", true);
}
void write(Payload&, const NodeCancelled&) {}

void append_payload(std::string& out, const EventBody& body, Form form) {
    Payload payload(out, form);
    std::visit([&](const auto& event) { write(payload, event); }, body);
    payload.end();
}

}  // namespace

void encode_events(std::string& out, std::span<const Event> events, Instant base,
                   const model::Plan& plan) {
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Event& event = events[i];
        const EventSubject subject = event_subject(event.body);
        out += i == 0 ? "[" : ",[";
        append_integer(out, event_type(event.body).number);
        out += ',';
        append_integer(out, (event.at - base).milliseconds);
        out += ',';
        if (subject.node)
            append_json_string(out, plan.nodes[*subject.node].id);
        else
            out += "null";
        out += ',';
        append_integer(out, subject.attempt);
        out += ',';
        append_payload(out, event.body, Form::stored);
        out += ']';
    }
}

JsonText payload_of(const EventBody& body) {
    std::string out;
    append_payload(out, body, Form::published);
    return JsonText::trusted(std::move(out));
}

void append_public_event(std::string& out, RunId run, const Event& event, const model::Plan& plan) {
    const EventSubject subject = event_subject(event.body);
    out += "{\"id\":";
    append_integer(out, static_cast<std::int64_t>(event.sequence));
    out += ",\"runId\":\"";
    out += to_string(run);
    out += "\",\"nodeId\":";
    if (subject.node)
        append_json_string(out, plan.nodes[*subject.node].id);
    else
        out += "null";
    out += ",\"eventType\":\"";
    out += type_name(event.body);
    out += "\",\"attempt\":";
    if (subject.attempt > 0)
        append_integer(out, subject.attempt);
    else
        out += "null";
    out += ",\"payload\":";
    append_payload(out, event.body, Form::published);
    out += ",\"createdAt\":\"";
    out += to_rfc3339(event.at);
    out += "\"}";
}

}  // namespace swiftgrid::engine
