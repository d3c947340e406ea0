// What a shard counts of its runs: what is on disk, once.

#include <gmock/gmock.h>

#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;

std::uint64_t started(const World& world, engine::Trigger trigger) {
    std::uint64_t all = 0;
    for (const ShardMetrics* shard : world.metrics.shards())
        all += shard->started[static_cast<std::size_t>(trigger)].value();
    return all;
}

std::uint64_t ended(const World& world, std::size_t status) {
    std::uint64_t all = 0;
    for (const ShardMetrics* shard : world.metrics.shards()) all += shard->ended[status].value();
    return all;
}

std::uint64_t attempts(const World& world, const std::string& type, AttemptEnd end) {
    std::uint64_t all = 0;
    for (const ShardMetrics* shard : world.metrics.shards())
        for (const auto* each : shard->node_types())
            if (each->type == type) all += each->ends[static_cast<std::size_t>(end)].value();
    return all;
}

TEST(ShardMetrics, CountWhatIsOnDiskAndBeforeAnybodyIsTold) {
    World world;
    std::uint64_t seen_by_reply = 0;
    std::uint64_t seen_by_end = 0;
    world.start(
        {"script"},
        [&](const Result<void>&) { seen_by_reply = started(world, engine::Trigger::manual); },
        [&](const RunEnd&) { seen_by_end = ended(world, 0); });
    world.turn();
    world.pass(2);  // or the start would go with the end
    EXPECT_EQ(started(world, engine::Trigger::manual), 0u);
    world.commit();
    EXPECT_EQ(seen_by_reply, 1u);
    world.answer_scripts("1");
    world.turn();
    EXPECT_EQ(ended(world, 0), 0u);
    world.commit_all();
    EXPECT_EQ(seen_by_end, 1u);
    EXPECT_EQ(attempts(world, "script", AttemptEnd::completed), 1u);
}

TEST(ShardMetrics, CountNothingAgainAfterACrash) {
    World world;
    world.start({"script", "call"});
    world.turn();
    world.answer_scripts("1");
    world.commit_all();
    world.crash_and_recover();
    world.settle();
    EXPECT_EQ(started(world, engine::Trigger::manual), 1u);
    EXPECT_EQ(ended(world, 0), 1u);
    EXPECT_EQ(attempts(world, "script", AttemptEnd::completed), 1u);
    EXPECT_EQ(attempts(world, "call", AttemptEnd::completed), 1u);
}

engine::Event end_event(engine::RunState& run, FlowId flow) {
    run.created.flow = flow;
    run.created_at = {1'000};
    return {9, {3'500}, engine::RunCompleted{}};
}

FlowId flow_of(int number) {
    FlowId flow;
    flow.uuid.bytes[15] = static_cast<std::uint8_t>(number);
    return flow;
}

TEST(ShardMetrics, TellFlowsApartTheSameWayOnAllShards) {
    SharedMetrics shared(2);
    ShardMetrics one(shared);
    ShardMetrics other(shared);
    const model::Plan plan;
    engine::RunState run;
    for (const int number : {1, 2, 3, 1}) {
        const auto event = end_event(run, flow_of(number));
        one.note(event, plan, run);
    }
    for (const int number : {4, 2, 1}) {
        const auto event = end_event(run, flow_of(number));
        other.note(event, plan, run);
    }
    EXPECT_THAT(shared.flows.keys(), testing::ElementsAre(flow_of(1), flow_of(2)));
    EXPECT_EQ(one.ended_by_flow[0][0].value(), 2u);
    EXPECT_EQ(one.ended_by_flow[1][0].value(), 1u);
    EXPECT_EQ(one.ended_by_flow[2][0].value(), 1u);
    EXPECT_EQ(other.ended_by_flow[0][0].value(), 1u);
    EXPECT_EQ(other.ended_by_flow[2][0].value(), 1u);
    EXPECT_EQ(one.run_durations.values().sum, 4u * 2'500u);
}

model::PlanNode node_of(const model::NodeDescriptor& descriptor) {
    model::PlanNode node;
    node.id = "ask";
    node.descriptor = &descriptor;
    return node;
}

TEST(ShardMetrics, ReadWhatAModelUsed) {
    model::NodeDescriptor descriptor;
    descriptor.type = "any";
    descriptor.has_outside_effect = true;
    model::Plan plan;
    plan.nodes.push_back(node_of(descriptor));
    SharedMetrics shared(0);
    ShardMetrics metrics(shared);
    engine::NodeCompleted completed;
    completed.duration_ms = 1'500;
    completed.extras =
        JsonText::parse(R"({"provider":"openai","model":"m","timing":{"firstTokenMs":120},)"
                        R"("usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}})")
            .value();
    const engine::RunState run;
    metrics.note({1, {0}, completed}, plan, run);
    completed.kept = true;
    metrics.note({2, {0}, completed}, plan, run);  // another run's work
    const auto tokens = shared.llm_tokens.series();
    ASSERT_EQ(tokens.size(), 2u);
    EXPECT_THAT(tokens[0].values, testing::ElementsAre("openai", "m", "input"));
    EXPECT_EQ(tokens[0].count, 7u);
    EXPECT_EQ(tokens[1].count, 3u);
    EXPECT_EQ(metrics.first_tokens.values().sum, 120u);
    EXPECT_EQ(metrics.node_types().at(0)->durations.values().sum, 1'500u);
}

TEST(ShardMetrics, KeepNoNameOfAModelThatIsLongerThanInASpan) {
    model::NodeDescriptor descriptor;
    descriptor.has_outside_effect = true;
    model::Plan plan;
    plan.nodes.push_back(node_of(descriptor));
    SharedMetrics shared(0);
    ShardMetrics metrics(shared);
    engine::NodeCompleted completed;
    completed.extras =
        JsonText::from(json::object{{"provider", "custom"},
                                    {"model", std::string(limits::trace_attribute_bytes * 10, 'm')},
                                    {"usage", {{"prompt_tokens", 7}}}});
    metrics.note({1, {0}, completed}, plan, engine::RunState());
    const auto tokens = shared.llm_tokens.series();
    ASSERT_EQ(tokens.size(), 1u);
    EXPECT_EQ(tokens[0].values[1].size(), limits::trace_attribute_bytes);
}

}  // namespace
}  // namespace swiftgrid::runtime
