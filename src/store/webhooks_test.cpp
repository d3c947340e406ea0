#include "store/webhooks.h"

#include <future>

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;

class WebhooksTest : public testing::CatalogTest {
protected:
    static WebhookDelivery delivery(std::string outcome, std::int64_t second = 0) {
        WebhookDelivery made;
        made.flow = flow_of(1);
        made.received_at = time_of(second);
        made.outcome = std::move(outcome);
        made.method = "POST";
        made.content_type = "application/json";
        made.size_bytes = 7;
        made.remote_address = "127.0.0.1";
        return made;
    }
    static WebhookDelivery refused(std::string detail, std::int64_t second) {
        WebhookDelivery made = delivery("refused", second);
        made.code = "unauthorized";
        made.detail = std::move(detail);
        return made;
    }
    Result<void> record(std::vector<WebhookDelivery> deliveries) {
        std::promise<Result<void>> written;
        webhooks_.record(std::move(deliveries),
                         [&](Result<void> result) { written.set_value(std::move(result)); });
        return written.get_future().get();
    }
    std::vector<WebhookDelivery> list(const std::string& cursor = "", std::size_t limit = 200) {
        auto page = webhooks_.deliveries(flow_of(1), cursor, limit);
        SG_ASSERT(page.has_value(), "deliveries can be listed");
        cursor_ = page->next_cursor;
        return page->items;
    }

    std::optional<std::string> cursor_;
    Webhooks webhooks_{*database_, journal_};
};

TEST_F(WebhooksTest, GiveBackWhatWasPut) {
    create(1, "flow");
    EXPECT_EQ(webhooks_.get(flow_of(1)).value(), WebhookSettings());
    EXPECT_FALSE(catalog_.list_flows({}).value().items[0].webhook_enabled);
    const WebhookSettings settings{true, false, "wait", 7};
    AuditEntry audit;
    audit.flow = flow_of(1);
    audit.action = "WEBHOOK_CHANGED";
    ASSERT_TRUE(webhooks_.put(flow_of(1), settings, audit));
    EXPECT_EQ(webhooks_.get(flow_of(1)).value(), settings);
    EXPECT_TRUE(catalog_.list_flows({}).value().items[0].webhook_enabled);
    AuditQuery query;
    query.actions = {"WEBHOOK_CHANGED"};
    EXPECT_EQ(catalog_.list_audit(query).value().items.size(), 1U);
}

TEST_F(WebhooksTest, OfUnknownFlowsAreNotFound) {
    EXPECT_EQ(webhooks_.get(flow_of(9)).error().code, ErrorCode::not_found);
    EXPECT_EQ(webhooks_.put(flow_of(9), {}, {}).error().code, ErrorCode::not_found);
    EXPECT_EQ(webhooks_.deliveries(flow_of(9), "", 1).error().code, ErrorCode::not_found);
    EXPECT_TRUE(record({delivery("started")}));  // nobody is left to tell
}

TEST_F(WebhooksTest, RememberTheNewestDeliveries) {
    create(1, "flow");
    std::vector<WebhookDelivery> many;
    for (int i = 0; i < 150; ++i) many.push_back(delivery("started", i));
    ASSERT_TRUE(record(many));
    const auto all = list();
    ASSERT_EQ(all.size(), limits::webhook_deliveries);
    EXPECT_EQ(all.front().received_at, time_of(149));
    EXPECT_EQ(all.back().received_at, time_of(50));
    EXPECT_EQ(list("", 60).size(), 60U);
    ASSERT_TRUE(cursor_);
    EXPECT_EQ(list(*cursor_, 60).size(), 40U);
    EXPECT_FALSE(cursor_);
    ASSERT_TRUE(record({delivery("repeated", 200)}));
    EXPECT_EQ(list().front().number, 151);
}

TEST_F(WebhooksTest, CountRefusalsOfOneKindAsOne) {
    create(1, "flow");
    ASSERT_TRUE(record({delivery("started", 1), refused("wrong", 2), refused("wrong", 3)}));
    ASSERT_TRUE(record(
        {refused("late", 4), delivery("started", 5), delivery("started", 6), refused("wrong", 7)}));
    const auto all = list();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].outcome, "started");
    EXPECT_EQ(all[1].outcome, "started");
    EXPECT_EQ(all[2].detail, "late");
    EXPECT_EQ(all[2].count, 1);
    EXPECT_EQ(all[3].detail, "wrong");
    EXPECT_EQ(all[3].code, "unauthorized");
    EXPECT_EQ(all[3].count, 3);
    EXPECT_EQ(all[3].received_at, time_of(7));
}

TEST_F(WebhooksTest, KeepWhatHappenedAmongRefusalsOfManyKinds) {
    create(1, "flow");
    ASSERT_TRUE(record({delivery("started", 0)}));
    for (int i = 0; i < 3 * static_cast<int>(limits::webhook_deliveries); ++i) {
        WebhookDelivery made = refused("at " + std::to_string(i), i);
        if (i % 2 == 0) made.code = "not_found";
        ASSERT_TRUE(record({made}));
    }
    const auto all = list();
    ASSERT_EQ(all.size(), 9U);
    std::int64_t refusals = 0;
    for (const WebhookDelivery& each : all) refusals += each.outcome == "refused" ? each.count : 0;
    EXPECT_EQ(refusals, 3 * static_cast<int>(limits::webhook_deliveries));
    EXPECT_EQ(all.back().outcome, "started");
}

TEST_F(WebhooksTest, TellWhatBecameOfTheRun) {
    create(1, "flow");
    store_run(1, "failed");
    WebhookDelivery made = delivery("started", 1);
    made.run = run_at(1);
    made.key = "msg_1";
    made.signed_as = "standard";
    ASSERT_TRUE(record({made}));
    made.number = 1;
    made.run_status = "failed";
    EXPECT_EQ(list().front(), made);
}

TEST_F(WebhooksTest, GoWithTheirFlowAndItsSecret) {
    create(1, "flow");
    create(2, "other");
    const std::vector<SecretRow> rows = {
        {webhook_secret_name(flow_of(1)), "server", "key", "sealed", noon, noon},
        {webhook_secret_name(flow_of(2)), "server", "key", "sealed", noon, noon}};
    ASSERT_TRUE(catalog_.put_secrets(rows, std::nullopt));
    ASSERT_TRUE(record({delivery("started")}));
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {}, noon));
    EXPECT_EQ(webhooks_.deliveries(flow_of(1), "", 1).error().code, ErrorCode::not_found);
    EXPECT_FALSE(catalog_.find_secret(rows[0].name).value().has_value());
    EXPECT_EQ(catalog_.find_secret(rows[1].name).value(), rows[1]);
}

}  // namespace
}  // namespace swiftgrid::store
