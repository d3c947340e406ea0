#include "control/snapshots.h"

#include <algorithm>

#include "base/json.h"

namespace swiftgrid::control {
namespace {

// Types that call flows mark the field that names one with `x-flow` (model/schema.h).
void add_call(std::vector<SnapshotCall>& calls, const model::NodeDescriptor& descriptor,
              const json::object& data, SnapshotCall call) {
    const auto* version = data.if_contains("version");
    if (!version || *version != "snapshot") return;
    const auto* properties = descriptor.data_schema.if_contains("properties");
    if (!properties) return;
    for (const auto& property : properties->get_object()) {
        if (!property.value().get_object().contains("x-flow")) continue;
        const auto* flow = data.if_contains(property.key());
        if (!flow || !flow->is_string()) continue;
        call.member = property.key();
        call.flow = std::string(flow->get_string());
        calls.push_back(call);
    }
}

model::Problem unpublished(const SnapshotCall& call) {
    return {model::Severity::error,
            "/graph/nodes/" + std::to_string(call.node) + "/data/" + call.member,
            call.node_id,
            "flow_not_published",
            "'" + call.node_id + "' calls a snapshot of a flow that was never published",
            "Publish that flow first, or choose the version 'latest'."};
}

}  // namespace

std::vector<SnapshotCall> snapshot_calls(const model::Graph& graph, const model::NodeTypes& types) {
    std::vector<SnapshotCall> calls;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const model::Node& node = graph.nodes[i];
        if (const auto* descriptor = types.find(node.type))
            add_call(calls, *descriptor, node.data, {i, node.id, "", ""});
    }
    return calls;
}

std::vector<SnapshotCall> snapshot_calls(const model::Plan& plan) {
    std::vector<SnapshotCall> calls;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const model::PlanNode& node = plan.nodes[i];
        if (node.descriptor->calls_flows)
            add_call(calls, *node.descriptor, node.data, {i, node.id, "", ""});
    }
    return calls;
}

RecordedSnapshots record_snapshots(const std::vector<SnapshotCall>& calls,
                                   const FindActiveVersion& find) {
    RecordedSnapshots recorded;
    for (const SnapshotCall& call : calls) {
        const auto is_known = [&](const auto& entry) { return entry.first == call.flow; };
        if (std::ranges::any_of(recorded.versions, is_known)) continue;
        const auto number = find(call.flow);
        if (number && *number)
            recorded.versions.emplace_back(call.flow, **number);
        else
            recorded.problems.push_back(unpublished(call));
    }
    return recorded;
}

std::optional<std::string> write_snapshots(const engine::Snapshots& snapshots) {
    if (snapshots.empty()) return std::nullopt;
    json::object object;
    for (const auto& [flow, number] : snapshots) object[flow] = number;
    return to_json(object);
}

engine::Snapshots read_snapshots(const std::optional<std::string>& text) {
    engine::Snapshots snapshots;
    if (!text) return snapshots;
    const auto value = parse_json(*text);
    const json::object* object = value ? value->if_object() : nullptr;
    if (!object) return snapshots;
    for (const auto& member : *object)
        if (member.value().is_int64())
            snapshots.emplace_back(std::string(member.key()), member.value().get_int64());
    return snapshots;
}

}  // namespace swiftgrid::control
