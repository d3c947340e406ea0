#include "control/secret_usage.h"

#include <algorithm>

#include "base/limits.h"
#include "model/flow_json.h"
#include "model/flow_notifications.h"

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
    if (!use.node_id.empty()) found.nodes.insert(use.node_id);
    (in_draft ? found.in_draft : found.in_active_version) = true;
}

// Of no node.
std::vector<model::EnvUse> uses_in(const json::value& notifications) {
    std::vector<model::EnvUse> uses;
    for (model::EnvName& name : model::env_names_of(model::read_notifications(notifications)))
        uses.push_back({std::move(name.name), "", name.is_required});
    return uses;
}
std::vector<model::EnvUse> uses_in_text(const std::optional<std::string>& notifications) {
    const auto list = parse_json(notifications.value_or("[]"));
    return list ? uses_in(*list) : std::vector<model::EnvUse>();
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
    if (!object) return {};
    std::vector<model::EnvUse> uses;
    if (const json::value* graph = object->if_contains("graph")) {
        std::vector<model::Problem> problems;
        uses = model::env_uses(model::read_graph(*graph, types_, problems), types_);
    }
    if (const json::value* list = object->if_contains("notifications"))
        std::ranges::move(uses_in(*list), std::back_inserter(uses));
    return uses;
}

Result<std::vector<SecretUse>> SecretUsage::of(const std::string& name) {
    auto flows = catalog_.list_graphs_with({name});
    if (!flows) return std::unexpected(flows.error());
    Uses uses;
    for (const store::FlowGraphs& flow : *flows) {
        const auto note_it = [&](const std::vector<model::EnvUse>& mentioned, bool in_draft) {
            for (const model::EnvUse& use : mentioned)
                if (use.name == name) note(uses, flow, use, in_draft);
        };
        note_it(mentions_of(flow.draft)->uses, true);
        note_it(uses_in_text(flow.draft_notifications), true);
        if (flow.active) note_it(mentions_of(*flow.active)->uses, false);
        note_it(uses_in_text(flow.active_notifications), false);
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
        const auto note_all = [&](const std::vector<model::EnvUse>& mentioned, bool in_draft) {
            for (const model::EnvUse& use : mentioned) {
                // What is handed on reaches runs, not their notifications.
                const bool is_handed = !use.node_id.empty() && handed.contains({id, use.name});
                note(uses.by_name, flow, use, in_draft);
                if (use.is_required && !is_handed) note(uses.required, flow, use, in_draft);
            }
        };
        note_all(mentions_of(flow.draft)->uses, true);
        note_all(uses_in_text(flow.draft_notifications), true);
        if (flow.active) note_all(mentions_of(*flow.active)->uses, false);
        note_all(uses_in_text(flow.active_notifications), false);
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
