#include "nodes/code_execution/behaviour.h"

#include <gtest/gtest.h>

namespace swiftgrid::nodes::code_execution {
namespace {

engine::Perform enter(std::string_view code) {
    model::PlanNode node;
    node.id = "c";
    node.data["code"] = code;
    return std::get<engine::Perform>(make_behaviour()->enter(node, JsonText()));
}

TEST(CodeBehaviour, AsksOnlyForWhatTheCodeMentions) {
    EXPECT_TRUE(enter("return INPUT").binds.empty());
    EXPECT_EQ(enter("return nodes.a + $trigger.x").binds,
              (std::vector<std::string>{"a", "$trigger"}));
    EXPECT_TRUE(enter("return Object.keys(nodes)").binds_all_upstream);
}

TEST(CodeBehaviour, DoesNotTakeTheNameOfAnotherRootForANode) {
    EXPECT_TRUE(enter("return [nodes.input, nodes.prev, nodes.$run, nodes.trigger]").binds.empty());
}

}  // namespace
}  // namespace swiftgrid::nodes::code_execution
