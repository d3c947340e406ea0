#include "model/order.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <queue>

#include "base/assert.h"

namespace swiftgrid::model {
namespace {

std::vector<std::vector<std::uint32_t>> neighbours(std::size_t node_count,
                                                   std::span<const Arrow> arrows) {
    std::vector<std::vector<std::uint32_t>> targets(node_count);
    for (const Arrow arrow : arrows) targets[arrow.source].push_back(arrow.target);
    return targets;
}

}  // namespace

std::vector<std::uint32_t> topological_order(std::size_t node_count,
                                             std::span<const Arrow> arrows) {
    const auto targets = neighbours(node_count, arrows);
    std::vector<std::uint32_t> open_count(node_count, 0);
    for (const Arrow arrow : arrows) ++open_count[arrow.target];
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
    for (std::uint32_t node = 0; node < node_count; ++node)
        if (open_count[node] == 0) free.push(node);
    std::vector<std::uint32_t> order;
    order.reserve(node_count);
    while (!free.empty()) {
        const std::uint32_t node = free.top();
        free.pop();
        order.push_back(node);
        for (const std::uint32_t target : targets[node])
            if (--open_count[target] == 0) free.push(target);
    }
    return order;
}

std::vector<std::uint32_t> find_cycle(std::size_t node_count, std::span<const Arrow> arrows) {
    // What has an order from the front is on no cycle; nor is what has none behind it. So every
    // node left over by the reversed order has a way on among those left over, and following it
    // must come back to a node already seen.
    std::vector<Arrow> reversed;
    reversed.reserve(arrows.size());
    for (const Arrow arrow : arrows) reversed.push_back({arrow.target, arrow.source});
    std::vector<bool> left_over(node_count, true);
    for (const auto node : topological_order(node_count, reversed)) left_over[node] = false;
    const auto first = std::ranges::find(left_over, true);
    if (first == left_over.end()) return {};

    const auto targets = neighbours(node_count, arrows);
    std::vector<std::uint32_t> way;
    std::vector<bool> seen(node_count, false);
    auto node = static_cast<std::uint32_t>(first - left_over.begin());
    while (!seen[node]) {
        seen[node] = true;
        way.push_back(node);
        const auto next = std::ranges::find_if(targets[node], [&](auto t) { return left_over[t]; });
        SG_ASSERT(next != targets[node].end(), "a node left over has a way on");
        node = *next;
    }
    way.erase(way.begin(), std::ranges::find(way, node));
    std::ranges::rotate(way, std::ranges::min_element(way));
    return way;
}

Reach::Reach(std::span<const std::uint32_t> order, std::span<const Arrow> arrows)
    : words_((order.size() + 63) / 64), bits_(order.size() * words_, 0) {
    const auto targets = neighbours(order.size(), arrows);
    for (const std::uint32_t node : order) {
        for (const std::uint32_t target : targets[node]) {
            for (std::size_t word = 0; word < words_; ++word)
                bits_[target * words_ + word] |= bits_[node * words_ + word];
            bits_[target * words_ + node / 64] |= std::uint64_t{1} << (node % 64);
        }
    }
}

std::vector<std::uint32_t> Reach::upstream(std::uint32_t node) const {
    std::vector<std::uint32_t> nodes;
    for (std::size_t word = 0; word < words_; ++word) {
        for (std::uint64_t rest = bits_[node * words_ + word]; rest != 0; rest &= rest - 1)
            nodes.push_back(static_cast<std::uint32_t>(word * 64) +
                            static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
    return nodes;
}

}  // namespace swiftgrid::model
