// Lists of runs over a long history: no page costs more than a bound, and following the pages finds
// everything once.

#include "store/run_list.h"

#include <array>
#include <functional>

#include <sqlite3.h>

#include "base/limits.h"
#include "store/cursor.h"
#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::CatalogTest;
using testing::flow_of;
using testing::row_of;
using testing::uuid_of;

constexpr std::uint64_t runs = 6 * limits::run_rows_filtered;
constexpr std::uint64_t rare = 7;  // the one run that failed
// Of SQLite's machine, for a row that is read, filtered and shown.
constexpr int steps_per_row = 150;

int count_step(void* steps) {
    ++*static_cast<int*>(steps);
    return 0;
}

class RunListTest : public CatalogTest {
protected:
    void SetUp() override {
        for (std::uint64_t number = 1; number <= runs;) {
            Batch batch;
            for (int i = 0; i < 2'000 && number <= runs; ++i, ++number) {
                RunRow row = row_of(testing::run_of(number), "completed", flow_of(number % 2 + 1));
                row.trigger = number % 2 == 0 ? "manual" : "webhook";
                row.completed_at = testing::noon;
                if (number == rare) {
                    row.status = "failed";
                    row.error = R"({"code":"timeout","message":"no answer"})";
                    row.trigger = "cron";
                }
                batch.runs.push_back(row);
            }
            SG_ASSERT(backend_.commit(batch).has_value(), "runs can be stored");
        }
    }

    // The page, and how many steps it took.
    std::pair<Page<RunSummary>, int> page_of(const RunQuery& query) {
        auto loan = database_->readers().borrow();
        SG_ASSERT(loan.has_value(), "there is a reader");
        int steps = 0;
        sqlite3* handle = (**loan).handle();
        sqlite3_progress_handler(handle, 1, count_step, &steps);
        auto page = store::list_runs(**loan, query);
        sqlite3_progress_handler(handle, 0, nullptr, nullptr);
        SG_ASSERT(page.has_value(), "runs can be listed");
        return {std::move(*page), steps};
    }

    // Every page from the newest run on.
    std::vector<RunId> all_of(RunQuery query) {
        std::vector<RunId> found;
        for (;;) {
            auto [page, steps] = page_of(query);
            EXPECT_LE(steps, steps_per_row * static_cast<int>(limits::run_rows_filtered));
            for (const RunSummary& run : page.items) found.push_back(run.row.id);
            if (!page.next_cursor) return found;
            query.cursor = *page.next_cursor;
        }
    }
};

TEST_F(RunListTest, NoPageReadsTheWholeHistory) {
    const std::string deep = cursor_of(uuid_of(runs / 2));
    for (const std::string& cursor : {std::string(), deep}) {
        for (const RunQuery& query : {
                 RunQuery{.cursor = cursor},
                 RunQuery{.flows = {flow_of(1)}, .cursor = cursor},
                 RunQuery{.flows = {flow_of(9)}, .cursor = cursor},
                 RunQuery{.statuses = {"failed"}, .cursor = cursor},
                 RunQuery{.statuses = {"completed"}, .cursor = cursor},
                 RunQuery{.statuses = {"running"}, .cursor = cursor},
                 RunQuery{.flows = {flow_of(1)}, .statuses = {"failed"}, .cursor = cursor},
                 RunQuery{.triggers = {"cron"}, .cursor = cursor},
                 RunQuery{.flows = {flow_of(1)}, .triggers = {"cron"}, .cursor = cursor},
                 RunQuery{.statuses = {"completed"}, .triggers = {"cron"}, .cursor = cursor},
                 RunQuery{.pinned = true, .cursor = cursor},
                 RunQuery{.pinned = false, .cursor = cursor},
                 RunQuery{.parent = testing::run_of(1), .cursor = cursor},
                 RunQuery{.top_level = true, .cursor = cursor},
                 RunQuery{.top_level = false, .cursor = cursor},
                 RunQuery{.search = "no such text", .cursor = cursor},
                 RunQuery{.search = "deadbeef", .cursor = cursor},
             }) {
            const auto [page, steps] = page_of(query);
            EXPECT_LE(steps, steps_per_row * static_cast<int>(limits::run_rows_filtered))
                << ::testing::PrintToString(query.statuses) << query.search;
        }
    }
}

TEST_F(RunListTest, FindsWhatIsRareAtTheEndOfTheHistory) {
    const std::vector<RunId> expected{testing::run_of(rare)};
    EXPECT_EQ(all_of({.flows = {flow_of(rare % 2 + 1)}, .triggers = {"cron"}}), expected);
    EXPECT_EQ(all_of({.statuses = {"failed", "completed"}, .triggers = {"cron"}}), expected);
    EXPECT_EQ(all_of({.search = "no answer"}), expected);
    const std::string id = to_string(testing::run_of(rare));
    EXPECT_EQ(all_of({.search = id.substr(id.size() - 8)}), expected);
}

TEST_F(RunListTest, HasAnOldRunOnTheFirstPageOfItsId) {
    const auto [page, steps] = page_of({.search = to_string(testing::run_of(rare))});
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.items[0].row.id, testing::run_of(rare));
    EXPECT_EQ(page.next_cursor, std::nullopt);
    EXPECT_LE(steps, 10 * steps_per_row);
}

TEST_F(RunListTest, LooksAtNoMoreRowsForBoundsOfTime) {
    // The time that the ids have, long before the runs were made.
    const RunQuery query{.to = Instant{std::int64_t{1} << 40}};
    const auto [page, steps] = page_of(query);
    EXPECT_TRUE(page.items.empty());
    EXPECT_EQ(page.next_cursor, cursor_of(uuid_of(runs - limits::run_rows_filtered + 1)));
    EXPECT_TRUE(all_of(query).empty());
}

TEST_F(RunListTest, GivesEveryRunOnceWhereSourcesEndAtDifferentRuns) {
    // The second flow has none that match, so it is read to the end page by page.
    const auto found =
        all_of({.flows = {flow_of(1), flow_of(2)}, .triggers = {"manual"}, .limit = 200});
    std::vector<RunId> expected;
    for (std::uint64_t number = runs; number >= 1; --number) {
        if (number % 2 == 0) expected.push_back(testing::run_of(number));
    }
    EXPECT_EQ(found, expected);
}

TEST_F(RunListTest, CountsAllThatIsListed) {
    auto loan = database_->readers().borrow();
    ASSERT_TRUE(loan);
    EXPECT_EQ(*count_runs(**loan, {}), static_cast<std::int64_t>(runs));
    EXPECT_EQ(*count_runs(**loan, {.statuses = {"completed"}, .triggers = {"manual"}}),
              static_cast<std::int64_t>(runs / 2));
    EXPECT_EQ(*count_runs(**loan, {.search = "no answer"}), 1);
}

// On disk, where one may commit while another reads.
TEST(RunListOnDisk, MissesNothingWhenRunsGoWhileItReads) {
    testing::TemporaryFolder folder;
    auto database = Database::open(folder.path());
    ASSERT_TRUE(database);
    SqliteBackend backend(**database);
    Batch batch;
    constexpr std::uint64_t last = 2 * limits::run_rows_filtered + 10;
    constexpr std::uint64_t wanted = limits::run_rows_filtered;
    for (std::uint64_t number = 1; number <= last; ++number) {
        batch.runs.push_back(row_of(testing::run_of(number), "completed", flow_of(1)));
        batch.runs.back().trigger = number == wanted ? "cron" : "manual";
        batch.runs.back().completed_at = testing::noon;
    }
    ASSERT_TRUE(backend.commit(batch));
    auto loan = (*database)->readers().borrow();
    ASSERT_TRUE(loan);
    // The runs that are looked at first go when the end of the search is asked for.
    const auto remove_newest = [](unsigned, void* writer, void*, void* sql) {
        if (!std::string_view(static_cast<const char*>(sql)).contains("OFFSET")) return 0;
        auto& connection = *static_cast<sqlite::Connection*>(writer);
        sqlite::Query remove(connection, "DELETE FROM workflow_runs WHERE id > ?");
        const RunId newer = testing::run_of(wanted + 10);
        EXPECT_TRUE(remove.bind(newer).run());
        return 0;
    };
    sqlite3* handle = (**loan).handle();
    sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, remove_newest, &(*database)->writer());
    RunQuery query{.flows = {flow_of(1)}, .triggers = {"cron"}};
    auto page = list_runs(**loan, query);
    sqlite3_trace_v2(handle, 0, nullptr, nullptr);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_TRUE(page->items.empty() && page->next_cursor);
    query.cursor = *page->next_cursor;
    page = list_runs(**loan, query);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 1u);
    EXPECT_EQ(page->items[0].row.id, testing::run_of(wanted));
}

}  // namespace
}  // namespace swiftgrid::store
