#include "control/n8n/shape.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "base/limits.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::array<std::string_view, 4> other_triggers = {"webhook", "start", "cron", "interval"};
constexpr double loop_version_with_done_first = 3;

bool starts_with_any_part(const std::string& kind) {
    constexpr std::array<std::string_view, 8> parts = {
        "lmChat",       "lm",   "memory",          "embeddings",
        "outputParser", "tool", "vectorStoreTool", "documentDefaultDataLoader"};
    return std::ranges::any_of(parts, [&](std::string_view part) {
        return kind.starts_with(part) && kind.size() > part.size() && kind[part.size()] >= 'A' &&
               kind[part.size()] <= 'Z';
    });
}

}  // namespace

NodeRole role_of(const SourceNode& node) {
    const bool is_trigger = node.kind.ends_with("Trigger") || node.kind == "trigger" ||
                            std::ranges::find(other_triggers, node.kind) != other_triggers.end();
    if (node.kind == "stickyNote") return NodeRole::note;
    if (node.type.find("langchain") != std::string::npos && starts_with_any_part(node.kind))
        return NodeRole::part;
    if (is_trigger) return NodeRole::trigger;
    if (node.is_disabled || node.kind == "noOp") return NodeRole::passed;
    if (node.kind == "splitInBatches") return NodeRole::loop;
    return NodeRole::step;
}

std::set<std::size_t> started_nodes(const Source& source) {
    std::set<std::size_t> reached;
    std::vector<std::size_t> todo;
    const auto reach = [&](std::size_t node) {
        if (reached.insert(node).second) todo.push_back(node);
    };
    for (std::size_t i = 0; i < source.nodes.size(); ++i) {
        const SourceNode& node = source.nodes[i];
        if (role_of(node) == NodeRole::trigger && !node.is_disabled && node.kind != "errorTrigger")
            reach(i);
    }
    const bool starts = !todo.empty();
    std::multimap<std::size_t, std::size_t> next;
    for (const SourceLink& link : source.links) next.emplace(link.source, link.target);
    while (!todo.empty()) {
        const auto [from, to] = next.equal_range(todo.back());
        todo.pop_back();
        for (auto it = from; it != to; ++it) reach(it->second);
    }
    // Notes, models and triggers belong to the whole.
    for (std::size_t i = 0; i < source.nodes.size(); ++i) {
        const NodeRole role = role_of(source.nodes[i]);
        const bool is_work =
            role == NodeRole::step || role == NodeRole::loop || role == NodeRole::passed;
        if (!starts || !is_work) reached.insert(i);
    }
    return reached;
}

ShapeMaker::ShapeMaker(const Source& source, const std::set<std::size_t>& members,
                       const Loop* body_of)
    : source_(source), members_(members) {
    for (const SourceLink& link : source.links) {
        if (body_of && link.target == body_of->node && members.contains(link.source))
            edges_.insert({link.source, link.output, end_index, 0});
        if (!members.contains(link.target)) continue;
        if (members.contains(link.source))
            edges_.insert({link.source, link.output, link.target, link.input});
        else if (body_of && link.source == body_of->node && link.output == loop_output(link.source))
            edges_.insert({trigger_index, 0, link.target, link.input});
    }
    for (const std::size_t node : members) {
        switch (role_of(source.nodes[node])) {
            case NodeRole::trigger: pass_over_trigger(node); break;
            case NodeRole::passed:
            case NodeRole::note:
            case NodeRole::part: pass_over(node); break;
            case NodeRole::step:
            case NodeRole::loop: break;
        }
    }
}

// What led to it leads to where it led.
void ShapeMaker::pass_over(std::size_t node) {
    std::set<std::pair<std::size_t, std::size_t>> before;  // node and output
    std::set<std::pair<std::size_t, std::size_t>> after;   // node and input
    for (const ShapeEdge& edge : edges_) {
        if (edge.target == node && edge.source != node) before.emplace(edge.source, edge.output);
        if (edge.source == node && edge.target != node && edge.output == 0)
            after.emplace(edge.target, edge.input);
    }
    std::erase_if(
        edges_, [&](const ShapeEdge& edge) { return edge.source == node || edge.target == node; });
    members_.erase(node);
    for (const auto& [source, output] : before)
        for (const auto& [target, input] : after) {
            if (edges_.size() >= limits::graph_edges) {
                is_cut_short_ = true;
                return;
            }
            edges_.insert({source, output, target, input});
        }
}

void ShapeMaker::pass_over_trigger(std::size_t node) {
    const bool starts = !source_.nodes[node].is_disabled;
    std::vector<ShapeEdge> touching;
    for (const ShapeEdge& edge : edges_)
        if (edge.source == node || edge.target == node) touching.push_back(edge);
    for (const ShapeEdge& edge : touching) {
        edges_.erase(edge);
        if (starts && edge.source == node && edge.target != node)
            edges_.insert({trigger_index, 0, edge.target, edge.input});
    }
    members_.erase(node);
}

std::set<std::size_t> ShapeMaker::reached_from(const std::vector<std::size_t>& begin,
                                               std::size_t without, bool backwards) const {
    std::multimap<std::size_t, std::size_t> next;
    for (const ShapeEdge& edge : edges_)
        if (edge.source != trigger_index)
            next.emplace(backwards ? edge.target : edge.source,
                         backwards ? edge.source : edge.target);
    std::set<std::size_t> reached;
    std::vector<std::size_t> todo;
    for (const std::size_t node : begin)
        if (node != without && reached.insert(node).second) todo.push_back(node);
    while (!todo.empty()) {
        const std::size_t node = todo.back();
        todo.pop_back();
        const auto [from, to] = next.equal_range(node);
        for (auto it = from; it != to; ++it)
            if (it->second != without && reached.insert(it->second).second)
                todo.push_back(it->second);
    }
    return reached;
}

// The third version has "done" first.
std::size_t ShapeMaker::loop_output(std::size_t node) const {
    return source_.nodes[node].version >= loop_version_with_done_first ? 1 : 0;
}

Loop ShapeMaker::loop_at(std::size_t node) const {
    std::vector<std::size_t> begin;
    std::vector<std::size_t> back;
    for (const ShapeEdge& edge : edges_) {
        if (edge.source == node && edge.output == loop_output(node)) begin.push_back(edge.target);
        if (edge.target == node && edge.source != trigger_index) back.push_back(edge.source);
    }
    const auto after = reached_from(begin, node, false);
    const auto before = reached_from(back, node, true);
    Loop loop{node, {}, true};
    std::ranges::set_intersection(after, before, std::back_inserter(loop.body));
    const std::set<std::size_t> body(loop.body.begin(), loop.body.end());
    loop.is_whole = !body.empty() && body.size() == after.size();
    for (const ShapeEdge& edge : edges_) {
        const bool is_inside = body.contains(edge.source);
        const bool goes_inside = body.contains(edge.target);
        if (is_inside && !goes_inside && edge.target != node) loop.is_whole = false;
        if (!is_inside && goes_inside && edge.source != node) loop.is_whole = false;
        if (edge.source == node && goes_inside && edge.output != loop_output(node))
            loop.is_whole = false;
    }
    return loop;
}

std::vector<Loop> ShapeMaker::take_loops() {
    std::vector<Loop> loops;
    std::set<std::size_t> inner;
    for (const std::size_t node : members_)
        if (role_of(source_.nodes[node]) == NodeRole::loop)
            loops.push_back(loops.size() < limits::import_loops ? loop_at(node)
                                                                : Loop{node, {}, false});
    for (const Loop& loop : loops)
        if (loop.is_whole) inner.insert(loop.body.begin(), loop.body.end());
    std::erase_if(loops, [&](const Loop& loop) { return inner.contains(loop.node); });
    for (const Loop& loop : loops) {
        if (!loop.is_whole) continue;
        const std::set<std::size_t> body(loop.body.begin(), loop.body.end());
        std::erase_if(edges_, [&](const ShapeEdge& edge) {
            return body.contains(edge.source) || body.contains(edge.target);
        });
        for (const std::size_t node : body) members_.erase(node);
    }
    return loops;
}

namespace {

// Nodes in the order in which a run reaches them.
class Order {
public:
    Order(const std::set<std::size_t>& members, std::set<ShapeEdge>& edges,
          std::vector<ShapeEdge>& cut)
        : members_(members), edges_(edges), cut_(cut) {
        for (const ShapeEdge& edge : edges) {
            if (edge.target == end_index) continue;
            if (edge.source == trigger_index)
                entered_.insert(edge.target);
            else
                out_[edge.source].push_back(edge);
        }
    }

    std::vector<std::size_t> find() {
        open_circles();
        std::map<std::size_t, std::size_t> open;
        for (const std::size_t node : members_) open.emplace(node, 0);
        for (const auto& [node, edges] : out_)
            for (const ShapeEdge& edge : edges) ++open[edge.target];
        std::set<std::size_t> ready;
        for (const auto& [node, count] : open)
            if (count == 0) ready.insert(node);
        std::vector<std::size_t> order;
        while (!ready.empty()) {
            const std::size_t node = *ready.begin();
            ready.erase(ready.begin());
            order.push_back(node);
            for (const ShapeEdge& edge : out_[node])
                if (--open[edge.target] == 0) ready.insert(edge.target);
        }
        return order;
    }

private:
    struct Way {
        std::size_t node = 0;
        std::size_t next = 0;  // index of the edge to follow
    };

    // Walks from where a run comes in; what leads back to a node of the way there is cut.
    void open_circles() {
        for (const std::size_t node : entered_) walk_from(node);
        std::set<std::size_t> led_to;
        for (const auto& [node, edges] : out_)
            for (const ShapeEdge& edge : edges) led_to.insert(edge.target);
        for (const std::size_t node : members_)
            if (!led_to.contains(node)) walk_from(node);
        for (const std::size_t node : members_) walk_from(node);
    }

    void walk_from(std::size_t begin) {
        if (!seen_.insert(begin).second) return;
        std::vector<Way> way{{begin, 0}};
        std::set<std::size_t> on_way{begin};
        while (!way.empty()) {
            std::vector<ShapeEdge>& edges = out_[way.back().node];
            if (way.back().next == edges.size()) {
                on_way.erase(way.back().node);
                way.pop_back();
                continue;
            }
            const ShapeEdge edge = edges[way.back().next];
            if (on_way.contains(edge.target)) {
                edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(way.back().next));
                edges_.erase(edge);
                cut_.push_back(edge);
                continue;
            }
            ++way.back().next;
            if (!seen_.insert(edge.target).second) continue;
            way.push_back({edge.target, 0});
            on_way.insert(edge.target);
        }
    }

    const std::set<std::size_t>& members_;
    std::set<ShapeEdge>& edges_;
    std::vector<ShapeEdge>& cut_;
    std::set<std::size_t> entered_;
    std::set<std::size_t> seen_;
    std::map<std::size_t, std::vector<ShapeEdge>> out_;
};

}  // namespace

Shape ShapeMaker::finish() {
    Shape shape;
    shape.steps = Order(members_, edges_, shape.cut).find();
    shape.is_cut_short = is_cut_short_;
    shape.edges.assign(edges_.begin(), edges_.end());
    return shape;
}

}  // namespace swiftgrid::control::n8n
