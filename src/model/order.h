#pragma once

// The order and reach of a graph whose nodes are numbered by their place in the document. Used by
// the validation (which may see cycles) and by the plan (which may not).

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace swiftgrid::model {

struct Arrow {
    std::uint32_t source = 0;
    std::uint32_t target = 0;
};

// Every arrow goes from left to right; among nodes that are free to go first, the one that stands
// first in the document does. Nodes on a cycle, and those behind one, are left out.
std::vector<std::uint32_t> topological_order(std::size_t node_count, std::span<const Arrow> arrows);

// One cycle in the direction of its arrows, beginning with the node first in the document; empty
// when there is none.
std::vector<std::uint32_t> find_cycle(std::size_t node_count, std::span<const Arrow> arrows);

// Which nodes can reach which others: one bit per pair.
class Reach {
public:
    // Requires that `order` is the complete topological order.
    Reach(std::span<const std::uint32_t> order, std::span<const Arrow> arrows);

    bool is_upstream(std::uint32_t candidate, std::uint32_t node) const {
        return bits_[node * words_ + candidate / 64] >> (candidate % 64) & 1;
    }

    // Every node from which `node` can be reached, sorted.
    std::vector<std::uint32_t> upstream(std::uint32_t node) const;

private:
    std::size_t words_;  // per node
    std::vector<std::uint64_t> bits_;
};

}  // namespace swiftgrid::model
