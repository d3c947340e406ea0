#include "engine/event_codec.h"

#include <charconv>

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
}

void write_duration(Payload& payload, std::int64_t duration_ms) {
    if (duration_ms != 0 || payload.is_published()) payload.integer("durationMs", duration_ms);
}

void write(Payload& payload, const NodeCompleted& event) {
    payload.json("result", event.result.view());
    write_duration(payload, event.duration_ms);
    if (event.outputs) payload.strings("outputs", *event.outputs);
    if (event.error) payload.json("error", to_json_text(*event.error).view());
    payload.spread(event.extras);
}

void write(Payload& payload, const NodeFailed& event) {
    payload.json("error", to_json_text(event.error).view());
    write_duration(payload, event.duration_ms);
    if (event.absorbed || payload.is_published())
        payload.json("absorbed", event.absorbed ? "true" : "false");
    payload.spread(event.extras);
}

void write(Payload&, const NodeSkipped&) {}
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
