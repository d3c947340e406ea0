#include "store/catalog.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::CatalogTest;
using testing::flow_of;
using testing::noon;
using testing::record_of;
using testing::uuid_of;
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

TEST_F(CatalogTest, FindsAVersionByItsIdAmongThoseOfItsFlowOnly) {
    create(1, "flow");
    create(2, "other");
    ASSERT_TRUE(publish(1, 100));
    ASSERT_TRUE(publish(1, 101));
    const auto found = catalog_.find_version(flow_of(1), {uuid_of(100)});
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->number, 1);
    EXPECT_EQ((*found)->graph, catalog_.get_version(flow_of(1), 1)->graph);
    EXPECT_FALSE(catalog_.find_version(flow_of(2), {uuid_of(100)})->has_value());
    EXPECT_FALSE(catalog_.find_version(flow_of(1), {uuid_of(999)})->has_value());
}

TEST_F(CatalogTest, AVersionKeepsTheVersionsOfItsSubFlows) {
    create(1, "flow");
    const std::string snapshots = R"({"01980000-0000-7000-8000-000000000001":4})";
    const auto published =
        catalog_.publish(flow_of(1), {{uuid_of(100)}, 1, "", "ada", snapshots}, {}, noon);
    ASSERT_TRUE(published);
    EXPECT_EQ(published->snapshots, snapshots);
    EXPECT_EQ(catalog_.get_active_version(flow_of(1))->snapshots, snapshots);
    ASSERT_TRUE(publish(1, 101));
    EXPECT_EQ(catalog_.get_version(flow_of(1), 2)->snapshots, std::nullopt);
    const auto versions = catalog_.list_versions(flow_of(1), "", 10);
    EXPECT_EQ(versions->items.at(0).snapshots, std::nullopt);
    EXPECT_EQ(versions->items.at(1).snapshots, snapshots);
}

TEST_F(CatalogTest, ARenameDoesNotMakeTheDraftDirtyButATimeoutDoes) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    FlowDraft draft = draft_of("renamed");
    EXPECT_FALSE(catalog_.update_flow(flow_of(1), 1, draft, noon)->draft_dirty);
    draft.timeout_ms = 5;
    EXPECT_TRUE(catalog_.update_flow(flow_of(1), 2, draft, noon)->draft_dirty);
}

TEST_F(CatalogTest, AVersionKeepsWhomItTellsAndTheDraftIsDirtyWithOthers) {
    create(1, "flow");
    create(2, "tells nobody");
    ASSERT_TRUE(publish(1, 100));
    ASSERT_TRUE(publish(2, 102));
    FlowDraft draft = draft_of("flow");
    draft.notifications = "[]";
    EXPECT_FALSE(catalog_.update_flow(flow_of(1), 1, draft, noon)->draft_dirty);
    draft.notifications = "[1]";
    EXPECT_TRUE(catalog_.update_flow(flow_of(1), 2, draft, noon)->draft_dirty);
    EXPECT_TRUE(catalog_.active_notifications()->empty());
    ASSERT_TRUE(publish(1, 101));
    EXPECT_FALSE(catalog_.get_flow(flow_of(1))->draft_dirty);
    EXPECT_EQ(catalog_.get_version(flow_of(1), 2)->notifications, "[1]");
    const auto active = catalog_.active_notifications();
    ASSERT_EQ(active->size(), 1U);
    EXPECT_EQ(active->at(0).flow, flow_of(1));
    EXPECT_EQ(active->at(0).notifications, "[1]");
    const auto restored = catalog_.restore_version(flow_of(1), {1, {}}, noon);
    EXPECT_EQ(restored->draft.notifications, "[]");
    ASSERT_TRUE(catalog_.roll_back(flow_of(1), {1, {}}, {}, noon));
    EXPECT_TRUE(catalog_.active_notifications()->empty());
}

TEST_F(CatalogTest, DoesNotPublishADraftThatWasSavedAfterItWasChecked) {
    create(1, "flow");
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("flow"), noon));
    const auto refused = catalog_.publish(flow_of(1), {{uuid_of(100)}, 1, "", ""}, {}, noon);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->latest_version, std::nullopt);
}

TEST_F(CatalogTest, RollsBackAndRestoresOnlyWhatTheCallerHasSeen) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("flow", R"({"nodes":[2]})"), noon));
    ASSERT_TRUE(publish(1, 101));
    const VersionChoice stale{1, 1};
    EXPECT_EQ(catalog_.restore_version(flow_of(1), stale, noon).error().code,
              ErrorCode::precondition_failed);
    EXPECT_EQ(catalog_.get_flow(flow_of(1))->draft.graph, R"({"nodes":[2]})");
    EXPECT_EQ(catalog_.roll_back(flow_of(1), stale, {}, noon).error().code,
              ErrorCode::precondition_failed);
    EXPECT_EQ(catalog_.get_active_version(flow_of(1))->number, 2);
    const VersionChoice fresh{1, 2};
    EXPECT_TRUE(catalog_.roll_back(flow_of(1), fresh, {}, noon));
    EXPECT_TRUE(catalog_.restore_version(flow_of(1), fresh, noon));
}

TEST_F(CatalogTest, RollsBackAndRestores) {
    create(1, "flow");
    ASSERT_TRUE(publish(1, 100));
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("flow", R"({"nodes":[2]})"), noon));
    ASSERT_TRUE(publish(1, 101));
    const auto active = catalog_.roll_back(flow_of(1), {1, {}}, {}, noon);
    ASSERT_TRUE(active);
    EXPECT_TRUE(active->active);
    EXPECT_EQ(catalog_.get_active_version(flow_of(1))->number, 1);
    EXPECT_TRUE(catalog_.get_flow(flow_of(1))->draft_dirty);
    const auto restored = catalog_.restore_version(flow_of(1), {1, {}}, noon);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->draft.graph, R"({"nodes":[]})");
    EXPECT_EQ(restored->revision, 3);
    EXPECT_FALSE(restored->draft_dirty);
    EXPECT_EQ(catalog_.roll_back(flow_of(1), {7, {}}, {}, noon).error().code, ErrorCode::not_found);
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
    AuditEntry audit;
    audit.action = "SETTINGS_CHANGED";
    audit.actor = "ada";
    const std::array first{SettingRow{"retentionDays", "30"}, SettingRow{"other", "[1]"}};
    ASSERT_TRUE(catalog_.put_settings(first, audit));
    const std::array second{SettingRow{"retentionDays", "90"}};
    ASSERT_TRUE(catalog_.put_settings(second, audit));
    EXPECT_EQ(*catalog_.get_setting("retentionDays"), "90");
    EXPECT_EQ(*catalog_.get_setting("other"), "[1]");
    EXPECT_EQ(catalog_.list_audit({})->items.size(), 2U);
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
    EXPECT_EQ(catalog_.list_audit({.actions = {"CANCELLED"}})->items.size(), 1u);
    // Of several actions in their common order, page by page.
    AuditQuery both{.actions = {"CANCELLED", "DELETED"}, .limit = 3};
    const auto first = catalog_.list_audit(both);
    ASSERT_EQ(first->items.size(), 3u);
    EXPECT_EQ(first->items.at(0).id, 5);
    both.cursor = first->next_cursor.value();
    const auto rest = catalog_.list_audit(both);
    ASSERT_EQ(rest->items.size(), 2u);
    EXPECT_EQ(rest->items.at(0).id, 2);
    EXPECT_EQ(rest->next_cursor, std::nullopt);
}

}  // namespace
}  // namespace swiftgrid::store
