// Loops of n8n as maps over workflows of their own, and what a run of a workflow gives back.

#include <algorithm>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/workflow.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr double version_with_done_first = 3;

// Of a loop that does not say it.
std::int64_t batch_size_otherwise(const SourceNode& loop) {
    constexpr std::int64_t old = 10;
    return loop.version >= version_with_done_first ? 1 : old;
}

}  // namespace

// What the body of a loop reads of what is around it is handed over by name.
std::optional<DataPlace> WorkflowConverter::place_around(std::size_t node, ItemChoice item) {
    if (node == outer_->loop) return trigger_place();
    if (id_by_node_.contains(node)) return std::nullopt;  // of the body, but not before this one
    WorkflowConverter& around = *outer_->around;
    const bool gives_items = std::ranges::any_of(around.shape_.edges, [&](const ShapeEdge& edge) {
        return edge.source == node && edge.target == outer_->loop;
    });
    if (item == ItemChoice::own && gives_items) return trigger_place();
    auto place = around.place_of(source_.nodes[node].name, item);
    if (!place) return std::nullopt;
    const auto known = around.id_by_node_.find(node);
    const std::string name = known == around.id_by_node_.end() ? "start" : known->second;
    outer_reads_.emplace("from_" + name, "{{" + place->in_template() + "}}");
    return DataPlace{"$trigger", ".from_" + name, place->renamed};
}

// Of a document that belongs to this one; short enough for the step that calls it.
std::string WorkflowConverter::inner_id(std::string_view what) const {
    return file_.unused_id(
        fmt::format("{}--{}", cut_to_bytes(id_, limits::node_id_characters / 2), what));
}

// A map over a workflow of the loop's body.
void WorkflowConverter::put_loop(const Loop& loop, StepMaker& maker) {
    const bool done_first = maker.node().version >= version_with_done_first;
    if (!loop.is_whole || depth_ + 1 >= limits::import_loop_depth ||
        file_.documents.size() >= limits::bundle_flows)
        return maker.unsupported(
            loop.is_whole ? "there are too many loops inside loops"
                          : "other steps lead into this loop or out of it, or it is empty",
            "Make a workflow of the loop's body and call it with a map.");
    const std::string body_id = inner_id(maker.step().id);
    WorkflowConverter inner(source_, body_id, depth_ + 1, file_, Outer{this, loop.node});
    inner.convert_members({loop.body.begin(), loop.body.end()}, &loop);
    const std::string input = maker.input().in_template();
    maker.step().type = "map";
    maker.step().handles.clear();
    maker.step().further_handles = {{done_first ? 0 : 1, ""}};
    maker.data() = {
        {"inputArray", fmt::format("{{{{ Array.isArray({0}) ? {0} : [{0}] }}}}", input)},
        {"subflowId", body_id},
        {"maxConcurrent", 1},
        {"continueOnError", false}};
    json::object mapping;
    for (const auto& [name, hole] : inner.outer_reads_) mapping[name] = hole;
    if (!mapping.empty()) maker.data()["inputMapping"] = std::move(mapping);
    if (integer_at(maker.parameters(), "batchSize", batch_size_otherwise(maker.node())) > 1)
        maker.changed("it works on several items at a time; here it works on one",
                      "Raise how many it works on at the same time, if speed is what counts.");
    maker.name_left_out(object_member(maker.parameters(), "options"), {});
    maker.note(NoteSeverity::info,
               fmt::format("the steps of this loop are the workflow '{}' now; publish that one "
                           "first",
                           inner.name_));
}

// A step behind the map of a loop that gives what n8n's loop gives: a list of what came back.
void WorkflowConverter::put_loop_items(std::size_t node) {
    const std::string id = id_by_node_.at(node);
    const Step& items = add_step(id + "_items", "Items of " + source_.nodes[node].name,
                                 "return nodes." + id + ".results.map((item) => item.value);",
                                 place_on_canvas(source_.nodes[node], 1));
    exit_by_node_[node] = items.id;
    edges_.insert({id, "", items.id});
    made_[made_by_node_.at(node)].step.place = items.place;
}

bool WorkflowConverter::is_asked_for_output() const {
    return std::ranges::any_of(source_.nodes, [](const SourceNode& node) {
        return !node.is_disabled &&
               (node.kind == "executeWorkflowTrigger" ||
                (node.kind == "webhook" && text_at(node.parameters, "responseMode") == "lastNode"));
    });
}

// From the steps whose data a run gives back: those that lead back to the loop, or the last ones.
std::vector<ShapeEdge> WorkflowConverter::edges_to_end(const Loop* body_of) const {
    std::vector<ShapeEdge> edges;
    for (const ShapeEdge& edge : shape_.edges)
        if (edge.target == end_index) edges.push_back(edge);
    if (body_of || is_apart_ || !is_asked_for_output()) return edges;
    std::set<std::size_t> goes_on;
    for (const ShapeEdge& edge : shape_.edges) goes_on.insert(edge.source);
    for (const std::size_t node : shape_.steps) {
        if (goes_on.contains(node)) continue;
        if (made_[made_by_node_.at(node)].step.type == "router") return {};
        const auto& further = made_[made_by_node_.at(node)].step.further_handles;
        const bool is_loop = made_[made_by_node_.at(node)].step.handles.empty() && !further.empty();
        edges.push_back({node, is_loop ? further.front().first : 0, end_index, 0});
    }
    return edges;
}

// The output of a run is the whole result of its last step, of which n8n's data is often a part:
// the body of an answer. And several last steps would give an object of all of them.
void WorkflowConverter::put_output(const Loop* body_of) {
    const std::vector<ShapeEdge> edges = edges_to_end(body_of);
    std::vector<DataPlace> places;
    for (const ShapeEdge& edge : edges)
        if (DataPlace place = place_of_edge(edge); std::ranges::find(places, place) == places.end())
            places.push_back(std::move(place));
    if (places.empty()) return;
    const bool is_whole = places.size() == 1 && edges.size() == 1 &&
                          places.front().member.empty() && !places.front().root.starts_with('$');
    if (is_whole) return;
    Position lowest = made_.empty() ? Position{} : made_.front().position;
    for (const MadeStep& made : made_)
        if (made.position.y > lowest.y) lowest = made.position;
    constexpr double below = 130;
    const std::string id =
        add_step("output", "Output", pick_code(std::move(places)), {lowest.x, lowest.y + below}).id;
    for (const ShapeEdge& edge : edges)
        if (edge.source != trigger_index) connect_to(edge, id);
}

}  // namespace swiftgrid::control::n8n
