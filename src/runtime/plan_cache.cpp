#include "runtime/plan_cache.h"

#include "base/json.h"
#include "model/flow_json.h"

namespace swiftgrid::runtime {

Result<model::PlanPtr> PlanCache::get(GraphId graph) {
    if (auto plan = find(graph)) return plan;
    auto text = read_graph_(graph);
    if (!text) return std::unexpected(text.error());
    auto plan = plan_of_graph_text(graph, *text, types_);
    if (plan) put(*plan);
    return plan;
}

model::PlanPtr PlanCache::find(GraphId graph) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(graph);
    if (found == entries_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second.place);
    return found->second.plan;
}

void PlanCache::put(model::PlanPtr plan) {
    const std::lock_guard lock(mutex_);
    if (entries_.contains(plan->graph_id)) return;
    recent_.push_front(plan->graph_id);
    const GraphId graph = plan->graph_id;
    entries_.emplace(graph, Entry{std::move(plan), recent_.begin()});
    if (entries_.size() <= plans_max_) return;
    entries_.erase(recent_.back());
    recent_.pop_back();
}

Result<model::PlanPtr> plan_of_graph_text(GraphId graph, std::string_view text,
                                          const model::NodeTypes& types) {
    auto document = parse_json(text);
    if (!document) return std::unexpected(document.error());
    std::vector<model::Problem> problems;
    model::Flow flow;
    flow.graph = model::read_graph(*document, types, problems);
    flow.graph_document = std::move(*document);
    if (model::has_errors(problems))
        return fail(ErrorCode::invalid_document,
                    "the stored graph is damaged: " + problems.front().detail);
    return model::make_plan(flow, types, graph);
}

}  // namespace swiftgrid::runtime
