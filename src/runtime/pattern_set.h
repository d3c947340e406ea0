#pragma once

// Many byte strings to be looked for in one pass, whatever their number (the automaton of Aho and
// Corasick). A state stands for the longest end of the text read so far that some pattern begins
// with: so it tells both what has been found and how much of the text may still become something.
//
// Nodes are numbered in the order of the sorted patterns, so that the first child of a node is its
// neighbour, and a long pattern is a straight walk through memory.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace swiftgrid::runtime {

class PatternSet {
public:
    using State = std::uint32_t;
    static constexpr State root = 0;  // nothing of any pattern

    // Requires patterns of at least two bytes and less than 16 MiB.
    explicit PatternSet(std::vector<std::string> patterns);

    bool empty() const { return nodes_.size() == 1; }

    State next(State state, unsigned char byte) const {
        for (;;) {
            if (const State found = child(state, byte); found != root) return found;
            if (state == root) return root;
            state = nodes_[state].fallback;
        }
    }

    // The length of what the state stands for.
    std::size_t depth(State state) const { return nodes_[state].depth; }

    // How many of the bytes read last may still become a pattern, or a longer one.
    std::size_t open(State state) const {
        while (state != root && first_child(state) == root) state = nodes_[state].fallback;
        return nodes_[state].depth;
    }

    // The length of the longest pattern that ends here; 0 when none does.
    std::size_t matched(State state) const { return nodes_[state].matched; }

    // Whether any pattern begins with these two. Most text can be stepped over by this alone.
    bool may_begin(unsigned char first, unsigned char second) const {
        const State begun = first_[first];
        return begun != root && child(begun, second) != root;
    }

    // What it takes in memory. A run that waits for calls has a set of its own.
    std::size_t bytes() const {
        return sizeof *this + nodes_.capacity() * sizeof(Node) + second_.capacity() * sizeof(State);
    }

private:
    struct Node {
        State fallback = root;      // the longest end of this one that is a node too
        State sibling = root;       // the next child of the same parent, if there is one
        std::uint32_t matched = 0;  // see matched()
        std::uint32_t depth : 24 = 0;
        std::uint32_t label : 8 = 0;  // the byte that leads here
    };

    static std::size_t pair(unsigned char first, unsigned char second) {
        return std::size_t{first} << 8U | second;
    }

    State first_child(State state) const {
        const State next = state + 1;
        const bool is_child =
            next < nodes_.size() && nodes_[next].depth == nodes_[state].depth + 1U;
        return is_child ? next : root;
    }

    State child(State state, unsigned char byte) const {
        const Node& node = nodes_[state];
        if (node.depth == 0) return first_[byte];
        if (node.depth == 1 && !second_.empty())
            return second_[pair(static_cast<unsigned char>(node.label), byte)];
        State next = first_child(state);
        while (next != root && nodes_[next].label != byte) next = nodes_[next].sibling;
        return next;
    }

    void add(const std::string& pattern, std::vector<State>& path);
    void link();

    std::vector<Node> nodes_;
    std::array<State, 256> first_{};  // the nodes of depth 1
    // The nodes of depth 2, by their two bytes. Empty unless there are so many that going through
    // the children of a node takes long; then the nodes are about as large as this.
    std::vector<State> second_;
};

}  // namespace swiftgrid::runtime
