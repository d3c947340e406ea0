// Runs that call other flows, across two shards.

#include <set>

#include <gtest/gtest.h>

#include "engine/why.h"
#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;

struct ChildRuns : testing::Test {
    World world{{.shards = 2}};

    RunId start(const std::vector<std::string>& types) {
        const RunId run = world.start(types);
        world.turn();
        world.commit_all();
        return run;
    }
    RunId start_map(const std::string& type, int items) {
        std::string list;
        for (int i = 0; i < items; ++i) list += (i > 0 ? "," : "") + std::to_string(10 * i);
        world.input = JsonText::trusted(R"({"items":[)" + list + "]}");
        return start({type});
    }
    store::RunRow only_child_of(RunId run) {
        const auto children = world.children_of(run);
        EXPECT_EQ(children.size(), 1u);
        return children.front();
    }
    std::string current(RunId run) {
        return engine::render_why(world.row(run).current, world.clock.now());
    }
    std::string output(RunId run) { return std::string(world.state(run).output->view()); }
};

TEST_F(ChildRuns, GiveTheirOutputToTheirParent) {
    world.flows["a"] = {"call"};
    world.input = JsonText::trusted(R"({"x":1})");
    const RunId parent = start({"sub-a"});
    const store::RunRow child = only_child_of(parent);
    EXPECT_EQ(child.trigger, "subflow");
    EXPECT_EQ(child.depth, 1);
    EXPECT_EQ(child.calling_node_id, "n0");
    EXPECT_EQ(world.state(child.id).created.input.view(), R"({"x":1})");
    EXPECT_EQ(world.row(parent).status, "suspended");
    EXPECT_TRUE(world.row(parent).owes);
    EXPECT_EQ(current(parent), "waits for sub-flow 'n0'");

    world.settle("42");
    EXPECT_EQ(world.row(parent).status, "completed");
    EXPECT_EQ(output(parent), "42");
    EXPECT_EQ(world.metrics.children_started, 1u);
    EXPECT_EQ(world.metrics.commands_refused, 0u);
}

TEST_F(ChildRuns, StartOnlyWhenTheirParentsEventsAreOnDisk) {
    world.flows["a"] = {"call"};
    world.start({"sub-a"});
    world.turn();
    EXPECT_EQ(world.metrics.children_started, 0u);
    world.commit();
    EXPECT_EQ(world.metrics.children_started, 1u);
}

TEST_F(ChildRuns, FailTheNodeWhenThereIsNoSuchFlow) {
    const RunId parent = start({"sub-a"});
    world.settle();
    EXPECT_EQ(world.row(parent).status, "failed");
    EXPECT_NE(world.row(parent).error.find("flow_not_found"), std::string::npos);
    EXPECT_TRUE(world.children_of(parent).empty());
}

TEST_F(ChildRuns, AreHeldToTheTimeLimitOfTheirFlow) {
    world.flows["a"] = {"call"};
    world.flow_timeout_ms = 5'000;
    const RunId parent = start({"sub-a"});
    const RunId child = only_child_of(parent).id;
    world.pass(5'000);
    world.commit_all();
    EXPECT_EQ(world.row(child).status, "failed");
    EXPECT_EQ(world.outside.cancelled.size(), 1u);
    EXPECT_EQ(world.row(parent).status, "failed");
    EXPECT_NE(world.row(parent).error.find("timeout"), std::string::npos);
}

TEST_F(ChildRuns, WakeTheirParentWhenTheyAreCancelled) {
    world.flows["a"] = {"sleep"};
    const RunId parent = start({"sub-a"});
    world.cancel(only_child_of(parent).id);
    world.settle();
    EXPECT_EQ(world.row(parent).status, "failed");
    EXPECT_NE(world.row(parent).error.find("cancelled"), std::string::npos);
}

TEST_F(ChildRuns, AreCancelledWithTheirParentThreeLevelsDeep) {
    world.flows = {{"a", {"sub-b"}}, {"b", {"sub-c"}}, {"c", {"call"}}};
    const RunId top = start({"sub-a"});
    const RunId first = only_child_of(top).id;
    const RunId second = only_child_of(first).id;
    const RunId third = only_child_of(second).id;
    EXPECT_EQ(world.row(third).depth, 3);
    world.cancel(top);
    world.turn();
    EXPECT_TRUE(world.outside.cancelled.empty());
    world.commit_all();
    for (RunId run : {top, first, second, third}) EXPECT_EQ(world.row(run).status, "cancelled");
    EXPECT_EQ(world.outside.cancelled.size(), 1u);
    EXPECT_EQ(world.metrics.runs_in_memory, 0);
}

TEST_F(ChildRuns, AreCancelledAfterACrashBetweenTheirParentsEndAndTheirs) {
    world.flows = {{"a", {"sub-b"}}, {"b", {"call"}}};
    const RunId top = start({"sub-a"});
    const RunId first = only_child_of(top).id;
    const RunId second = only_child_of(first).id;
    world.cancel(top);
    world.turn();
    world.commit();
    ASSERT_EQ(world.row(top).status, "cancelled");
    world.crash_and_recover();
    world.settle();
    EXPECT_EQ(world.row(first).status, "cancelled");
    EXPECT_EQ(world.row(second).status, "cancelled");
    EXPECT_EQ(world.state(first).cancel_reason, "its parent run ended");
}

TEST_F(ChildRuns, EndBeforeTheirParentIsBackInMemory) {
    World small({.runs_in_memory = 1, .shards = 2});
    small.flows["a"] = {"call"};
    std::vector<RunId> parents;
    for (int i = 0; i < 5; ++i) {
        parents.push_back(small.start({"sub-a"}));
        small.turn();
        small.commit_all();
    }
    EXPECT_LE(small.metrics.runs_in_memory, 2);
    small.settle();
    for (RunId parent : parents) EXPECT_EQ(small.row(parent).status, "completed");
}

TEST_F(ChildRuns, WakeTheirParentOnceThoughTheirEndIsReportedAgain) {
    world.flows["a"] = {"call"};
    const RunId parent = start({"sub-a", "call"});
    const RunId child = only_child_of(parent).id;
    world.finish_outside("1");
    world.turn();
    world.commit_all();
    ASSERT_EQ(world.row(child).status, "completed");
    const std::uint64_t before = world.row(parent).last_seq;
    ChildReport again{parent, "n0", 1, std::nullopt, {}};
    again.end.child = child;
    world.report(again);
    world.turn();
    world.commit_all();
    EXPECT_EQ(world.row(parent).last_seq, before);
    EXPECT_EQ(world.metrics.commands_refused, 1u);
    world.settle();
    EXPECT_EQ(world.row(parent).status, "completed");
    // A parent that has ended is not even read for it.
    world.report(again);
    world.turn();
    EXPECT_EQ(world.metrics.commands_refused, 1u);
}

TEST_F(ChildRuns, AreNotMissedByAParentThatIsGone) {
    ChildReport report{world.next_run_id(), "n0", 1, std::nullopt, {}};
    world.report(report);
    world.turn();
    EXPECT_FALSE(world.has_waiting_batch());
}

TEST_F(ChildRuns, ThatNobodyWaitsForAnyMoreAreCancelledAfterACrash) {
    world.flows = {{"b", {"call"}}, {"c", {"call"}}};
    // The parent goes on to a wait of which it owes nothing, or to another child.
    for (const char* next : {"signal", "sub-b"}) {
        world.input = JsonText::trusted(R"({"items":[1,2,3]})");
        const RunId parent = start({"map-c", next});
        const auto children = world.children_of(parent);
        ASSERT_EQ(children.size(), 2u);
        world.cancel(children[0].id);
        world.turn();
        world.commit();  // the end of the first
        world.commit();  // that of the map; the cancel of the second is on its way
        ASSERT_EQ(world.row(parent).status, "suspended");
        ASSERT_EQ(world.row(children[1].id).status, "running");
        world.crash_and_recover();
        world.commit_all();
        EXPECT_EQ(world.row(children[1].id).status, "cancelled") << next;
        EXPECT_EQ(world.row(parent).status, "suspended");
    }
}

TEST_F(ChildRuns, ThatAnOrphanHadGivenUpAreCancelledWithItAfterACrash) {
    world.flows = {{"a", {"map-c", "sub-b"}}, {"b", {"call"}}, {"c", {"call"}}};
    world.input = JsonText::trusted(R"({"items":[1,2,3]})");
    const RunId top = start({"sub-a"});
    const RunId orphan = only_child_of(top).id;
    const auto items = world.children_of(orphan);
    ASSERT_EQ(items.size(), 2u);
    world.cancel(items[0].id);
    world.turn();
    world.commit();  // the end of the first item
    world.cancel(top);
    world.turn();
    world.commit();  // that of the map; the cancel of the second item is on its way
    world.commit();  // that of the top; so is the cancel of the orphan
    ASSERT_EQ(world.row(top).status, "cancelled");
    ASSERT_EQ(world.row(orphan).status, "suspended");
    ASSERT_EQ(world.row(items[1].id).status, "running");
    world.crash_and_recover();
    world.commit_all();
    EXPECT_EQ(world.row(orphan).status, "cancelled");
    EXPECT_EQ(world.state(orphan).cancel_reason, "its parent run ended");
    EXPECT_EQ(world.row(items[1].id).status, "cancelled");
    EXPECT_EQ(world.backend().scan_open_runs()->size(), 0u);
}

TEST_F(ChildRuns, OfAMapEndInTheOrderOfItsItems) {
    world.flows["a"] = {"call"};
    const RunId parent = start_map("map-a", 5);
    EXPECT_EQ(world.children_of(parent).size(), 2u);
    EXPECT_EQ(current(parent), "map 'n0': 0 of 5, 2 running");
    EXPECT_EQ(world.map_row(parent).total, 5);
    const store::RunRow first = world.children_of(parent).front();
    EXPECT_EQ(first.trigger, "map");
    EXPECT_EQ(world.state(first.id).created.input.view(), R"({"item":0,"index":0})");

    world.finish_outside("1");
    world.turn();
    world.commit_all();
    EXPECT_EQ(current(parent), "map 'n0': 1 of 5, 2 running");
    EXPECT_EQ(world.map_row(parent).completed, 1);
    world.settle("7");
    EXPECT_EQ(world.row(parent).status, "completed");
    EXPECT_EQ(world.children_of(parent).size(), 5u);
    EXPECT_EQ(world.state(parent).output->to_value().as_array().size(), 5u);
    EXPECT_EQ(world.map_row(parent).completed, 5);
    EXPECT_TRUE(world.map_row(parent).completed_at);
}

TEST_F(ChildRuns, OfAMapAreCountedOnAfterARestart) {
    world.flows["a"] = {"call"};
    const RunId parent = start_map("map-a", 3);
    world.finish_outside("1");
    world.turn();
    world.commit_all();
    world.crash_and_recover();
    world.settle();
    EXPECT_EQ(world.map_row(parent).completed, 3);
}

// Runs of one shard.
struct ChildRunsBeside : testing::Test {
    World world{{.keeps_children_beside = true}};

    RunId start_map(const std::string& items) {
        world.input = JsonText::trusted(R"({"items":)" + items + "}");
        const RunId run = world.start({"map-a"});
        world.turn();
        return run;
    }
    static std::string numbers(int count) {
        std::string list = "[0";
        for (int i = 1; i < count; ++i) list += "," + std::to_string(i);
        return list + "]";
    }
};

TEST_F(ChildRunsBeside, StartWithTheCommitThatTheirParentWaitsFor) {
    world.flows = {{"a", {"sub-b"}}, {"b", {"script"}}};
    const RunId parent = world.start({"sub-a"});
    world.turn();
    world.answer_scripts("7");
    EXPECT_EQ(world.metrics.children_started, 2u);
    EXPECT_FALSE(world.has_row(parent)) << "nothing is on disk yet";
    world.commit_all();
    EXPECT_EQ(world.row(parent).status, "completed");
    EXPECT_EQ(world.state(parent).output->view(), "7");
    EXPECT_EQ(world.appended_batches(), 2u);
}

TEST_F(ChildRunsBeside, OfAMapTakeFewCommits) {
    world.flows["a"] = {"script"};
    const RunId parent = start_map(numbers(100));
    while (!world.scripts.calls.empty()) world.answer_scripts("1");
    world.commit_all();
    EXPECT_EQ(world.row(parent).status, "completed");
    EXPECT_EQ(world.map_row(parent).completed, 100);
    EXPECT_EQ(world.appended_batches(), 2u);
}

TEST_F(ChildRunsBeside, ActOutsideOnlyWhenTheirStartIsOnDisk) {
    world.flows["a"] = {"call"};
    start_map("[1]");
    EXPECT_EQ(world.metrics.children_started, 1u);
    EXPECT_TRUE(world.outside.started.empty());
    world.commit();
    EXPECT_EQ(world.outside.started.size(), 1u);
}

TEST_F(ChildRunsBeside, DoNotPileUpBeforeADiskThatIsFull) {
    world.flows["a"] = {"script"};
    const RunId parent = start_map(numbers(100));
    const std::string large = '"' + std::string(limits::mebibyte, 'x') + '"';
    for (int i = 0; i < 200 && !world.scripts.calls.empty(); ++i) world.answer_scripts(large);
    EXPECT_LT(world.metrics.children_started, 20u);
    for (int i = 0; i < 200 && world.has_waiting_batch(); ++i) {
        world.commit();
        while (!world.scripts.calls.empty()) world.answer_scripts("1");
    }
    EXPECT_EQ(world.row(parent).status, "completed");
    EXPECT_EQ(world.map_row(parent).completed, 100);
}

TEST_F(ChildRunsBeside, AreLostWithWhatTheyFollowFromAndStartAgain) {
    world.flows["a"] = {"script"};
    const RunId parent = start_map(numbers(5));
    world.commit();  // the parent waits for two
    while (!world.scripts.calls.empty()) world.answer_scripts("1");
    world.crash_and_recover();
    EXPECT_EQ(world.children_of(parent).size(), 2u);
    EXPECT_EQ(world.scripts.calls.size(), 2u);
    while (!world.scripts.calls.empty()) world.answer_scripts("1");
    world.commit_all();
    EXPECT_EQ(world.row(parent).status, "completed");
    EXPECT_EQ(world.children_of(parent).size(), 5u);
}

TEST_F(ChildRunsBeside, AreNotBegunBeforeTheEndAndStartAfterIt) {
    world.flows["a"] = {"script"};
    const RunId parent = start_map(numbers(3));
    world.drain();
    world.answer_scripts("1");
    EXPECT_TRUE(world.scripts.calls.empty());
    world.commit_all();
    EXPECT_EQ(world.map_row(parent).completed, 2);
    world.crash_and_recover();
    world.answer_scripts("1");
    world.commit_all();
    EXPECT_EQ(world.row(parent).status, "completed");
}

// Whatever is lost in a crash after any commit: everything ends, nothing ran twice and the
// parent's history is that of a run without a crash.
class CrashOfCallers : public testing::TestWithParam<int> {
public:
    static void crash_after(World& world, int commits) {
        world.turn();
        for (int done = 0; world.has_waiting_batch() || !world.outside.started.empty();) {
            if (world.has_waiting_batch()) {
                world.commit();
                if (++done == commits) world.crash_and_recover();
            } else {
                world.finish_outside("1");
                world.turn();
            }
        }
    }
};

TEST_P(CrashOfCallers, LosesNoEndAndRunsNothingTwice) {
    World world({.shards = 2});
    world.flows = {{"a", {"sub-b", "call"}}, {"b", {"call"}}};
    const RunId top = world.start({"call", "sub-a"});
    crash_after(world, GetParam());
    EXPECT_EQ(world.row(top).status, "completed");
    const auto first = world.children_of(top);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first.front().status, "completed");
    ASSERT_EQ(world.children_of(first.front().id).size(), 1u);
    EXPECT_EQ(world.state(top).last_sequence, 11u);
}

TEST_P(CrashOfCallers, LosesNoItemOfAMap) {
    World world({.shards = 2});
    world.flows = {{"b", {"call"}}};
    world.input = JsonText::trusted(R"({"items":[1,2,3,4]})");
    const RunId top = world.start({"map-b"});
    crash_after(world, GetParam());
    EXPECT_EQ(world.row(top).status, "completed");
    EXPECT_EQ(world.children_of(top).size(), 4u);
    EXPECT_EQ(world.map_row(top).completed, 4);
    EXPECT_EQ(world.backend().scan_open_runs()->size(), 0u);
}

TEST_P(CrashOfCallers, LosesNoItemBesideItsParent) {
    World world({.shards = 2, .keeps_children_beside = true});
    world.flows = {{"b", {"sub-a", "call"}}, {"a", {"call"}}};
    world.input = JsonText::trusted(R"({"items":[1,2,3,4]})");
    const RunId top = world.start({"map-b"});
    crash_after(world, GetParam());
    EXPECT_EQ(world.row(top).status, "completed");
    EXPECT_EQ(world.children_of(top).size(), 4u);
    for (const store::RunRow& item : world.children_of(top))
        EXPECT_EQ(world.children_of(item.id).size(), 1u);
    EXPECT_EQ(world.backend().scan_open_runs()->size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(AfterEachCommit, CrashOfCallers, testing::Range(1, 21));

}  // namespace
}  // namespace swiftgrid::runtime
