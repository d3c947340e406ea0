// The simulator itself: the same seed gives the same history, and every rule can be seen broken.

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sim/simulator.h"

namespace swiftgrid::sim {
namespace {

const Catalogue& catalogue() {
    static const Catalogue known;
    return known;
}

// What the first of these histories says that breaks a rule; "" when none does. In a process of its
// own, since some sabotage runs into the product's assertions.
std::string first_problem(Sabotage sabotage, std::uint64_t histories) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
        std::freopen("/dev/null", "w", stderr);
        Tally tally;
        for (std::uint64_t seed = 1; seed <= histories; ++seed) {
            const FlowBook book(catalogue().types, seed / 16);
            Simulator simulator(catalogue(), book, {seed, sabotage, 0}, tally);
            if (simulator.run()) continue;
            const std::string& problem = simulator.report().problem();
            [[maybe_unused]] const auto put = ::write(ends[1], problem.data(), problem.size());
            std::_Exit(0);
        }
        std::_Exit(0);
    }
    ::close(ends[1]);
    std::string problem;
    std::array<char, 512> buffer{};
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        problem.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return "an assertion of the product failed";
    return problem;
}

struct Mutation {
    Sabotage sabotage;
    const char* noticed;  // part of what is said about it
};

class Checkers : public ::testing::TestWithParam<Mutation> {};

TEST_P(Checkers, NoticeABrokenPromise) {
    const std::string problem = first_problem(GetParam().sabotage, 300);
    EXPECT_NE(problem.find(GetParam().noticed), std::string::npos) << "they said: " << problem;
    EXPECT_NE(problem, "") << "nobody noticed";
}

INSTANTIATE_TEST_SUITE_P(
    Sabotage, Checkers,
    ::testing::Values(
        Mutation{Sabotage::release_before_durable, "?"}, Mutation{Sabotage::lose_acknowledged, "?"},
        Mutation{Sabotage::drop_events, "?"}, Mutation{Sabotage::repeat_sequence, "?"},
        Mutation{Sabotage::change_event, "?"}, Mutation{Sabotage::forget_wake_up, "?"},
        Mutation{Sabotage::hide_wake_ups, "?"}, Mutation{Sabotage::fire_early, "?"},
        Mutation{Sabotage::forget_owing, "?"}, Mutation{Sabotage::forget_recovery, "?"},
        Mutation{Sabotage::forget_orphans, "?"}, Mutation{Sabotage::lose_child_start, "?"},
        Mutation{Sabotage::lose_child_end, "?"}, Mutation{Sabotage::lose_child_cancel, "?"},
        Mutation{Sabotage::lose_outcome, "?"}, Mutation{Sabotage::repeat_attempt, "?"},
        Mutation{Sabotage::wrong_attempt_key, "?"}, Mutation{Sabotage::forget_run_end, "?"},
        Mutation{Sabotage::forget_key, "?"}, Mutation{Sabotage::keep_all_runs, "?"}));

TEST(Simulator, FindsNothingWhenNothingIsBroken) {
    EXPECT_EQ(first_problem(Sabotage::none, 300), "");
}

TEST(Simulator, TellsTheSameHistoryForTheSameSeed) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::array<std::uint64_t, 2> prints{};
        for (std::uint64_t& print : prints) {
            const FlowBook book(catalogue().types, seed / 16);
            Tally tally;
            Simulator simulator(catalogue(), book, {seed, Sabotage::none, 0}, tally);
            simulator.run();
            print = simulator.fingerprint();
        }
        EXPECT_EQ(prints[0], prints[1]) << "SWIFTGRID_SEED=" << seed;
    }
}

}  // namespace
}  // namespace swiftgrid::sim
