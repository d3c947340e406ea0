#pragma once

// The shape of a workflow of n8n without what has no step of its own here: triggers, notes, nodes
// that do nothing and nodes that are switched off. What they joined stays joined. Loops become
// shapes of their own, and other ways back are cut.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "control/n8n/source.h"

namespace swiftgrid::control::n8n {

// What an edge leaves that starts a run, and what one leads to that ends the body of a loop.
constexpr std::size_t trigger_index = static_cast<std::size_t>(-1);
constexpr std::size_t end_index = static_cast<std::size_t>(-2);

struct ShapeEdge {
    std::size_t source = 0;  // of the workflow's nodes, or trigger_index
    std::size_t output = 0;
    std::size_t target = 0;  // of the workflow's nodes, or end_index
    std::size_t input = 0;

    auto operator<=>(const ShapeEdge&) const = default;
};

struct Shape {
    std::vector<std::size_t> steps;  // in an order in which each comes after what leads to it
    std::vector<ShapeEdge> edges;
    std::vector<ShapeEdge> cut;  // led back
    bool is_cut_short = false;   // there were more edges than limits::graph_edges
};

// What a node is for.
enum class NodeRole : std::uint8_t { step, trigger, note, passed, part, loop };
NodeRole role_of(const SourceNode& node);

// What a run in n8n can reach, with what belongs to it: everything when nothing starts a run.
std::set<std::size_t> started_nodes(const Source& source);

// A loop over items (splitInBatches) whose way back leads only to it.
struct Loop {
    std::size_t node = 0;
    std::vector<std::size_t> body;  // without the loop itself
    bool is_whole = false;          // nothing else leads into the body or out of it
};

class ShapeMaker {
public:
    // Of these nodes of the workflow only. Where they are the body of a loop, a run of them begins
    // with what the loop leads to, and ends with what leads back to it.
    ShapeMaker(const Source& source, const std::set<std::size_t>& members,
               const Loop* body_of = nullptr);

    // The loops that are in no other one. Their bodies are taken out of the shape.
    std::vector<Loop> take_loops();

    Shape finish();

private:
    void pass_over(std::size_t node);
    void pass_over_trigger(std::size_t node);
    std::set<std::size_t> reached_from(const std::vector<std::size_t>& begin, std::size_t without,
                                       bool backwards) const;
    Loop loop_at(std::size_t node) const;
    std::size_t loop_output(std::size_t node) const;

    const Source& source_;
    std::set<std::size_t> members_;
    std::set<ShapeEdge> edges_;
    bool is_cut_short_ = false;
};

}  // namespace swiftgrid::control::n8n
