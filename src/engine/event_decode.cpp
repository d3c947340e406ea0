// Reading what event_codec.cpp writes. Text that this version cannot understand is an error, never
// a guess: a newer version may have written it.

#include <fmt/format.h>

#include "engine/event_codec.h"
#include "engine/event_decode.h"
#include "engine/event_types.h"
#include "engine/json_slices.h"
#include "engine/payload_members.h"

namespace swiftgrid::engine {
namespace {

Snapshots read_snapshots(Members& members) {
    Snapshots snapshots;
    const auto value = members.take("snapshots");
    if (!value) return snapshots;
    const json::value tree = value->to_value();
    if (!tree.is_object()) members.note("snapshots");
    for (const auto& member : tree.is_object() ? tree.get_object() : json::object()) {
        if (!member.value().is_int64()) members.note("snapshots");
        if (member.value().is_int64())
            snapshots.emplace_back(member.key(), member.value().get_int64());
    }
    return snapshots;
}

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
    event.forked_at = members.count("forkedAt");
    event.calling_attempt = members.count("callingAttempt").value_or(0);
    event.calling_item = members.count("callingItem");
    event.deadline = members.instant("deadline");
    event.secrets = members.names("secrets");
    event.snapshots = read_snapshots(members);
    event.budget = members.count("budget").value_or(limits::descendants);
    event.allowance = members.allowance();
    event.traceparent = members.text("traceparent");
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

using Subject = StoredSubject;

NodeStarted read_node_started(Members& members, const Subject& subject) {
    NodeStarted event{subject.node, subject.attempt, members.require("input"), {}};
    if (const auto values = members.take("scriptValues"))
        for (const auto& [offset, length] : slice_array(values->view()))
            event.script_values.push_back(
                JsonText::trusted(std::string(values->view().substr(offset, length))));
    return event;
}

NodeCompleted read_node_completed(Members& members, const Subject& subject) {
    NodeCompleted event;
    event.node = subject.node;
    event.attempt = subject.attempt;
    event.result = members.require("result");
    event.outputs = read_outputs(members);
    event.duration_ms = members.integer("durationMs").value_or(0);
    event.error = members.error("error");
    event.kept = members.flag("kept");
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
    event.absorbed = members.flag("absorbed");
    event.kept = members.flag("kept");
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
        case 7: return read_node_started(members, subject);
        case 8: return read_node_completed(members, subject);
        case 9: return read_node_failed(members, subject);
        case 10: return read_retry_scheduled(members, subject);
        case 11: return read_suspended(members, subject);
        case 12: return read_resumed(members, subject);
        case 13: return NodeSkipped{subject.node, members.flag("kept")};
        case 14: return NodeCancelled{subject.node, subject.attempt};
        case 15: return read_item_settled(members, subject);
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

std::optional<bool> ends_run(std::string_view text) {
    const auto parsed = parse_json(text);
    const json::array* events = parsed ? parsed->if_array() : nullptr;
    const json::array* last = events && !events->empty() ? events->back().if_array() : nullptr;
    if (last == nullptr || last->empty() || !last->front().is_int64()) return std::nullopt;
    return run_end(last->front().get_int64()).has_value();
}

}  // namespace swiftgrid::engine
