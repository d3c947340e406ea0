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

class CatalogChildrenTest : public testing::CatalogTest {
protected:
    void store_child(std::int64_t second, std::int64_t parent, const std::string& status,
                     const std::string& node = "each", std::uint64_t flow = 2) {
        RunRow row = row_at(second, status, flow);
        row.parent = run_at(parent);
        row.calling_node_id = node;
        row.trigger = "map";
        store_run(row);
    }

    Seconds children(const ChildQuery& query) {
        auto page = catalog_.list_children(query);
        SG_ASSERT(page.has_value(), "children can be listed");
        return seconds_of(page->items);
    }

    // Rows of the run in a table, by SQL: no call shows that something is gone.
    std::int64_t rows_of(const std::string& table, std::int64_t second) {
        const std::string sql = "SELECT count(*) FROM " + table + " WHERE run_id = ?";
        auto count = sqlite::Query::once(database_->writer(), sql);
        const RunId run = run_at(second);
        SG_ASSERT(*count.bind(run).next(), "a count is a row");
        return count.integer(0);
    }

    void store_map_and_tokens(std::int64_t second) {
        Batch batch;
        batch.maps = {{run_at(second), "each", 3, 1, 1, noon, std::nullopt}};
        batch.tokens = {{{static_cast<std::uint8_t>(second)}, run_at(second), "wait"},
                        {{static_cast<std::uint8_t>(second), 1}, run_at(second), "wait2"}};
        SG_ASSERT(backend_.commit(batch).has_value(), "rows can be stored");
    }
};

TEST_F(CatalogChildrenTest, ListsWhatANodeStartedInOrder) {
    store_run(1, "running");
    store_child(2, 1, "completed");
    store_child(3, 1, "failed");
    store_child(4, 1, "running");
    store_child(5, 1, "completed", "other");
    store_child(6, 1, "cancelled");
    store_child(7, 6, "failed");
    store_child(8, 1, "suspended");
    const RunId parent = run_at(1);
    EXPECT_EQ(children({parent, "each"}), (Seconds{2, 3, 4, 6, 8}));
    EXPECT_EQ(children({parent, "other"}), (Seconds{5}));
    EXPECT_EQ(children({parent, "none"}), (Seconds{}));
    EXPECT_EQ(children({parent, "each", {"failed"}}), (Seconds{3}));
    EXPECT_EQ(children({parent, "each", {"completed"}}), (Seconds{2}));
    EXPECT_EQ(children({parent, "each", {"cancelled", "running", "suspended"}}),
              (Seconds{4, 6, 8}));
    EXPECT_EQ(children({parent, "each", {"completed", "failed"}}), (Seconds{2, 3}));
    EXPECT_EQ(children({parent, "other", {"failed"}}), (Seconds{}));
    EXPECT_EQ(catalog_.list_children({parent, "each", {"done"}}).error().code,
              ErrorCode::bad_request);
    EXPECT_EQ(catalog_.list_children({parent, "each", {}, "nonsense"}).error().code,
              ErrorCode::bad_request);
}

TEST_F(CatalogChildrenTest, PagesChildrenForwards) {
    store_run(1, "running");
    for (int second = 2; second < 32; ++second)
        store_child(second, 1, second % 3 == 0 ? "failed" : "completed");
    for (const auto& statuses :
         {std::vector<std::string>{}, std::vector<std::string>{"failed", "cancelled"}}) {
        ChildQuery query{run_at(1), "each", statuses};
        const Seconds all = children(query);
        EXPECT_EQ(all.size(), statuses.empty() ? 20u : 10u) << "the first page";
        query.limit = 4;
        Seconds seen;
        for (;;) {
            const auto page = catalog_.list_children(query);
            ASSERT_TRUE(page);
            ASSERT_LE(page->items.size(), 4u);
            for (const std::int64_t one : seconds_of(page->items)) seen.push_back(one);
            if (!page->next_cursor) break;
            query.cursor = *page->next_cursor;
        }
        Seconds expected;
        for (int second = 2; second < 32; ++second) {
            if (statuses.empty() || second % 3 == 0) expected.push_back(second);
        }
        EXPECT_EQ(seen, expected);
    }
}

TEST_F(CatalogChildrenTest, GivesTheLatestCountersOfAMap) {
    Batch batch;
    batch.maps = {{run_at(1), "each", 5, 0, 0, noon, std::nullopt}};
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_EQ(**catalog_.get_map_iteration(run_at(1), "each"), batch.maps[0]);
    batch.maps = {{run_at(1), "each", 5, 3, 2, noon, noon + Duration{9}},
                  {run_at(1), "other", 7, 1, 0, noon, std::nullopt}};
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_EQ(**catalog_.get_map_iteration(run_at(1), "each"), batch.maps[0]);
    EXPECT_EQ(**catalog_.get_map_iteration(run_at(1), "other"), batch.maps[1]);
    EXPECT_EQ(*catalog_.get_map_iteration(run_at(1), "none"), std::nullopt);
    EXPECT_EQ(*catalog_.get_map_iteration(run_at(2), "each"), std::nullopt);
}

TEST_F(CatalogChildrenTest, ARunIsNotDeletedWhileItsParentMayAskForItsEnd) {
    store_run(1, "suspended");
    store_child(2, 1, "completed");
    const auto refused = catalog_.delete_run(run_at(2), {}, noon);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find(to_string(run_at(1))), std::string::npos);
    Batch batch;
    batch.runs = {row_at(1, "failed")};
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_TRUE(catalog_.delete_run(run_at(2), {}, noon));
    store_child(3, 99, "completed");
    EXPECT_TRUE(catalog_.delete_run(run_at(3), {}, noon)) << "its parent is gone";
}

TEST_F(CatalogChildrenTest, ARunTakesItsMapsAndTokensWithIt) {
    store_run(1, "completed");
    store_run(2, "completed");
    store_map_and_tokens(1);
    store_map_and_tokens(2);
    ASSERT_TRUE(catalog_.delete_run(run_at(1), {}, noon));
    EXPECT_EQ(rows_of("map_iterations", 1), 0);
    EXPECT_EQ(rows_of("resume_tokens", 1), 0);
    EXPECT_EQ(rows_of("map_iterations", 2), 1);
    EXPECT_EQ(rows_of("resume_tokens", 2), 2);
    EXPECT_EQ(*backend_.find_resume_token({1}), std::nullopt);
    EXPECT_EQ((*backend_.find_resume_token({2}))->run, run_at(2));
}

TEST_F(CatalogChildrenTest, AFlowTakesTheMapsAndTokensOfItsRunsWithIt) {
    create(1, "flow");
    store_run(1, "completed");
    store_map_and_tokens(1);
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {}, noon));
    EXPECT_EQ(rows_of("map_iterations", 1), 0);
    EXPECT_EQ(rows_of("resume_tokens", 1), 0);
}

TEST_F(CatalogChildrenTest, AFlowLeavesTheRunsThatAnOpenRunOfAnotherFlowStarted) {
    create(1, "caller");
    create(2, "called");
    store_run(1, "suspended", 1);
    store_run(2, "completed", 1);
    store_run(3, "completed", 2);
    for (int second = 4; second < 260; ++second) store_child(second, 1, "completed");
    for (int second = 260; second < 500; ++second) store_child(second, 2, "completed");
    ASSERT_TRUE(catalog_.delete_flow(flow_of(2), false, {}, noon));
    EXPECT_EQ(catalog_.get_flow(flow_of(2)).error().code, ErrorCode::not_found);
    EXPECT_EQ(catalog_.get_run(run_at(3)).error().code, ErrorCode::not_found);
    EXPECT_EQ(catalog_.get_run(run_at(260)).error().code, ErrorCode::not_found);
    EXPECT_EQ(catalog_.get_run(run_at(499)).error().code, ErrorCode::not_found);
    RunQuery query;
    query.limit = 500;
    EXPECT_EQ(list(query).size(), 258u);
    EXPECT_EQ(catalog_.read_events(run_at(4), 0, 10)->size(), 1u);
    Batch batch;
    batch.runs = {row_at(1, "completed")};
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_TRUE(catalog_.delete_run(run_at(4), {}, noon)) << "later it can be deleted alone";
}

TEST_F(CatalogChildrenTest, AFlowThatCallsItselfGoesWhole) {
    create(1, "flow");
    store_run(5, "suspended", 1);
    store_child(4, 5, "completed", "self", 1);
    store_child(6, 5, "running", "self", 1);
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), true, {}, noon));
    EXPECT_EQ(list({}), (Seconds{}));
}

}  // namespace
}  // namespace swiftgrid::store
