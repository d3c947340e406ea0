#include "nodes/code_execution/mentions.h"

#include <gtest/gtest.h>

namespace swiftgrid::nodes::code_execution {
namespace {

Mentions all() { return {.trigger = false, .all_nodes = true, .nodes = {}}; }
Mentions some(std::vector<std::string> nodes) {
    return {.trigger = false, .all_nodes = false, .nodes = std::move(nodes)};
}

TEST(Mentions, AreNoneWhenTheCodeReadsOnlyItsInput) {
    EXPECT_EQ(mentions_of("return INPUT.x + 1"), some({}));
    EXPECT_EQ(mentions_of(""), some({}));
}

TEST(Mentions, AreTheNodesThatAreReadByName) {
    EXPECT_EQ(mentions_of("return nodes.a.body + nodes.b"), some({"a", "b"}));
    EXPECT_EQ(mentions_of(R"(nodes["get user"]; nodes['b-2'] ; nodes [ "c" ])"),
              some({"get user", "b-2", "c"}));
    EXPECT_EQ(mentions_of("nodes?.a; nodes?.['b']; nodes\n  .c"), some({"a", "b", "c"}));
    EXPECT_EQ(mentions_of("nodes.a; nodes.a; (nodes.a)"), some({"a"}));
}

TEST(Mentions, AreAllNodesWhenAnythingElseIsDoneWithThem) {
    for (const char* code : {"return nodes", "Object.keys(nodes)", "const {a} = nodes",
                             "nodes[key]", "nodes['a' + i]", R"(nodes["a\x62"])", "({...nodes})",
                             "f(nodes, 1)", "nodes?.[k]", "nodes /* why */ .a", "return nodes;"})
        EXPECT_EQ(mentions_of(code), all()) << code;
}

TEST(Mentions, IgnoreOtherWordsThatContainTheName) {
    EXPECT_EQ(mentions_of("let mynodes = 1, nodes2 = 2, $nodes = 3, _nodes = 4"), some({}));
    EXPECT_EQ(mentions_of("INPUT.nodes.map(f); INPUT . nodes"), some({}));
}

TEST(Mentions, IncludeTheTriggerWhenItIsNamed) {
    EXPECT_TRUE(mentions_of("return $trigger.body").trigger);
    EXPECT_FALSE(mentions_of("return INPUT.body").trigger);
}

TEST(Mentions, AreEverythingWhenTheArgumentsAreReadByPosition) {
    EXPECT_EQ(mentions_of("return arguments[2]"),
              (Mentions{.trigger = true, .all_nodes = true, .nodes = {}}));
}

}  // namespace
}  // namespace swiftgrid::nodes::code_execution
