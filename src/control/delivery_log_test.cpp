#include "control/delivery_log.h"

#include <future>
#include <map>

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::control {
namespace {

using store::testing::flow_of;

class DeliveryLogTest : public store::testing::CatalogTest {
protected:
    static store::WebhookDelivery refused(std::string detail) {
        store::WebhookDelivery made;
        made.flow = flow_of(1);
        made.outcome = "refused";
        made.code = "unauthorized";
        made.detail = std::move(detail);
        made.method = "POST";
        return made;
    }
    // What is written after this one has been written before too.
    void wait_for_the_journal() {
        std::promise<void> written;
        journal_.mutate([](store::sqlite::Connection&) -> Result<void> { return {}; },
                        [&](const Result<void>&) { written.set_value(); });
        written.get_future().wait();
    }

    store::Webhooks webhooks_{*database_, journal_};
    DeliveryLog log_{webhooks_};
};

TEST_F(DeliveryLogTest, CountsRefusalsThatWaitByTheirReason) {
    create(1, "flow");
    std::promise<void> go_on;
    journal_.mutate(
        [blocked = go_on.get_future().share()](store::sqlite::Connection&) -> Result<void> {
            blocked.wait();
            return {};
        },
        [](const Result<void>&) {});
    // The first is on its way; the others wait for it.
    log_.add(refused("not signed"));
    for (const char* detail : {"too late", "wrong", "too late"}) log_.add(refused(detail));
    go_on.set_value();
    wait_for_the_journal();  // the first; then the others are handed over
    wait_for_the_journal();
    const auto page = webhooks_.deliveries(flow_of(1), "", 10);
    ASSERT_TRUE(page);
    std::map<std::string, std::int64_t> counts;
    for (const store::WebhookDelivery& each : page->items) counts[each.detail] = each.count;
    EXPECT_EQ(counts, (std::map<std::string, std::int64_t>{
                          {"not signed", 1}, {"too late", 2}, {"wrong", 1}}));
}

}  // namespace
}  // namespace swiftgrid::control
