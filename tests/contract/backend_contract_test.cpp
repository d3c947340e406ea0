// One suite for every backend: what backend.h promises, memory and SQLite keep alike.

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/contract/backend_world.h"

namespace swiftgrid::store {
namespace {

using testing::record_of;
using testing::row_of;
using testing::run_of;

class BackendContract : public BackendTest {};

TEST_P(BackendContract, GivesBackTheRecordsOfOneRunInOrder) {
    const RunId run = run_of(7);
    commit_events({record_of(run, 1, 3), record_of(run_of(8), 1, 1)});
    commit_events({record_of(run_of(6), 1, 2), record_of(run, 4, 2)});
    const auto records = backend_.read_run(run, 0, 100);
    ASSERT_TRUE(records);
    EXPECT_EQ(*records, (std::vector{record_of(run, 1, 3), record_of(run, 4, 2)}));
}

TEST_P(BackendContract, AnUnknownRunHasNoRecords) {
    const auto records = backend_.read_run(run_of(1), 0, 100);
    ASSERT_TRUE(records);
    EXPECT_TRUE(records->empty());
}

TEST_P(BackendContract, BeginsWithTheRecordThatHoldsTheNextEvent) {
    const RunId run = run_of(1);
    commit_events({record_of(run, 1, 3), record_of(run, 4, 3), record_of(run, 7, 1)});
    const std::vector<std::pair<std::uint64_t, std::vector<std::uint64_t>>> cases = {
        {0, {1, 4, 7}}, {1, {1, 4, 7}}, {2, {1, 4, 7}}, {3, {4, 7}}, {4, {4, 7}},
        {5, {4, 7}},    {6, {7}},       {7, {}},        {99, {}},
    };
    for (const auto& [after, expected] : cases) {
        const auto records = backend_.read_run(run, after, 100);
        ASSERT_TRUE(records);
        std::vector<std::uint64_t> firsts;
        for (const EventRecord& record : *records) firsts.push_back(record.first_seq);
        EXPECT_EQ(firsts, expected) << "after " << after;
    }
}

TEST_P(BackendContract, LimitsTheNumberOfRecords) {
    const RunId run = run_of(1);
    commit_events({record_of(run, 1, 1), record_of(run, 2, 1), record_of(run, 3, 1)});
    EXPECT_EQ(backend_.read_run(run, 0, 2)->size(), 2u);
    EXPECT_EQ(backend_.read_run(run, 1, 1)->front().first_seq, 2u);
}

TEST_P(BackendContract, GivesLargeRecordsInSeveralPages) {
    const RunId run = run_of(1);
    std::vector<EventRecord> large;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        large.push_back(record_of(run, i, 1));
        large.back().events = '"' + std::string(limits::commit_bytes / 2, 'x') + '"';
    }
    commit_events(large);
    std::vector<EventRecord> read;
    for (;;) {
        const auto page = backend_.read_run(run, read.size(), 100);
        ASSERT_TRUE(page);
        EXPECT_LE(page->size(), 2U);
        read.insert(read.end(), page->begin(), page->end());
        if (!is_full_page(*page, 100)) break;
    }
    EXPECT_EQ(read, large);
}

TEST_P(BackendContract, KeepsAnyBytesOfEventText) {
    EventRecord record = record_of(run_of(1), 1, 1);
    record.events =
        "[[1,0,null,0,{\"a\":\"" + std::string(100'000, 'x') + "\u00e4\u4e2d'\\u0000\"}]]";
    commit_events({record});
    EXPECT_EQ(backend_.read_run(record.run, 0, 1)->front(), record);
}

TEST_P(BackendContract, FindsTheOpenRunsOnly) {
    commit_runs(
        {row_of(run_of(5), "running"), row_of(run_of(2), "pending"), row_of(run_of(3), "failed")});
    commit_runs({row_of(run_of(4), "suspended"), row_of(run_of(1), "completed"),
                 row_of(run_of(6), "cancelled")});
    const auto open = backend_.scan_open_runs();
    ASSERT_TRUE(open);
    EXPECT_EQ(*open, (std::vector{run_of(2), run_of(4), run_of(5)}));
}

TEST_P(BackendContract, ALaterRowOfARunReplacesTheEarlier) {
    commit_runs({row_of(run_of(1), "running"), row_of(run_of(2), "suspended")});
    commit_runs({row_of(run_of(1), "completed"), row_of(run_of(2), "running"),
                 row_of(run_of(2), "failed")});
    EXPECT_TRUE(backend_.scan_open_runs()->empty());
}

TEST_P(BackendContract, StoresAGraphOnce) {
    const GraphId id = graph_id_of("{}");
    Batch batch;
    batch.graphs = {{id, "{\"nodes\":[]}"}};
    ASSERT_TRUE(backend_.commit(batch));
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_EQ(*backend_.read_graph(id), "{\"nodes\":[]}");
    const auto unknown = backend_.read_graph(graph_id_of("other"));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
}

TEST_P(BackendContract, TakesAnEmptyBatch) { EXPECT_TRUE(backend_.commit(Batch{})); }

INSTANTIATE_TEST_SUITE_P(AllBackends, BackendContract, ::testing::ValuesIn(all_kinds()), name_of);

// What a backend that keeps its promises does when a batch contradicts the log.
class RepeatedEvents : public BackendContract {};

TEST_P(RepeatedEvents, AreRefusedWithTheWholeBatch) {
    commit_events({record_of(run_of(1), 1, 1)});
    Batch batch;
    batch.events = {record_of(run_of(2), 1, 1), record_of(run_of(1), 1, 1)};
    batch.runs = {row_of(run_of(2), "running")};
    const auto refused = backend_.commit(batch);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::storage_error);
    EXPECT_TRUE(backend_.read_run(run_of(2), 0, 1)->empty());
    EXPECT_TRUE(backend_.scan_open_runs()->empty());
}

INSTANTIATE_TEST_SUITE_P(HonestBackends, RepeatedEvents, ::testing::ValuesIn(honest_kinds()),
                         name_of);

}  // namespace
}  // namespace swiftgrid::store
