// What a start and the timers read: every backend answers alike, also while it forgets.

#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/contract/backend_world.h"

namespace swiftgrid::store {
namespace {

using testing::noon;
using testing::record_of;
using testing::row_of;
using testing::run_of;

Instant after_noon(std::int64_t milliseconds) { return noon + Duration{milliseconds}; }

RunRow owing(std::uint64_t run, const std::string& status) {
    RunRow row = row_of(run_of(run), status);
    row.owes = true;
    return row;
}

RunRow waking(std::uint64_t run, std::int64_t milliseconds,
              const std::string& status = "suspended") {
    RunRow row = row_of(run_of(run), status);
    row.wake_at = after_noon(milliseconds);
    return row;
}

RunRow child(std::uint64_t run, std::uint64_t parent, const std::string& status = "running") {
    RunRow row = row_of(run_of(run), status);
    row.parent = run_of(parent);
    row.trigger = "subflow";
    row.depth = 1;
    return row;
}

ResumeToken token(std::uint8_t first_byte, std::uint64_t run, const std::string& node) {
    ResumeToken token{{}, run_of(run), node};
    token.hash[0] = first_byte;
    token.hash[31] = 0xee;
    return token;
}

class RecoveryContract : public BackendTest {};

TEST_P(RecoveryContract, FindsTheOpenRunsThatOweWork) {
    commit_runs({owing(5, "running"), owing(2, "pending"), row_of(run_of(3), "running")});
    commit_runs({owing(4, "suspended"), owing(1, "completed"), owing(6, "cancelled"),
                 row_of(run_of(7), "suspended")});
    EXPECT_EQ(*backend_.scan_owing_runs(), (std::vector{run_of(2), run_of(4), run_of(5)}));
}

TEST_P(RecoveryContract, ALaterRowSaysWhatARunOwesAndWhenItWakes) {
    commit_runs({owing(1, "running"), waking(2, 10), waking(3, 20)});
    RunRow both = waking(1, 30);
    commit_runs({both, owing(2, "running"), waking(3, 5)});
    EXPECT_EQ(*backend_.scan_owing_runs(), (std::vector{run_of(2)}));
    EXPECT_EQ(*backend_.read_wakeups(std::nullopt, 10),
              (std::vector<Wakeup>{{after_noon(5), run_of(3)}, {after_noon(30), run_of(1)}}));
}

TEST_P(RecoveryContract, ReadsWakeupsByInstantThenRun) {
    commit_runs({waking(4, 10), waking(1, 20), waking(3, 10), waking(2, -5)});
    commit_runs({waking(5, 10, "running"), waking(6, 10, "completed"), waking(7, 1, "failed"),
                 row_of(run_of(8), "suspended")});
    const std::vector<Wakeup> all = {{after_noon(-5), run_of(2)},
                                     {after_noon(10), run_of(3)},
                                     {after_noon(10), run_of(4)},
                                     {after_noon(10), run_of(5)},
                                     {after_noon(20), run_of(1)}};
    EXPECT_EQ(*backend_.read_wakeups(std::nullopt, 10), all);
    for (std::size_t page : {1u, 2u, 3u}) {
        std::vector<Wakeup> read;
        std::optional<Wakeup> last;
        for (;;) {
            const auto some = backend_.read_wakeups(last, page);
            ASSERT_TRUE(some);
            ASSERT_LE(some->size(), page);
            if (some->empty()) break;
            read.insert(read.end(), some->begin(), some->end());
            last = some->back();
        }
        EXPECT_EQ(read, all) << "pages of " << page;
    }
    EXPECT_EQ(backend_.read_wakeups(Wakeup{after_noon(10), run_of(4)}, 10)->size(), 2u);
    EXPECT_TRUE(backend_.read_wakeups(all.back(), 10)->empty());
}

TEST_P(RecoveryContract, ARunThatHasEndedNeitherWakesNorOwes) {
    RunRow row = waking(1, 10);
    row.owes = true;
    commit_runs({row});
    row.status = "completed";
    commit_runs({row});
    EXPECT_TRUE(backend_.read_wakeups(std::nullopt, 10)->empty());
    EXPECT_TRUE(backend_.scan_owing_runs()->empty());
}

TEST_P(RecoveryContract, FindsTheOpenRunsWhoseParentHasEndedOrIsGone) {
    commit_runs({owing(1, "suspended"), owing(2, "suspended"), owing(3, "failed")});
    RunRow caller = child(12, 2, "suspended");
    caller.owes = true;
    commit_runs({child(11, 1), caller, child(13, 3, "pending"), child(14, 99),
                 child(15, 3, "completed"), child(16, 12), child(17, 15)});
    EXPECT_EQ(*backend_.scan_orphans(), (std::vector{run_of(13), run_of(14), run_of(17)}));
    commit_runs({row_of(run_of(2), "cancelled"), child(13, 3, "cancelled")});
    EXPECT_EQ(*backend_.scan_orphans(), (std::vector{run_of(12), run_of(14), run_of(17)}));
}

TEST_P(RecoveryContract, FindsTheOpenRunsWhoseParentOwesNothingAnyMore) {
    commit_runs({owing(1, "suspended"), child(11, 1), child(12, 1, "completed")});
    EXPECT_TRUE(backend_.scan_orphans()->empty());
    commit_runs({row_of(run_of(1), "suspended")});
    EXPECT_EQ(*backend_.scan_orphans(), (std::vector{run_of(11)}));
}

TEST_P(RecoveryContract, FindsTheOpenChildrenOfARun) {
    commit_runs({child(13, 1), child(11, 1, "suspended"), child(12, 1, "pending"),
                 child(14, 1, "completed"), child(15, 1, "failed"), child(16, 2)});
    EXPECT_EQ(*backend_.scan_open_children(run_of(1)),
              (std::vector{run_of(11), run_of(12), run_of(13)}));
    EXPECT_TRUE(backend_.scan_open_children(run_of(11))->empty());
}

TEST_P(RecoveryContract, FindsWhatATokenResumes) {
    Batch batch;
    batch.tokens = {token(1, 7, "approval"), token(2, 7, "review")};
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_EQ(*backend_.find_resume_token(token(2, 7, "").hash), token(2, 7, "review"));
    EXPECT_EQ(*backend_.find_resume_token(token(1, 7, "").hash), token(1, 7, "approval"));
    EXPECT_EQ(*backend_.find_resume_token(token(3, 7, "").hash), std::nullopt);
    EXPECT_EQ(*backend_.find_resume_token(TokenHash{}), std::nullopt);
    ASSERT_TRUE(backend_.commit(batch)) << "the same token again is the same token";
}

TEST_P(RecoveryContract, ReadsTheLastRecordOfARun) {
    commit_events({record_of(run_of(1), 1, 3), record_of(run_of(2), 1, 1)});
    EXPECT_EQ(*backend_.read_last_record(run_of(1)), record_of(run_of(1), 1, 3));
    commit_events({record_of(run_of(1), 4, 2), record_of(run_of(1), 6, 1)});
    commit_events({record_of(run_of(3), 1, 1)});
    EXPECT_EQ(*backend_.read_last_record(run_of(1)), record_of(run_of(1), 6, 1));
    EXPECT_EQ(*backend_.read_last_record(run_of(2)), record_of(run_of(2), 1, 1));
    for (std::uint64_t unknown : {0u, 9u})
        EXPECT_EQ(*backend_.read_last_record(run_of(unknown)), std::nullopt);
}

TEST_P(RecoveryContract, TakesTheCountersOfAMap) {
    Batch batch;
    batch.maps = {{run_of(1), "each", 5, 0, 0, noon, std::nullopt}};
    ASSERT_TRUE(backend_.commit(batch));
    batch.maps = {{run_of(1), "each", 5, 4, 1, noon, after_noon(9)}};
    ASSERT_TRUE(backend_.commit(batch));
}

INSTANTIATE_TEST_SUITE_P(AllBackends, RecoveryContract, ::testing::ValuesIn(all_kinds()), name_of);

// Random rows through all of them at once. A failure prints the seed; SWIFTGRID_SEED=<seed> repeats
// it.
class RandomRows {
public:
    explicit RandomRows(std::uint64_t seed) : random_(seed) {}

    Batch batch() {
        Batch batch;
        // Many at times, and then some of them twice.
        const std::uint64_t count = 1 + below(below(2) == 0 ? 3 : 50);
        for (std::uint64_t i = 0; i < count; ++i) batch.runs.push_back(row());
        return batch;
    }
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

private:
    RunRow row() {
        constexpr const char* statuses[] = {"running", "suspended", "failed", "completed"};
        const std::uint64_t id = below(20);
        RunRow row = row_of(run_of(id), statuses[below(4)]);
        // What a run was started with never changes.
        if (id % 3 != 0) row.parent = run_of(id / 2);
        row.owes = below(2) == 0;
        if (below(2) == 0) row.wake_at = after_noon(static_cast<std::int64_t>(below(6)));
        return row;
    }

    std::mt19937_64 random_;
};

void expect_same_scans(Backend& one, Backend& other) {
    EXPECT_EQ(*one.scan_open_runs(), *other.scan_open_runs());
    EXPECT_EQ(*one.scan_owing_runs(), *other.scan_owing_runs());
    EXPECT_EQ(*one.scan_orphans(), *other.scan_orphans());
    for (std::uint64_t parent = 0; parent < 10; ++parent)
        EXPECT_EQ(*one.scan_open_children(run_of(parent)),
                  *other.scan_open_children(run_of(parent)));
    const auto all = one.read_wakeups(std::nullopt, 100);
    EXPECT_EQ(*all, *other.read_wakeups(std::nullopt, 100));
    for (const Wakeup& wakeup : *all)
        EXPECT_EQ(*one.read_wakeups(wakeup, 3), *other.read_wakeups(wakeup, 3));
}

void compare_backends(std::uint64_t seed) {
    RandomRows random(seed);
    MemoryBackend promised;
    MemoryBackend kept;
    World sqlite = sqlite_in_memory_world();
    World disk = sqlite_in_memory_world();
    FaultyBackend faulty(*disk.backend);
    Faults faults;
    faults.lose_from_commit = 1 + random.below(15);
    faulty.set_faults(faults);
    for (std::size_t commit = 1; commit <= 20; ++commit) {
        const Batch batch = random.batch();
        for (Backend* backend : {static_cast<Backend*>(&promised), sqlite.backend.get(),
                                 static_cast<Backend*>(&faulty)})
            ASSERT_TRUE(backend->commit(batch));
        if (commit < *faults.lose_from_commit) ASSERT_TRUE(kept.commit(batch));
        expect_same_scans(promised, *sqlite.backend);
        expect_same_scans(promised, faulty);
    }
    faulty.forget_unsynced();
    expect_same_scans(kept, faulty);
}

TEST(RandomRows, AreScannedAlikeByEveryBackend) {
    const char* given = std::getenv("SWIFTGRID_SEED");
    const std::uint64_t first = given ? std::strtoull(given, nullptr, 10) : 20'261'124;
    for (std::uint64_t seed = first; seed < first + 20; ++seed) {
        SCOPED_TRACE(::testing::Message() << "SWIFTGRID_SEED=" << seed);
        compare_backends(seed);
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace swiftgrid::store
