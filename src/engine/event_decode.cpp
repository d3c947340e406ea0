// Reading what event_codec.cpp writes. Text that this version cannot understand is an error, never
// a guess: a newer version may have written it.

#include <charconv>

#include <fmt/format.h>

#include "engine/event_codec.h"
#include "engine/json_slices.h"

namespace swiftgrid::engine {
namespace {

// The members of a payload. Remembers the first that was missing or of the wrong kind.
class Members {
public:
    using List = std::vector<std::pair<std::string, JsonText>>;
    explicit Members(const List& members) : members_(members), taken_(members.size(), false) {}

    std::optional<JsonText> take(std::string_view name) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (taken_[i] || members_[i].first != name) continue;
            taken_[i] = true;
            return members_[i].second;
        }
        return std::nullopt;
    }
    JsonText require(std::string_view name) {
        auto value = take(name);
        if (!value) note(name);
        return value ? std::move(*value) : JsonText();
    }
    std::string text(std::string_view name) { return text_of(name, take(name)); }
    std::string require_text(std::string_view name) { return text_of(name, require(name)); }
    std::optional<std::int64_t> integer(std::string_view name) {
        const auto value = take(name);
        if (!value || value->is_null()) return std::nullopt;
        std::int64_t number = 0;
        const std::string_view digits = value->view();
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) note(name);
        return number;
    }
    template <typename IdType>
    std::optional<IdType> id(std::string_view name) {
        const std::string id_text = text(name);
        if (id_text.empty()) return std::nullopt;
        auto id = parse_id<IdType>(id_text);
        if (!id) note(name);
        return id ? std::optional<IdType>(*id) : std::nullopt;
    }
    std::optional<RunError> error(std::string_view name) {
        const auto value = take(name);
        if (!value) return std::nullopt;
        RunError error;
        const auto code = value->child(std::string("code"));
        const auto message = value->child(std::string("message"));
        if (!code || !message) note(name);
        error.code = code ? code->as_plain_text() : "";
        error.message = message ? message->as_plain_text() : "";
        if (const auto node = value->child(std::string("nodeId")))
            error.node_id = node->as_plain_text();
        const auto retryable = value->child(std::string("retryable"));
        error.retryable = retryable && retryable->view() == "true";
        error.details = value->child(std::string("details"));
        return error;
    }
    // Everything that was not taken, as an object.
    std::optional<JsonText> rest() const {
        std::string out = "{";
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (taken_[i]) continue;
            if (out.size() > 1) out += ',';
            append_json_string(out, members_[i].first);
            out += ':';
            out += members_[i].second.view();
        }
        if (out.size() == 1) return std::nullopt;
        out += '}';
        return JsonText::trusted(std::move(out));
    }

    void note(std::string_view name) {
        if (problem_.empty()) problem_ = fmt::format("member '{}' is missing or wrong", name);
    }
    const std::string& problem() const { return problem_; }

private:
    std::string text_of(std::string_view name, const std::optional<JsonText>& value) {
        if (!value) return "";
        if (value->kind() != JsonKind::string) note(name);
        return value->as_plain_text();
    }

    const List& members_;
    std::vector<bool> taken_;
    std::string problem_;
};

RunCreated read_run_created(Members& members) {
    RunCreated event;
    const auto trigger = parse_trigger(members.require_text("trigger"));
    if (!trigger) members.note("trigger");
    event.trigger = trigger.value_or(Trigger::manual);
    event.input = members.require("input");
    event.version = members.integer("version");
    const auto flow = members.id<FlowId>("flowId");
    if (!flow) members.note("flowId");
    event.flow = flow.value_or(FlowId{});
    const auto graph = parse_graph_id(members.require_text("graphId"));
    if (!graph) members.note("graphId");
    event.graph = graph ? *graph : GraphId{};
    event.parent = members.id<RunId>("parentRunId");
    event.calling_node_id = members.text("callingNodeId");
    event.depth = static_cast<std::uint32_t>(members.integer("depth").value_or(0));
    event.replay_of = members.id<RunId>("replayOf");
    return event;
}

RunFailed read_run_failed(Members& members) {
    auto error = members.error("error");
    if (!error) members.note("error");
    return RunFailed{std::move(error).value_or(RunError())};
}

std::optional<std::vector<std::string>> read_outputs(Members& members) {
    const auto value = members.take("outputs");
    if (!value) return std::nullopt;
    std::vector<std::string> outputs;
    const json::value tree = value->to_value();
    if (!tree.is_array()) members.note("outputs");
    for (const json::value& output : tree.is_array() ? tree.get_array() : json::array()) {
        if (!output.is_string()) members.note("outputs");
        if (output.is_string()) outputs.emplace_back(output.get_string());
    }
    return outputs;
}

struct Subject {
    NodeIndex node = 0;
    std::uint32_t attempt = 0;
};

NodeCompleted read_node_completed(Members& members, const Subject& subject) {
    NodeCompleted event;
    event.node = subject.node;
    event.attempt = subject.attempt;
    event.result = members.require("result");
    event.outputs = read_outputs(members);
    event.duration_ms = members.integer("durationMs").value_or(0);
    event.error = members.error("error");
    event.extras = members.rest();
    return event;
}

NodeFailed read_node_failed(Members& members, const Subject& subject) {
    NodeFailed event;
    event.node = subject.node;
    event.attempt = subject.attempt;
    auto error = members.error("error");
    if (!error) members.note("error");
    event.error = std::move(error).value_or(RunError());
    event.duration_ms = members.integer("durationMs").value_or(0);
    const auto absorbed = members.take("absorbed");
    event.absorbed = absorbed && absorbed->view() == "true";
    event.extras = members.rest();
    return event;
}

std::optional<EventBody> read_run_event(std::uint64_t type, Members& members) {
    switch (type) {
        case 1: return read_run_created(members);
        case 2: return RunStarted{};
        case 3: return RunCompleted{members.require("output")};
        case 4: return read_run_failed(members);
        case 5: return RunCancelled{members.require_text("reason")};
        default: return std::nullopt;
    }
}

std::optional<EventBody> read_node_event(std::uint64_t type, Members& members,
                                         const Subject& subject) {
    switch (type) {
        case 6: return NodeScheduled{subject.node};
        case 7: return NodeStarted{subject.node, subject.attempt, members.require("input")};
        case 8: return read_node_completed(members, subject);
        case 9: return read_node_failed(members, subject);
        case 13: return NodeSkipped{subject.node};
        case 14: return NodeCancelled{subject.node, subject.attempt};
        default: return std::nullopt;
    }
}

Result<EventBody> read_body(const StoredEvent& stored, const model::Plan& plan) {
    Members members(stored.payload);
    std::optional<EventBody> body = read_run_event(stored.type, members);
    if (!body) {
        const auto node = plan.find(stored.node_id.value_or(""));
        const Subject subject{node.value_or(0), static_cast<std::uint32_t>(stored.attempt)};
        body = read_node_event(stored.type, members, subject);
        if (body && !node)
            return fail(ErrorCode::storage_error,
                        fmt::format("the graph has no node '{}'", stored.node_id.value_or("")));
    }
    if (!body)
        return fail(ErrorCode::storage_error,
                    fmt::format("this version does not know event type {}", stored.type));
    if (!members.problem().empty()) return fail(ErrorCode::storage_error, members.problem());
    return std::move(*body);
}

}  // namespace

Result<std::vector<Event>> decode_events(std::string_view text, std::uint64_t first_sequence,
                                         Instant base, const model::Plan& plan) {
    auto stored_events = read_stored_events(text);
    if (!stored_events) return std::unexpected(stored_events.error());
    std::vector<Event> events;
    events.reserve(stored_events->size());
    for (const StoredEvent& stored : *stored_events) {
        const std::uint64_t sequence = first_sequence + events.size();
        auto body = read_body(stored, plan);
        if (!body)
            return fail(ErrorCode::storage_error, fmt::format("stored event {} cannot be read: {}",
                                                              sequence, body.error().message));
        events.push_back(Event{sequence, base + Duration{stored.delta_ms}, std::move(*body)});
    }
    return events;
}

}  // namespace swiftgrid::engine
