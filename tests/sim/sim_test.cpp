// The simulator itself: the same seed gives the same history, and every rule can be seen broken.

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

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

// What the first of these histories says that breaks a rule in the `wanted` words; else what the
// last one that broke any says, "" when none did. In a process of its own, since some sabotage runs
// into the product's assertions.
std::string first_problem(Sabotage sabotage, std::string_view wanted, std::uint64_t histories) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
        std::freopen("/dev/null", "w", stderr);
        Tally tally;
        std::string problem;
        for (std::uint64_t seed = 1; seed <= histories; ++seed) {
            const FlowBook book(catalogue().types, seed / 16);
            Simulator simulator(catalogue(), book, {seed, sabotage, 0}, tally);
            if (simulator.run()) continue;
            problem = simulator.report().problem();
            if (problem.find(wanted) != std::string::npos) break;
        }
        [[maybe_unused]] const auto put = ::write(ends[1], problem.data(), problem.size());
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
    const char* name;
    const char* noticed;  // part of what is said about it
};

// For test names: without it GoogleTest prints the bytes, addresses included.
void PrintTo(const Mutation& mutation, std::ostream* out) { *out << mutation.name; }

constexpr std::array mutations{
    Mutation{Sabotage::release_before_durable, "ReleaseBeforeDurable",
             "goes out before its start is on disk"},
    Mutation{Sabotage::lose_acknowledged, "LoseAcknowledged", "is another on disk"},
    Mutation{Sabotage::drop_events, "DropEvents", "live and replayed state differ"},
    Mutation{Sabotage::repeat_sequence, "RepeatSequence", "a gap after event"},
    Mutation{Sabotage::change_event, "ChangeEvent", "is another in memory than on disk"},
    Mutation{Sabotage::forget_wake_up, "ForgetWakeUp", "live and replayed state differ"},
    Mutation{Sabotage::hide_wake_ups, "HideWakeUps", "was not woken in time"},
    Mutation{Sabotage::fire_early, "FireEarly", "an event from the future"},
    Mutation{Sabotage::forget_owing, "ForgetOwing", "live and replayed state differ"},
    Mutation{Sabotage::forget_recovery, "ForgetRecovery", "does not run"},
    Mutation{Sabotage::forget_orphans, "ForgetOrphans", "its parent does not wait for it"},
    Mutation{Sabotage::lose_child_start, "LoseChildStart", "does not run"},
    Mutation{Sabotage::lose_child_end, "LoseChildEnd", "does not run"},
    Mutation{Sabotage::tell_at_once, "TellAtOnce", "a child is started before that is on disk"},
    Mutation{Sabotage::lose_child_cancel, "LoseChildCancel", "its parent does not wait for it"},
    Mutation{Sabotage::lose_outcome, "LoseOutcome", "that nobody carries out"},
    Mutation{Sabotage::repeat_attempt, "RepeatAttempt", "goes out twice"},
    Mutation{Sabotage::wrong_attempt_key, "WrongAttemptKey",
             "goes out before its start is on disk"},
    Mutation{Sabotage::forget_run_end, "ForgetRunEnd", "nobody was told"},
    Mutation{Sabotage::forget_key, "ForgetKey", "without its idempotency key"},
    Mutation{Sabotage::keep_all_runs, "KeepAllRuns", "more runs in memory"}};

class Checkers : public ::testing::TestWithParam<Mutation> {};

TEST_P(Checkers, NoticeABrokenPromise) {
    const std::string problem = first_problem(GetParam().sabotage, GetParam().noticed, 4000);
    EXPECT_NE(problem.find(GetParam().noticed), std::string::npos) << "they said: " << problem;
}

INSTANTIATE_TEST_SUITE_P(Sabotage, Checkers, ::testing::ValuesIn(mutations),
                         [](const auto& mutation) { return std::string(mutation.param.name); });

TEST(Simulator, TriesItsCheckersWithEverySabotage) {
    for (int i = 1; i < static_cast<int>(Sabotage::count_); ++i)
        EXPECT_EQ(std::ranges::count(mutations, static_cast<Sabotage>(i), &Mutation::sabotage), 1)
            << "sabotage " << i;
}

TEST(Simulator, FindsNothingWhenNothingIsBroken) {
    EXPECT_EQ(first_problem(Sabotage::none, "", 300), "");
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
        EXPECT_EQ(prints[0], prints[1]) << "seed " << seed;
    }
}

}  // namespace
}  // namespace swiftgrid::sim
