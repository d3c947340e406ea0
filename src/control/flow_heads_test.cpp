#include "control/flow_heads.h"

#include <gtest/gtest.h>

#include "control/snapshots.h"

namespace swiftgrid::control {
namespace {

const FlowId flow = parse_id<FlowId>("0192f0c1-2a00-7000-8000-000000000001").value();

FlowHead named(const std::string& name) {
    FlowHead head;
    head.name = name;
    return head;
}

TEST(FlowHeads, RememberWhatWasReadWhileNothingChanged) {
    FlowHeads heads;
    const auto changes = heads.changes();
    heads.put_if_unchanged(flow, named("read"), changes);
    EXPECT_EQ(heads.find(flow)->name, "read");
}

TEST(FlowHeads, ForgetWhatWasReadBeforeAChange) {
    FlowHeads heads;
    const auto before_change = heads.changes();
    heads.put(flow, named("new"));
    heads.put_if_unchanged(flow, named("old"), before_change);
    EXPECT_EQ(heads.find(flow)->name, "new");
    const auto before_deletion = heads.changes();
    heads.erase(flow);
    heads.put_if_unchanged(flow, named("new"), before_deletion);
    EXPECT_FALSE(heads.find(flow).has_value());
}

TEST(Snapshots, AreReadAsTheyWereWritten) {
    const engine::Snapshots snapshots{{"b", 2}, {"a", 7}};
    EXPECT_EQ(read_snapshots(write_snapshots(snapshots)), snapshots);
    EXPECT_EQ(write_snapshots({}), std::nullopt);
    EXPECT_TRUE(read_snapshots(std::nullopt).empty());
    EXPECT_TRUE(read_snapshots("[1]").empty());
}

TEST(Snapshots, AreRecordedOnceForEachFlowAndNameTheNodesWithout) {
    int asked = 0;
    const auto recorded = record_snapshots(
        {{0, "x", "workflowId", "a"}, {1, "y", "subflowId", "b"}, {2, "z", "workflowId", "a"}},
        [&](const std::string& called) -> Result<std::optional<std::int64_t>> {
            ++asked;
            return called == "a" ? std::optional<std::int64_t>(4) : std::nullopt;
        });
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(recorded.versions, (engine::Snapshots{{"a", 4}}));
    ASSERT_EQ(recorded.problems.size(), 1U);
    EXPECT_EQ(recorded.problems[0].node_id, "y");
    EXPECT_EQ(recorded.problems[0].pointer, "/graph/nodes/1/data/subflowId");
}

}  // namespace
}  // namespace swiftgrid::control
