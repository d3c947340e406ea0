// Shards with their threads and the clock of the system.

#include "runtime/shards.h"

#include <chrono>
#include <future>

#include <gtest/gtest.h>

#include "base/assert.h"
#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using namespace std::chrono_literals;

// Every flow is the chain "nap".
class NapFlows : public ChildFlows {
public:
    explicit NapFlows(PlanCache& plans, const model::NodeTypes& types)
        : plans_(plans), types_(types) {}

    static std::string graph(const std::string& type) {
        return R"({"edges":[],"nodes":[{"data":{},"id":"a","position":{"x":0,"y":0},"type":")" +
               type + R"("}]})";
    }
    ChildFlow flow(const std::string& type) const {
        const std::string text = graph(type);
        ChildFlow child;
        child.plan = plan_of_graph_text(graph_id_of(text), text, types_).value();
        child.graph = store::GraphDocument{child.plan->graph_id, text};
        plans_.put(child.plan);
        return child;
    }
    std::expected<ChildFlow, engine::RunError> resolve(std::string_view, const JsonText&) override {
        return flow("nap");
    }

private:
    PlanCache& plans_;
    const model::NodeTypes& types_;
};

class ShardsTest : public testing::Test {
protected:
    ShardsTest() { make_shards(); }

    void make_shards() {
        std::vector<ShardParts> parts;
        parts.reserve(scripts_.size());
        for (std::size_t i = 0; i < scripts_.size(); ++i)
            parts.push_back({.clock = clock_,
                             .behaviours = *behaviours_,
                             .performers = performers_,
                             .scripts = scripts_[i],
                             .backend = backend_,
                             .plans = plans_,
                             .hub = hub_,
                             .metrics = metrics_,
                             .child_flows = flows_,
                             .append = [this, i](const store::Batch& batch) { append(i, batch); }});
        shards_ = std::make_unique<Shards>(std::move(parts));
        SG_ASSERT(shards_->start(backend_).has_value(), "memory does not fail");
    }
    // The disk of this test is instant.
    void append(std::size_t shard, const store::Batch& batch) {
        const std::lock_guard lock(commit_);
        SG_ASSERT(backend_.commit(batch).has_value(), "memory does not fail");
        shards_->batch_durable(shard);
    }
    std::future<RunEnd> start(const std::string& type) {
        ChildFlow flow = flows_.flow(type);
        Submission submission;
        submission.run = RunId{ids_.next()};
        engine::StartRun command;
        command.created.graph = flow.plan->graph_id;
        command.created.input = JsonText::trusted(R"({"items":[1,2,3,4,5,6,7,8]})");
        submission.command = std::move(command);
        submission.plan = flow.plan;
        submission.graph = flow.graph;
        auto ended = std::make_shared<std::promise<RunEnd>>();
        submission.on_end = [ended](const RunEnd& end) { ended->set_value(end); };
        SG_ASSERT(shards_->submit(std::move(submission)).has_value(), "nothing is in the way");
        return ended->get_future();
    }

    SystemClock clock_;
    SystemIdSource ids_{clock_};
    model::NodeTypes types_ = test::world_types();
    std::unique_ptr<engine::NodeBehaviours> behaviours_ = test::world_behaviours();
    test::OutsideLog outside_;
    nodes::Performers performers_ = test::world_performers(outside_);
    std::array<test::ManualScripts, 2> scripts_;
    store::MemoryBackend backend_;
    PlanCache plans_{types_, [this](GraphId graph) { return backend_.read_graph(graph); }, 10};
    NapFlows flows_{plans_, types_};
    EventHub hub_;
    RuntimeMetrics metrics_;
    std::mutex commit_;
    std::unique_ptr<Shards> shards_;
};

TEST_F(ShardsTest, WakeARunAtItsTimeWithoutAnythingComingIn) {
    const Instant begin = clock_.now();
    auto ended = start("nap");
    ASSERT_EQ(ended.wait_for(30s), std::future_status::ready);
    EXPECT_EQ(ended.get().output.view(), R"("slept")");
    EXPECT_GE((clock_.now() - begin).milliseconds, 20);
}

TEST_F(ShardsTest, CarryStartsAndEndsOfChildrenToEachOther) {
    auto ended = start("map-a");
    ASSERT_EQ(ended.wait_for(30s), std::future_status::ready);
    const RunEnd end = ended.get();
    EXPECT_EQ(end.status, engine::RunStatus::completed);
    EXPECT_EQ(end.output.to_value().as_array().size(), 8u);
    EXPECT_EQ(metrics_.children_started, 8u);
}

TEST_F(ShardsTest, GoOnAfterARestartWithWhatWaits) {
    auto forgotten = start("map-a");
    shards_->drain(0);
    make_shards();
    // Whoever asked is gone; the run is not.
    auto other = start("nap");
    ASSERT_EQ(other.wait_for(30s), std::future_status::ready);
    shards_->drain(0);
    make_shards();
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!backend_.scan_open_runs()->empty() && std::chrono::steady_clock::now() < deadline)
        ASSERT_EQ(start("nap").wait_for(30s), std::future_status::ready);
    EXPECT_TRUE(backend_.scan_open_runs()->empty());
}

}  // namespace
}  // namespace swiftgrid::runtime
