#include "store/flow_tests.h"

#include <gmock/gmock.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;

class FlowTestsTest : public testing::CatalogTest {
protected:
    static FlowTestsRow row(std::int64_t revision, const std::string& tests) {
        return {revision, tests, "ada", noon};
    }
    FlowTests tests_{*database_, journal_};
};

TEST_F(FlowTestsTest, AreNoneUntilTheyAreSaved) {
    create(1, "a");
    EXPECT_EQ(tests_.get(flow_of(1)), FlowTestsRow());
    EXPECT_EQ(tests_.put(flow_of(1), row(0, "[1]")), 1);
    EXPECT_EQ(tests_.get(flow_of(1)), row(1, "[1]"));
    EXPECT_EQ(tests_.put(flow_of(1), row(1, "[2]")), 2);
    EXPECT_EQ(tests_.get(flow_of(1)), row(2, "[2]"));
}

TEST_F(FlowTestsTest, AreNotSavedOverWhatSomebodyElseSaved) {
    create(1, "a");
    ASSERT_TRUE(tests_.put(flow_of(1), row(0, "[1]")).has_value());
    const auto late = tests_.put(flow_of(1), row(0, "[2]"));
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().code, ErrorCode::precondition_failed);
    EXPECT_EQ(tests_.get(flow_of(1)), row(1, "[1]"));
}

TEST_F(FlowTestsTest, BelongToAFlowAndGoWithIt) {
    EXPECT_EQ(tests_.get(flow_of(1)).error().code, ErrorCode::not_found);
    EXPECT_EQ(tests_.put(flow_of(1), row(0, "[1]")).error().code, ErrorCode::not_found);
    create(1, "a");
    ASSERT_TRUE(tests_.put(flow_of(1), row(0, "[1]")).has_value());
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {}, noon).has_value());
    create(1, "a");
    EXPECT_EQ(tests_.get(flow_of(1)), FlowTestsRow());
}

}  // namespace
}  // namespace swiftgrid::store
