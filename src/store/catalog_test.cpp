#include "store/catalog.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/committer_thread.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;
using testing::record_of;
using testing::run_of;
using testing::uuid_of;

class CatalogTest : public ::testing::Test {
protected:
    static FlowDraft draft_of(const std::string& name,
                              const std::string& graph = R"({"nodes":[]})") {
        FlowDraft draft;
        draft.name = name;
        draft.graph = graph;
        draft.graph_id = graph_id_of(graph);
        return draft;
    }

    Flow create(std::uint64_t number, const std::string& name) {
        auto flow = catalog_.create_flow(flow_of(number), draft_of(name), noon);
        SG_ASSERT(flow.has_value(), "a flow can be made");
        return *flow;
    }

    Result<Version> publish(std::uint64_t flow, std::uint64_t version_id) {
        auto known = catalog_.get_flow(flow_of(flow));
        if (!known) return std::unexpected(known.error());
        const Publication publication{{uuid_of(version_id)}, known->revision, "why", "ada"};
        return catalog_.publish(flow_of(flow), publication, {}, noon);
    }

    // Run ids are drawn from the time, one per second.
    static RunId run_at(std::int64_t second) {
        std::array<std::uint8_t, 10> random{};
        return {make_uuid_v7(time_of(second), random)};
    }
    static Instant time_of(std::int64_t second) { return noon + Duration{1'000 * second}; }

    static RunRow row_at(std::int64_t second, const std::string& status, std::uint64_t flow = 1) {
        RunRow row = testing::row_of(run_at(second), status, flow_of(flow));
        row.created_at = time_of(second);
        row.started_at = time_of(second) + Duration{5};
        if (status == "completed" || status == "failed")
            row.completed_at = time_of(second) + Duration{47};
        if (status == "failed")
            row.error = R"({"code":"timeout","message":"no answer from 100%_sure"})";
        return row;
    }

    void store_run(const RunRow& row) {
        Batch batch;
        batch.events = {record_of(row.id, 1, 2)};
        batch.runs = {row};
        const auto done = backend_.commit(batch);
        SG_ASSERT(done.has_value(), "a run can be stored");
    }
    void store_run(std::int64_t second, const std::string& status, std::uint64_t flow = 1) {
        store_run(row_at(second, status, flow));
    }

    std::vector<std::int64_t> seconds_of(const std::vector<RunSummary>& runs) {
        std::vector<std::int64_t> seconds;
        for (const RunSummary& run : runs)
            seconds.push_back((run.row.created_at - noon).milliseconds / 1'000);
        return seconds;
    }
    std::vector<std::int64_t> list(const RunQuery& query) {
        auto page = catalog_.list_runs(query);
        SG_ASSERT(page.has_value(), "runs can be listed");
        return seconds_of(page->items);
    }

    std::unique_ptr<Database> database_ = *Database::open_in_memory();
    SqliteBackend backend_{*database_};
    Journal journal_{backend_};
    // The tests commit runs themselves, never while a change is under way.
    CommitterThread committer_{journal_};
    Catalog catalog_{*database_, journal_};
};

using Seconds = std::vector<std::int64_t>;

TEST_F(CatalogTest, GivesBackTheFlowThatWasCreated) {
    FlowDraft draft = draft_of("Invoices");
    draft.description = "Reads mail";
    draft.input_schema = R"({"type":"object"})";
    draft.timeout_ms = 60'000;
    const auto created = catalog_.create_flow(flow_of(1), draft, noon);
    ASSERT_TRUE(created);
    const auto flow = catalog_.get_flow(flow_of(1));
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->draft, draft);
    EXPECT_EQ(flow->revision, 1);
    EXPECT_EQ(flow->active_version, std::nullopt);
    EXPECT_TRUE(flow->draft_dirty);
    EXPECT_EQ(flow->created_at, noon);
    EXPECT_EQ(catalog_.get_flow(flow_of(2)).error().code, ErrorCode::not_found);
}

TEST_F(CatalogTest, RefusesToSaveOverAChangeOneHasNotSeen) {
    create(1, "first");
    const auto saved = catalog_.update_flow(flow_of(1), 1, draft_of("second"), noon + Duration{5});
    ASSERT_TRUE(saved);
    EXPECT_EQ(saved->revision, 2);
    EXPECT_EQ(saved->updated_at, noon + Duration{5});
    const auto stale = catalog_.update_flow(flow_of(1), 1, draft_of("third"), noon);
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::precondition_failed);
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->draft.name, "second");
    EXPECT_EQ(catalog_.update_flow(flow_of(9), 1, draft_of("x"), noon).error().code,
              ErrorCode::not_found);
}

TEST_F(CatalogTest, NumbersVersionsAndMakesTheNewestActive) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    const auto flow = catalog_.get_flow(flow_of(1));
    EXPECT_EQ(flow->active_version, 1);
    EXPECT_FALSE(flow->draft_dirty);
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("flow", R"({"nodes":[1]})"), noon));
    EXPECT_TRUE(catalog_.get_flow(flow_of(1))->draft_dirty);
    const auto second = publish(1, 101);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->number, 2);
    EXPECT_TRUE(second->active);
    EXPECT_EQ(second->graph, R"({"nodes":[1]})");
    const auto page = catalog_.list_versions(flow_of(1), "", 1);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->items.at(0).number, 2);
    ASSERT_TRUE(page->next_cursor);
    const auto rest = catalog_.list_versions(flow_of(1), *page->next_cursor, 1);
    EXPECT_EQ(rest->items.at(0).number, 1);
    EXPECT_FALSE(rest->items.at(0).active);
    EXPECT_FALSE(rest->next_cursor);
}

TEST_F(CatalogTest, ARenameDoesNotMakeTheDraftDirtyButATimeoutDoes) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    FlowDraft draft = draft_of("renamed");
    EXPECT_FALSE(catalog_.update_flow(flow_of(1), 1, draft, noon)->draft_dirty);
    draft.timeout_ms = 5;
    EXPECT_TRUE(catalog_.update_flow(flow_of(1), 2, draft, noon)->draft_dirty);
}

TEST_F(CatalogTest, DoesNotPublishADraftThatWasSavedAfterItWasChecked) {
    create(1, "flow");
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("flow"), noon));
    const auto refused = catalog_.publish(flow_of(1), {{uuid_of(100)}, 1, "", ""}, {}, noon);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->latest_version, std::nullopt);
}

TEST_F(CatalogTest, RollsBackAndRestores) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("flow", R"({"nodes":[2]})"), noon));
    ASSERT_TRUE(publish(1, 101));
    const auto active = catalog_.roll_back(flow_of(1), 1, {}, noon);
    ASSERT_TRUE(active);
    EXPECT_TRUE(active->active);
    EXPECT_EQ(catalog_.get_active_version(flow_of(1))->number, 1);
    EXPECT_TRUE(catalog_.get_flow(flow_of(1))->draft_dirty);
    const auto restored = catalog_.restore_version(flow_of(1), 1, noon);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->draft.graph, R"({"nodes":[]})");
    EXPECT_EQ(restored->revision, 3);
    EXPECT_FALSE(restored->draft_dirty);
    EXPECT_EQ(catalog_.roll_back(flow_of(1), 7, {}, noon).error().code, ErrorCode::not_found);
}

TEST_F(CatalogTest, ListsFlowsWithTheirLastRuns) {
    create(1, "Invoices");
    create(2, "Weather 100%");
    for (int second = 0; second < 30; ++second) store_run(second, "completed");
    store_run(40, "running");
    const auto page = catalog_.list_flows({});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 2u);
    EXPECT_EQ(page->items[0].name, "Weather 100%");
    EXPECT_TRUE(page->items[0].recent_runs.empty());
    const FlowSummary& invoices = page->items[1];
    EXPECT_EQ(invoices.run_count, 31);
    ASSERT_EQ(invoices.recent_runs.size(), 28u);
    EXPECT_EQ(invoices.recent_runs[0].status, "running");
    EXPECT_EQ(invoices.recent_runs[0].duration_ms, std::nullopt);
    EXPECT_EQ(invoices.recent_runs[1].id, run_at(29));
    EXPECT_EQ(invoices.recent_runs[1].duration_ms, 42);
}

TEST_F(CatalogTest, SearchesFlowsLiterally) {
    create(1, "Invoices");
    create(2, "Weather 100%");
    create(3, "Weather 100 degrees");
    const auto search = [&](const std::string& text) {
        FlowQuery query;
        query.search = text;
        std::vector<std::string> names;
        for (const FlowSummary& flow : catalog_.list_flows(query)->items)
            names.push_back(flow.name);
        return names;
    };
    EXPECT_EQ(search("100%"), (std::vector<std::string>{"Weather 100%"}));
    EXPECT_EQ(search("weather"), (std::vector<std::string>{"Weather 100 degrees", "Weather 100%"}));
    EXPECT_EQ(search("_"), (std::vector<std::string>{}));
}

TEST_F(CatalogTest, RefusesToDeleteAFlowWithOpenRuns) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    store_run(1, "completed");
    store_run(2, "suspended");
    EXPECT_EQ(catalog_.delete_flow(flow_of(1), false, {}, noon).error().code, ErrorCode::conflict);
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->open_run_count, 1);
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), true, {"ada", std::nullopt}, noon));
    EXPECT_EQ(catalog_.get_flow(flow_of(1)).error().code, ErrorCode::not_found);
    EXPECT_EQ(catalog_.get_version(flow_of(1), 1).error().code, ErrorCode::not_found);
    EXPECT_TRUE(catalog_.read_events(run_at(1), 0, 10)->empty());
    EXPECT_TRUE(list({}).empty());
    const auto audit = catalog_.list_audit({});
    EXPECT_EQ(audit->items.at(0).action, "FLOW_DELETED");
    EXPECT_EQ(audit->items.at(0).actor, "ada");
}

TEST_F(CatalogTest, DeletesAFlowOfManyRunsInSteps) {
    create(1, "flow");
    Batch batch;
    for (int second = 0; second < 450; ++second) {
        batch.runs.push_back(row_at(second, "completed"));
        batch.events.push_back(record_of(run_at(second), 1, 1));
    }
    ASSERT_TRUE(backend_.commit(batch));
    store_run(1'000, "completed", 2);
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {}, noon));
    EXPECT_EQ(list({}), (Seconds{1'000}));
    // The last commit is counted after its answer.
    EXPECT_GE(journal_.counts().commits, 3u);
}

TEST_F(CatalogTest, GivesBackARunAsItWasStored) {
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
    store_run(row);
    const auto run = catalog_.get_run(row.id);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->row, row);
    EXPECT_EQ(run->flow_name, "flow");
    EXPECT_FALSE(run->pinned);
    EXPECT_EQ(catalog_.get_run(run_at(6)).error().code, ErrorCode::not_found);
}

TEST_F(CatalogTest, FiltersRuns) {
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
    EXPECT_EQ(catalog_.list_runs({.statuses = {"done"}}).error().code, ErrorCode::bad_request);
    EXPECT_EQ(catalog_.list_runs({.cursor = "nonsense"}).error().code, ErrorCode::bad_request);
}

TEST_F(CatalogTest, SearchesRunsByIdFlowAndError) {
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

TEST_F(CatalogTest, PagesSkipNothingAndRepeatNothingWhileRunsComeAndGo) {
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

TEST_F(CatalogTest, APinSurvivesTheJournal) {
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

TEST_F(CatalogTest, DeletesARunWithItsEventsAndRemembersWho) {
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

TEST_F(CatalogTest, CountsOpenRunsByStatus) {
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

TEST_F(CatalogTest, ForgetsIdempotencyKeysAfterADay) {
    Batch batch;
    batch.keys = {{"hooks/1", "k", "print", run_at(1), noon}};
    ASSERT_TRUE(backend_.commit(batch));
    constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
    const auto found = catalog_.find_key("hooks/1", "k", noon + Duration{day_ms - 1});
    ASSERT_TRUE(found && *found);
    EXPECT_EQ(**found, batch.keys[0]);
    EXPECT_FALSE(*catalog_.find_key("hooks/1", "k", noon + Duration{day_ms}));
    EXPECT_FALSE(*catalog_.find_key("hooks/2", "k", noon));
    EXPECT_EQ(*catalog_.forget_old_keys(noon, 10), 0);
    EXPECT_EQ(*catalog_.forget_old_keys(noon + Duration{day_ms}, 10), 1);
}

TEST_F(CatalogTest, KeepsSettings) {
    EXPECT_EQ(*catalog_.get_setting("retentionDays"), std::nullopt);
    ASSERT_TRUE(catalog_.put_setting("retentionDays", "30"));
    ASSERT_TRUE(catalog_.put_setting("retentionDays", "90"));
    EXPECT_EQ(*catalog_.get_setting("retentionDays"), "90");
}

TEST_F(CatalogTest, PagesTheAuditLogNewestFirst) {
    for (int i = 1; i <= 5; ++i) {
        AuditEntry entry;
        entry.flow = flow_of(i % 2 == 0 ? 2 : 1);
        entry.action = i == 3 ? "CANCELLED" : "DELETED";
        entry.actor = "ada";
        ASSERT_TRUE(catalog_.add_audit(entry));
    }
    AuditQuery query;
    query.limit = 2;
    std::vector<std::int64_t> ids;
    for (;;) {
        const auto page = catalog_.list_audit(query);
        for (const AuditEntry& entry : page->items) ids.push_back(entry.id);
        if (!page->next_cursor) break;
        query.cursor = *page->next_cursor;
    }
    EXPECT_EQ(ids, (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
    EXPECT_EQ(catalog_.list_audit({.flow = flow_of(2)})->items.size(), 2u);
    EXPECT_EQ(catalog_.list_audit({.action = "CANCELLED"})->items.size(), 1u);
}

}  // namespace
}  // namespace swiftgrid::store
