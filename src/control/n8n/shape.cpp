#include "control/n8n/shape.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "base/limits.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::array<std::string_view, 4> other_triggers = {"webhook", "start", "cron", "interval"};
// Each costs a walk over the whole workflow.
constexpr std::size_t loops_examined = 100;
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

ShapeMaker::ShapeMaker(const Source& source, const std::set<std::size_t>& members,
                       const Loop* body_of)
    : source_(source), members_(members) {
    for (const SourceLink& link : source.links) {
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
    std::vector<ShapeEdge> in;
    std::vector<ShapeEdge> out;
    for (const ShapeEdge& edge : edges_) {
        if (edge.target == node) in.push_back(edge);
        if (edge.source == node) out.push_back(edge);
    }
    for (const ShapeEdge& edge : in) edges_.erase(edge);
    for (const ShapeEdge& edge : out) edges_.erase(edge);
    for (const ShapeEdge& before : in)
        for (const ShapeEdge& after : out)
            if (after.output == 0 && before.source != node && after.target != node &&
                edges_.size() < limits::graph_edges)
                edges_.insert({before.source, before.output, after.target, after.input});
    members_.erase(node);
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
            loops.push_back(loops.size() < loops_examined ? loop_at(node) : Loop{node, {}, false});
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
        : left_(members), edges_(edges), cut_(cut) {
        for (const std::size_t node : members) open_.emplace(node, 0);
        for (const ShapeEdge& edge : edges) {
            if (edge.source == trigger_index) continue;
            ++open_[edge.target];
            out_[edge.source].push_back(edge);
            in_[edge.target].push_back(edge);
        }
        for (const auto& [node, count] : open_)
            if (count == 0) ready_.insert(node);
    }

    std::vector<std::size_t> find() {
        while (!left_.empty()) {
            if (ready_.empty()) {
                cut_circle();
                continue;
            }
            const std::size_t node = *ready_.begin();
            ready_.erase(ready_.begin());
            left_.erase(node);
            order_.push_back(node);
            for (const ShapeEdge& edge : out_[node])
                if (edges_.contains(edge)) decided(edge.target);
        }
        return std::move(order_);
    }

private:
    void decided(std::size_t node) {
        if (--open_[node] == 0 && left_.contains(node)) ready_.insert(node);
    }

    // A node with something before it that is not done: every one that is left has one.
    std::size_t before(std::size_t node) const {
        for (const ShapeEdge& edge : in_.at(node))
            if (left_.contains(edge.source) && edges_.contains(edge)) return edge.source;
        return node;
    }

    bool is_entered(std::size_t node) const {
        if (edges_.contains({trigger_index, 0, node, 0})) return true;
        return std::ranges::any_of(
            in_.at(node), [&](const ShapeEdge& edge) { return !left_.contains(edge.source); });
    }

    // Going back from any node ends in a circle; it is opened where a run comes into it.
    void cut_circle() {
        std::vector<std::size_t> way;
        std::map<std::size_t, std::size_t> places;
        std::size_t node = *left_.begin();
        while (places.emplace(node, way.size()).second) {
            way.push_back(node);
            node = before(node);
        }
        way.erase(way.begin(), way.begin() + static_cast<std::ptrdiff_t>(places.at(node)));
        const auto entered =
            std::ranges::find_if(way, [&](std::size_t each) { return is_entered(each); });
        const std::size_t first = entered != way.end() ? *entered : *std::ranges::min_element(way);
        const std::set<std::size_t> circle(way.begin(), way.end());
        for (const ShapeEdge& edge : in_.at(first)) {
            if (!circle.contains(edge.source) || edges_.erase(edge) == 0) continue;
            cut_.push_back(edge);
            decided(first);
        }
    }

    std::set<std::size_t> left_;
    std::set<ShapeEdge>& edges_;
    std::vector<ShapeEdge>& cut_;
    std::map<std::size_t, std::size_t> open_;
    std::map<std::size_t, std::vector<ShapeEdge>> out_;
    std::map<std::size_t, std::vector<ShapeEdge>> in_;
    std::set<std::size_t> ready_;
    std::vector<std::size_t> order_;
};

}  // namespace

Shape ShapeMaker::finish(std::vector<ShapeEdge>& cut) {
    Shape shape;
    shape.steps = Order(members_, edges_, cut).find();
    shape.edges.assign(edges_.begin(), edges_.end());
    return shape;
}

}  // namespace swiftgrid::control::n8n
