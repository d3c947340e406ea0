#include "store/catalog.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;
using Seconds = std::vector<std::int64_t>;

class CatalogRunsTest : public testing::CatalogTest {};

TEST_F(CatalogRunsTest, GivesBackARunAsItWasStored) {
    create(1, "flow");
    RunRow row = row_at(5, "failed");
    row.version = 3;
    row.graph = graph_id_of("g");
    row.trigger = "webhook";
    row.parent = run_at(1);
    row.replay_of = run_at(2);
    row.calling_node_id = "call";
    row.depth = 4;
    row.current = "Fetch";
    row.last_seq = 2;
    row.wake_at = time_of(9);
    row.owes = true;
    store_run(row);
    const auto run = catalog_.get_run(row.id);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->row, row);
    EXPECT_EQ(run->flow_name, "flow");
    EXPECT_FALSE(run->pinned);
    EXPECT_EQ(catalog_.get_run(run_at(6)).error().code, ErrorCode::not_found);
}

TEST_F(CatalogRunsTest, FiltersRuns) {
    create(1, "alpha");
    create(2, "beta");
    store_run(1, "completed");
    store_run(2, "failed", 2);
    store_run(3, "running", 2);
    store_run(4, "failed");
    RunRow child = row_at(5, "completed", 2);
    child.parent = run_at(4);
    child.trigger = "subflow";
    store_run(child);
    ASSERT_TRUE(catalog_.set_pinned(run_at(1), true));

    EXPECT_EQ(list({}), (Seconds{5, 4, 3, 2, 1}));
    EXPECT_EQ(list({.flows = {flow_of(2)}}), (Seconds{5, 3, 2}));
    EXPECT_EQ(list({.flows = {flow_of(2), flow_of(1)}}), (Seconds{5, 4, 3, 2, 1}));
    EXPECT_EQ(list({.statuses = {"failed"}}), (Seconds{4, 2}));
    EXPECT_EQ(list({.statuses = {"failed", "running"}}), (Seconds{4, 3, 2}));
    EXPECT_EQ(list({.statuses = {"completed", "failed"}}), (Seconds{5, 4, 2, 1}));
    EXPECT_EQ(list({.flows = {flow_of(2)}, .statuses = {"failed", "running"}}), (Seconds{3, 2}));
    EXPECT_EQ(list({.flows = {flow_of(2)}, .statuses = {"completed"}}), (Seconds{5}));
    EXPECT_EQ(list({.triggers = {"subflow", "cron"}}), (Seconds{5}));
    EXPECT_EQ(list({.from = time_of(2), .to = time_of(4)}), (Seconds{4, 3, 2}));
    EXPECT_EQ(list({.from = Instant{0}}), (Seconds{5, 4, 3, 2, 1}));
    EXPECT_EQ(list({.pinned = true}), (Seconds{1}));
    EXPECT_EQ(list({.pinned = false}), (Seconds{5, 4, 3, 2}));
    EXPECT_EQ(list({.statuses = {"failed"}, .pinned = true}), (Seconds{}));
    EXPECT_EQ(list({.parent = run_at(4)}), (Seconds{5}));
    EXPECT_EQ(list({.top_level = true}), (Seconds{4, 3, 2, 1}));
    EXPECT_EQ(list({.top_level = false}), (Seconds{5}));
    EXPECT_EQ(list({.flows = {flow_of(2)}, .top_level = true}), (Seconds{3, 2}));
    EXPECT_EQ(list({.statuses = {"failed"}, .top_level = true}), (Seconds{4, 2}));
    EXPECT_EQ(list({.triggers = {"subflow"}, .top_level = true}), (Seconds{}));
    EXPECT_EQ(list({.triggers = {"subflow", "manual"}, .top_level = false}), (Seconds{5}));
    EXPECT_EQ(catalog_.list_runs({.statuses = {"done"}}).error().code, ErrorCode::bad_request);
    EXPECT_EQ(catalog_.list_runs({.cursor = "nonsense"}).error().code, ErrorCode::bad_request);
}

TEST_F(CatalogRunsTest, SearchesRunsByTheEndOfTheirId) {
    create(1, "alpha");
    store_run(1, "completed");
    RunRow row = row_at(2, "completed");
    const std::array<std::uint8_t, 10> random{0, 0, 0, 0, 0, 0, 0xbe, 0xef, 0xca, 0xfe};
    row.id = RunId{make_uuid_v7(time_of(2), random)};
    store_run(row);
    EXPECT_EQ(list({.search = "beefcafe"}), (Seconds{2}));
    EXPECT_EQ(list({.search = "0000BEEFCAFE"}), (Seconds{2}));
    EXPECT_EQ(list({.search = to_string(row.id).substr(19)}), (Seconds{2})) << "with a dash";
    EXPECT_EQ(list({.search = "eefcaf"}), (Seconds{})) << "the middle is no end";
    EXPECT_EQ(list({.search = "cafe"}), (Seconds{})) << "too short to mean an id";
}

TEST_F(CatalogRunsTest, SearchesRunsByIdFlowAndError) {
    create(1, "alpha");
    create(2, "beta");
    store_run(1, "completed");
    store_run(2, "failed", 2);
    store_run(100'000'000, "completed", 2);
    const std::string id = to_string(run_at(100'000'000));
    EXPECT_EQ(list({.search = id}), (Seconds{100'000'000}));
    EXPECT_EQ(list({.search = id.substr(0, 8)}), (Seconds{100'000'000}));
    EXPECT_EQ(list({.search = "ALPH"}), (Seconds{1}));
    EXPECT_EQ(list({.search = "no answer"}), (Seconds{2}));
    EXPECT_EQ(list({.search = "100%_sure"}), (Seconds{2}));
    EXPECT_EQ(list({.search = "100%xsure"}), (Seconds{}));
    EXPECT_EQ(list({.search = "beta"}), (Seconds{100'000'000, 2})) << "found twice, shown once";
    EXPECT_EQ(list({.statuses = {"failed"}, .search = "beta"}), (Seconds{2}));
}

TEST_F(CatalogRunsTest, PagesSkipNothingAndRepeatNothingWhileRunsComeAndGo) {
    for (int second = 0; second < 50; ++second)
        store_run(second, second % 3 == 0 ? "failed" : "completed");
    RunQuery query;
    query.limit = 7;
    Seconds seen;
    int second = 50;
    for (;;) {
        const auto page = catalog_.list_runs(query);
        ASSERT_TRUE(page);
        for (const std::int64_t one : seconds_of(page->items)) seen.push_back(one);
        if (!page->next_cursor) break;
        query.cursor = *page->next_cursor;
        // New runs at the top, the last one seen and one still to come deleted.
        store_run(second++, "completed");
        ASSERT_TRUE(catalog_.delete_run(page->items.back().row.id, {}, noon));
        if (seen.size() == 14) ASSERT_TRUE(catalog_.delete_run(run_at(5), {}, noon));
    }
    Seconds expected;
    for (int one = 49; one >= 0; --one) {
        if (one != 5) expected.push_back(one);
    }
    EXPECT_EQ(seen, expected);
}

TEST_F(CatalogRunsTest, APinSurvivesTheJournal) {
    store_run(1, "running");
    EXPECT_TRUE(catalog_.set_pinned(run_at(1), true)->pinned);
    Batch batch;
    batch.runs = {row_at(1, "completed")};
    ASSERT_TRUE(backend_.commit(batch));
    const auto run = catalog_.get_run(run_at(1));
    EXPECT_TRUE(run->pinned);
    EXPECT_EQ(run->row.status, "completed");
    EXPECT_FALSE(catalog_.set_pinned(run_at(1), false)->pinned);
    EXPECT_EQ(catalog_.set_pinned(run_at(2), true).error().code, ErrorCode::not_found);
}

TEST_F(CatalogRunsTest, DeletesARunWithItsEventsAndRemembersWho) {
    create(1, "flow");
    store_run(1, "running");
    store_run(2, "failed");
    EXPECT_EQ(catalog_.delete_run(run_at(1), {}, noon).error().code, ErrorCode::conflict);
    ASSERT_TRUE(catalog_.delete_run(run_at(2), {"ada", R"({"reason":"user_request"})"}, noon));
    EXPECT_EQ(catalog_.delete_run(run_at(2), {}, noon).error().code, ErrorCode::not_found);
    EXPECT_TRUE(catalog_.read_events(run_at(2), 0, 10)->empty());
    EXPECT_EQ(catalog_.read_events(run_at(1), 0, 10)->size(), 1u);
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->run_count, 1);
    AuditQuery query;
    query.run = run_at(2);
    const auto audit = catalog_.list_audit(query);
    ASSERT_EQ(audit->items.size(), 1u);
    EXPECT_EQ(audit->items[0].action, "DELETED");
    EXPECT_EQ(audit->items[0].actor, "ada");
    EXPECT_EQ(audit->items[0].metadata, R"({"reason":"user_request"})");
    EXPECT_EQ(audit->items[0].flow, flow_of(1));
}

TEST_F(CatalogRunsTest, CountsOpenRunsByStatus) {
    store_run(1, "pending");
    store_run(2, "running");
    store_run(3, "running", 2);
    store_run(4, "suspended");
    store_run(5, "failed");
    const auto all = catalog_.open_run_counts(std::nullopt);
    EXPECT_EQ(all->pending, 1);
    EXPECT_EQ(all->running, 2);
    EXPECT_EQ(all->suspended, 1);
    EXPECT_EQ(catalog_.open_run_counts(flow_of(2))->total(), 1);
    EXPECT_EQ(catalog_.open_run_counts(flow_of(3))->total(), 0);
}

}  // namespace
}  // namespace swiftgrid::store
