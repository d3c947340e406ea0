#include "control/secret_usage.h"

#include <algorithm>

#include "base/limits.h"
#include "model/flow_json.h"

namespace swiftgrid::control {
namespace {

using Uses = std::map<std::string, std::vector<SecretUse>, std::less<>>;

// Flows come one after the other, each with its draft first.
SecretUse& use_by(std::vector<SecretUse>& uses, const store::FlowGraphs& flow) {
    if (uses.empty() || uses.back().flow != flow.id)
        uses.push_back({flow.id, flow.name, {}, false, false});
    return uses.back();
}

void note(Uses& all, const store::FlowGraphs& flow, const model::EnvUse& use, bool in_draft) {
    SecretUse& found = use_by(all[use.name], flow);
    found.nodes.insert(use.node_id);
    (in_draft ? found.in_draft : found.in_active_version) = true;
}

}  // namespace

SecretUsage::MentionsPtr SecretUsage::mentions_of(const store::GraphDocument& document) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = known_.find(document.id); found != known_.end())
            return found->second;
    }
    auto mentions = std::make_shared<Mentions>();
    if (const auto tree = parse_json(document.text)) {
        std::vector<model::Problem> problems;
        const model::Graph graph = model::read_graph(*tree, types_, problems);
        mentions->uses = model::env_uses(graph, types_);
        mentions->handed_on = model::env_handed_on(graph, types_);
    }
    const std::lock_guard lock(mutex_);
    // A cache may forget.
    if (known_.size() >= limits::flow_heads) known_.clear();
    known_.emplace(document.id, mentions);
    return mentions;
}

std::vector<model::EnvUse> SecretUsage::in_graph(const store::GraphDocument& graph) {
    return mentions_of(graph)->uses;
}

std::vector<model::EnvUse> SecretUsage::in_document(const json::value& document) const {
    const json::object* object = document.if_object();
    const json::value* graph = object ? object->if_contains("graph") : nullptr;
    if (!graph) return {};
    std::vector<model::Problem> problems;
    return model::env_uses(model::read_graph(*graph, types_, problems), types_);
}

Result<std::vector<SecretUse>> SecretUsage::of(const std::string& name) {
    auto flows = catalog_.list_graphs_with({name});
    if (!flows) return std::unexpected(flows.error());
    Uses uses;
    for (const store::FlowGraphs& flow : *flows) {
        const auto note_it = [&](const store::GraphDocument& document, bool in_draft) {
            for (const model::EnvUse& use : mentions_of(document)->uses)
                if (use.name == name) note(uses, flow, use, in_draft);
        };
        note_it(flow.draft, true);
        if (flow.active) note_it(*flow.active, false);
    }
    return std::move(uses[name]);
}

Result<SecretUses> SecretUsage::all() {
    auto flows = catalog_.list_graphs_with({"$env", "secretMapping", "secret_mapping"});
    if (!flows) return std::unexpected(flows.error());
    std::set<std::pair<std::string, std::string>> handed;  // flow id and name
    for (const store::FlowGraphs& flow : *flows) {
        for (const auto* document : {&flow.draft, flow.active ? &*flow.active : nullptr}) {
            if (document == nullptr) continue;
            for (const model::EnvHandedOn& each : mentions_of(*document)->handed_on)
                handed.emplace(each.flow_id, each.name);
        }
    }
    SecretUses uses;
    for (const store::FlowGraphs& flow : *flows) {
        const std::string id = to_string(flow.id);
        const auto note_all = [&](const store::GraphDocument& document, bool in_draft) {
            for (const model::EnvUse& use : mentions_of(document)->uses) {
                note(uses.by_name, flow, use, in_draft);
                if (use.is_required && !handed.contains({id, use.name}))
                    note(uses.required, flow, use, in_draft);
            }
        };
        note_all(flow.draft, true);
        if (flow.active) note_all(*flow.active, false);
    }
    return uses;
}

Result<std::set<std::string>> SecretUsage::handed_to(FlowId flow) {
    const std::string id = to_string(flow);
    auto flows = catalog_.list_graphs_with({id});
    if (!flows) return std::unexpected(flows.error());
    std::set<std::string> names;
    for (const store::FlowGraphs& each : *flows) {
        for (const auto* document : {&each.draft, each.active ? &*each.active : nullptr}) {
            if (document == nullptr) continue;
            for (const model::EnvHandedOn& handed : mentions_of(*document)->handed_on)
                if (handed.flow_id == id) names.insert(handed.name);
        }
    }
    return names;
}

}  // namespace swiftgrid::control
