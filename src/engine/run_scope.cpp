#include "engine/run_scope.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "model/env_names.h"
#include "model/secret_paths.h"

namespace swiftgrid::engine {
namespace {

bool names_run_input(std::string_view name) {
    return name == "$trigger" || name == "$input" || name == "trigger" || name == "input";
}

bool names_predecessor(std::string_view name) { return name == "previous" || name == "prev"; }

JsonText flow_facts(const RunState& run) {
    return JsonText::trusted(fmt::format(R"({{"id":"{}"}})", to_string(run.created.flow)));
}

std::string why_no_result(std::string_view id, NodeStatus status) {
    switch (status) {
        case NodeStatus::skipped: return fmt::format("node '{}' was skipped", id);
        case NodeStatus::cancelled: return fmt::format("node '{}' was cancelled", id);
        case NodeStatus::failed: return fmt::format("node '{}' failed", id);
        case NodeStatus::completed: return fmt::format("node '{}' has no result", id);
        case NodeStatus::pending:
        case NodeStatus::scheduled:
        case NodeStatus::running:
        case NodeStatus::suspended:
        case NodeStatus::retrying: break;
    }
    return fmt::format("node '{}' has not ended yet", id);
}

}  // namespace

bool counts_for(const RunState& run, NodeIndex source, NodeIndex node) {
    const std::uint64_t started_by = run.nodes[node].started_by;
    return started_by == 0 || run.nodes[source].ended_by < started_by;
}

std::optional<JsonText> RunScope::root(std::string_view name) const {
    if (names_run_input(name)) return run_.created.input;
    if (name == "webhook" && run_.created.trigger == Trigger::webhook) return run_.created.input;
    if (name == "$run") return run_facts();
    if (name == "$flow") return flow_facts(run_);
    if (name == "$env") {
        if (!env_) env_ = make_env();
        return *env_;
    }
    if (names_predecessor(name)) {
        const auto& predecessors = plan_.nodes[node_].predecessors;
        if (predecessors.size() != 1) return std::nullopt;
        return result_of(predecessors.front());
    }
    const auto source = plan_.find(name);
    if (!source || !is_upstream(*source)) return std::nullopt;
    return result_of(*source);
}

const std::optional<JsonText>& RunScope::result_of(NodeIndex source) const {
    static const std::optional<JsonText> none;
    return counts_for(run_, source, node_) ? run_.nodes[source].result : none;
}

std::string RunScope::why_missing(std::string_view name) const {
    if (name == "$env" && run_.created.secrets)
        return "this run was handed no secrets; map the name in the step that calls its flow";
    if (name == "$env") return "there are no secrets and variables yet";
    if (name == "webhook") return "this run was not started by a webhook";
    if (names_predecessor(name)) {
        const auto& predecessors = plan_.nodes[node_].predecessors;
        if (predecessors.empty()) return "this node has no predecessor";
        if (predecessors.size() > 1)
            return "this node has several predecessors: name the one that is meant";
        const NodeIndex source = predecessors.front();
        return why_no_result(plan_.nodes[source].id, run_.nodes[source].status);
    }
    const auto source = plan_.find(name);
    if (!source) return fmt::format("there is no node '{}'", name);
    if (!is_upstream(*source))
        return fmt::format("node '{}' does not lead to node '{}'", name, plan_.nodes[node_].id);
    return why_no_result(name, run_.nodes[*source].status);
}

JsonText RunScope::run_facts() const {
    std::string out = fmt::format(R"({{"id":"{}","createdAt":"{}")", to_string(run_.id),
                                  to_rfc3339(run_.created_at));
    if (plan_.nodes[node_].reads_secrets) {
        out += fmt::format(R"(,"{}":{{)", model::resume_url_member);
        bool is_first = true;
        for (const model::PlanNode& node : plan_.nodes) {
            if (!node.descriptor->awaits_signal) continue;
            if (!is_first) out += ',';
            is_first = false;
            append_json_string(out, node.id);
            out += ':';
            append_json_string(out, environment_.resume_url(run_.id, node.id));
        }
        out += '}';
    }
    return JsonText::trusted(out + '}');
}

// What the node's input reads of it. When a name is missing all others are named, too, so that the
// error can say which one may have been meant.
std::optional<JsonText> RunScope::make_env() const {
    std::set<std::string> wanted;
    for (model::EnvName& each : model::env_names_in(plan_.nodes[node_].input))
        wanted.insert(std::move(each.name));
    std::string out = "{";
    const auto append = [&](std::string_view name, std::string_view value) {
        if (out.size() > 1) out += ',';
        append_json_string(out, name);
        out += ':';
        append_json_string(out, value);
    };
    bool is_complete = true;
    for (const std::string& name : wanted) {
        const auto in_vault = vault_name(name);
        const auto value = in_vault ? environment_.value(*in_vault) : std::nullopt;
        if (value) append(name, *value);
        is_complete &= value.has_value();
    }
    if (!is_complete) {
        const auto names = visible_names();
        if (names.empty()) return std::nullopt;
        for (const std::string& name : names)
            if (!wanted.contains(name)) append(name, "");
    }
    return JsonText::trusted(out + '}');
}

// A run that has a parent sees what it was handed, under its own names.
std::optional<std::string_view> RunScope::vault_name(std::string_view name) const {
    if (!run_.created.secrets) return name;
    for (const auto& [own, in_vault] : *run_.created.secrets)
        if (own == name) return in_vault;
    return std::nullopt;
}

std::vector<std::string> RunScope::visible_names() const {
    if (!run_.created.secrets) return environment_.names();
    std::vector<std::string> names;
    for (const auto& [own, in_vault] : *run_.created.secrets) names.push_back(own);
    return names;
}

bool RunScope::passes_on_secret() const {
    const model::PlanNode& node = plan_.nodes[node_];
    return node.descriptor->calls_flows && node.reads_secrets &&
           std::ranges::any_of(model::env_names_in(node.input), [&](const model::EnvName& each) {
               const auto in_vault = vault_name(each.name);
               return in_vault && environment_.is_secret(*in_vault);
           });
}

bool RunScope::is_upstream(NodeIndex node) const {
    return std::ranges::binary_search(plan_.nodes[node_].upstream, node);
}

Bindings bindings_of(const expr::Scope& scope, std::span<const std::string> roots) {
    Bindings bindings;
    for (const std::string& name : roots) {
        const bool known = std::ranges::any_of(
            bindings, [&](const auto& binding) { return binding.first == name; });
        if (known || name == "$env") continue;
        if (auto value = scope.root(name)) bindings.emplace_back(name, std::move(*value));
    }
    return bindings;
}

}  // namespace swiftgrid::engine
