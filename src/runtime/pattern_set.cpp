#include "runtime/pattern_set.h"

#include <algorithm>

#include "base/assert.h"

namespace swiftgrid::runtime {

namespace {

// Up to here few patterns have the same first byte.
constexpr std::size_t patterns_without_table = 256;

}  // namespace

PatternSet::PatternSet(std::vector<std::string> patterns) : nodes_(1) {
    std::ranges::sort(patterns);
    patterns.erase(std::ranges::unique(patterns).begin(), patterns.end());
    if (patterns.size() > patterns_without_table) second_.assign(std::size_t{1} << 16U, root);
    std::vector<State> path{root};  // to the end of the pattern added last
    for (const std::string& pattern : patterns) add(pattern, path);
    nodes_.shrink_to_fit();
    link();
}

void PatternSet::add(const std::string& pattern, std::vector<State>& path) {
    SG_ASSERT(pattern.size() >= 2 && pattern.size() < std::size_t{1} << 24U, "pattern length");
    std::size_t common = 0;
    while (common + 1 < path.size() && common < pattern.size() &&
           static_cast<unsigned char>(pattern[common]) == nodes_[path[common + 1]].label)
        ++common;
    // Sorted: what parts from the pattern before it does so with a greater byte.
    if (common + 1 < path.size())
        nodes_[path[common + 1]].sibling = static_cast<State>(nodes_.size());
    path.resize(common + 1);
    for (std::size_t i = common; i < pattern.size(); ++i) {
        const auto byte = static_cast<unsigned char>(pattern[i]);
        const auto state = static_cast<State>(nodes_.size());
        Node& node = nodes_.emplace_back();
        node.depth = static_cast<std::uint32_t>(i + 1) & 0xFFFFFFU;
        node.label = byte;
        if (i == 0) first_[byte] = state;
        if (i == 1 && !second_.empty())
            second_[pair(static_cast<unsigned char>(pattern[0]), byte)] = state;
        path.push_back(state);
    }
    nodes_[path.back()].matched = static_cast<std::uint32_t>(pattern.size());
}

// Level by level, so that the fallbacks of shorter ones are known.
void PatternSet::link() {
    std::vector<State> level{root};
    std::vector<State> below;
    while (!level.empty()) {
        for (const State parent : level) {
            for (State each = first_child(parent); each != root; each = nodes_[each].sibling) {
                Node& node = nodes_[each];
                if (parent != root)
                    node.fallback =
                        next(nodes_[parent].fallback, static_cast<unsigned char>(node.label));
                if (node.matched == 0) node.matched = nodes_[node.fallback].matched;
                below.push_back(each);
            }
        }
        level.swap(below);
        below.clear();
    }
}

}  // namespace swiftgrid::runtime
