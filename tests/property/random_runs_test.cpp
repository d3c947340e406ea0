// What must hold for every run of every graph, tried on random ones. RunUnderTest checks after
// every turn: replay equals live, the log survives its codec, open work is owed exactly once, every
// node is entered at most once and ends once. A failure prints the seed; SWIFTGRID_SEED=<seed>
// repeats it.

#include <gtest/gtest.h>

#include "engine/event_codec.h"
#include "engine/explain.h"
#include "tests/property/workload.h"
#include "tests/scenarios/run_under_test.h"
#include "tests/scenarios/test_nodes.h"

namespace swiftgrid::testing {
namespace {

constexpr std::uint64_t first_seed = 20'261'124;
constexpr std::size_t graphs = 500;

std::string log_of(const RunUnderTest& run) {
    std::string out;
    for (const engine::Event& event : run.events())
        out += "  " + engine::explain(event, run.plan()) + '\n';
    return out;
}

std::string encoded(const RunUnderTest& run) {
    std::string out;
    engine::encode_events(out, run.events(), run.events().front().at, run.plan());
    return out;
}

struct Faults {
    bool crashes = false;
    bool nonsense = false;
    bool cancels = false;
};

// A signal comes, or the next timers fire. False when neither is waited for.
bool let_time_pass(RunUnderTest& run, Random& random) {
    const auto node = static_cast<model::NodeIndex>(random.below(run.plan().nodes.size()));
    if (random.chance(40) &&
        !run.handle(engine::ResumeNode{node, JsonText::trusted("{\"x\":2}")}).rejection)
        return true;
    const auto next = run.state().next_timer();
    if (!next) return false;
    run.let_pass(*next - run.now());
    EXPECT_FALSE(run.handle(engine::FireTimers{}).rejection);
    return true;
}

void drive(RunUnderTest& run, Random& random, const Faults& faults) {
    run.start(JsonText::trusted("{\"x\":1}"));
    // Every answer ends or starts one attempt of one node or item, so this many are enough.
    const std::size_t answers_max = 40 * run.plan().nodes.size();
    for (std::size_t i = 0; !engine::is_final(run.state().status); ++i) {
        ASSERT_EQ(run.problem(), "");
        ASSERT_LE(i, answers_max) << "the run does not end";
        if (faults.crashes && random.chance(40)) run.crash_and_recover();
        if (faults.nonsense && random.chance(40)) {
            const auto turn = run.handle(random_nonsense(random, run.plan()));
            ASSERT_TRUE(turn.rejection);
        }
        if (faults.cancels && random.chance(5)) {
            run.handle(engine::CancelRun{"by ada"});
            continue;
        }
        if (run.owed().empty() || random.chance(10)) {
            if (let_time_pass(run, random)) continue;
            ASSERT_FALSE(run.owed().empty()) << "the run is open, but nothing will wake it";
        }
        const engine::Effect effect = run.owed()[random.below(run.owed().size())];
        const engine::Command answer = random_answer(random, run.plan(), effect);
        ASSERT_FALSE(run.handle(answer).rejection);
        if (!faults.nonsense) continue;
        ASSERT_TRUE(run.handle(answer).rejection) << "the same answer counted twice";
    }
}

void expect_ended(const RunUnderTest& run) {
    EXPECT_EQ(run.problem(), "");
    EXPECT_TRUE(run.owed().empty());
    for (std::size_t i = 0; i < run.plan().nodes.size(); ++i)
        EXPECT_TRUE(engine::is_final(run.state().nodes[i].status)) << run.plan().nodes[i].id;
}

// What the random runs came to, to see that they are not all of one kind.
struct Census {
    std::size_t completed = 0;
    std::size_t failed = 0;
    std::size_t skipped_nodes = 0;
    std::size_t absorbed_nodes = 0;
    std::size_t cancelled_nodes = 0;
};

void count(Census& census, const engine::RunState& state) {
    census.completed += state.status == engine::RunStatus::completed;
    census.failed += state.status == engine::RunStatus::failed;
    for (const engine::NodeState& node : state.nodes) {
        census.skipped_nodes += node.status == engine::NodeStatus::skipped;
        census.absorbed_nodes += node.absorbed;
        census.cancelled_nodes += node.status == engine::NodeStatus::cancelled;
    }
}

Census try_graphs(const Faults& faults) {
    Census census;
    const std::uint64_t seed = seed_or(first_seed);
    for (std::uint64_t i = 0; i < graphs; ++i) {
        SCOPED_TRACE(::testing::Message() << "SWIFTGRID_SEED=" << seed + i);
        Random random(seed + i);
        RunUnderTest run(plan_of(random_graph(random)));
        drive(run, random, faults);
        expect_ended(run);
        count(census, run.state());
        if (::testing::Test::HasFailure()) {
            ADD_FAILURE() << "SWIFTGRID_SEED=" << seed + i << "\n" << log_of(run);
            break;
        }
    }
    return census;
}

TEST(RandomRuns, EndWithEveryNodeInOneFinalState) {
    const Census census = try_graphs({});
    EXPECT_GT(census.completed, graphs / 5);
    EXPECT_GT(census.failed, graphs / 5);
    EXPECT_GT(census.skipped_nodes, graphs / 2);
    EXPECT_GT(census.absorbed_nodes, graphs / 10);
    EXPECT_GT(census.cancelled_nodes, graphs / 10);
}

TEST(RandomRuns, GoOnAfterACrashAtAnyPoint) { try_graphs({.crashes = true}); }

TEST(RandomRuns, RefuseWhatIsLateTwiceOrNonsense) { try_graphs({.nonsense = true}); }

TEST(RandomRuns, CanBeCancelledAtAnyPoint) {
    try_graphs({.crashes = true, .nonsense = true, .cancels = true});
}

TEST(RandomRuns, AreTheSameByteForByteWhenRepeated) {
    const std::uint64_t seed = seed_or(first_seed);
    for (std::uint64_t i = 0; i < 100; ++i) {
        SCOPED_TRACE(::testing::Message() << "SWIFTGRID_SEED=" << seed + i);
        std::string logs[2];
        for (std::string& log : logs) {
            Random random(seed + i);
            RunUnderTest run(plan_of(random_graph(random)));
            drive(run, random, {.cancels = true});
            log = encoded(run);
        }
        ASSERT_EQ(logs[0], logs[1]);
    }
}

TEST(RandomRuns, EndInTheSameWayAfterACrashAsWithoutOne) {
    const std::uint64_t seed = seed_or(first_seed);
    for (std::uint64_t i = 0; i < graphs; ++i) {
        SCOPED_TRACE(::testing::Message() << "SWIFTGRID_SEED=" << seed + i);
        Random random(seed + i);
        const model::PlanPtr plan = plan_of(random_graph(random));
        RunUnderTest live(plan);
        RunUnderTest crashed(plan);
        live.start(JsonText::trusted("{\"x\":1}"));
        crashed.start(JsonText::trusted("{\"x\":1}"));
        while (!engine::is_final(live.state().status)) {
            if (live.owed().empty()) {
                const auto next = live.state().next_timer();
                ASSERT_TRUE(next);
                for (RunUnderTest* run : {&live, &crashed}) {
                    run->let_pass(*next - run->now());
                    run->handle(engine::FireTimers{});
                }
                continue;
            }
            const engine::Effect effect = live.owed()[random.below(live.owed().size())];
            const engine::Command answer = random_answer(random, *plan, effect);
            live.handle(answer);
            crashed.crash_and_recover();
            crashed.handle(answer);
        }
        ASSERT_EQ(live.events(), crashed.events());
        ASSERT_TRUE(engine::is_final(live.state().status));
    }
}

}  // namespace
}  // namespace swiftgrid::testing
