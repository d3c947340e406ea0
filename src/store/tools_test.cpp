#include "store/tools.h"

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;

class FlowToolsTest : public testing::CatalogTest {
protected:
    Result<void> put(std::uint64_t flow, const ToolSettings& settings) {
        AuditEntry audit;
        audit.flow = flow_of(flow);
        audit.action = "TOOL_CHANGED";
        return tools_.put(flow_of(flow), settings, audit);
    }
    std::vector<std::string> names(const std::string& after = "", std::size_t limit = 10) {
        std::vector<std::string> found;
        for (const OfferedTool& tool : tools_.list(after, limit).value())
            found.push_back(tool.settings.name);
        return found;
    }

    FlowTools tools_{*database_, journal_};
};

using Names = std::vector<std::string>;

TEST_F(FlowToolsTest, GiveBackWhatWasPut) {
    create(1, "flow");
    EXPECT_EQ(tools_.get(flow_of(1)).value(), ToolSettings());
    const ToolSettings settings{true, "ask", "Asks somebody.", true, false};
    ASSERT_TRUE(put(1, settings));
    EXPECT_EQ(tools_.get(flow_of(1)).value(), settings);
    EXPECT_EQ(catalog_.list_audit({}).value().items[0].action, "TOOL_CHANGED");
    EXPECT_EQ(tools_.get(flow_of(9)).error().code, ErrorCode::not_found);
    EXPECT_EQ(put(9, settings).error().code, ErrorCode::not_found);
}

TEST_F(FlowToolsTest, AreOfferedWhenTheyAreOnAndPublished) {
    for (const std::uint64_t flow : {1, 2, 3}) create(flow, "flow " + std::to_string(flow));
    ASSERT_TRUE(put(1, {true, "zebra", "", false, true}));
    ASSERT_TRUE(put(2, {true, "ant", "", false, true}));
    ASSERT_TRUE(put(3, {false, "off", "", false, true}));
    EXPECT_EQ(names(), Names{});
    for (const std::uint64_t flow : {1, 2, 3}) ASSERT_TRUE(publish(flow, 100 + flow));
    EXPECT_EQ(names(), (Names{"ant", "zebra"}));
    EXPECT_EQ(names("ant"), Names{"zebra"});
    EXPECT_EQ(names("", 1), Names{"ant"});
    const auto tool = tools_.find("zebra").value();
    ASSERT_TRUE(tool);
    EXPECT_EQ(tool->flow, flow_of(1));
    EXPECT_EQ(tool->flow_name, "flow 1");
    EXPECT_EQ(tool->version, 1);
    EXPECT_FALSE(tools_.find("off").value());
    EXPECT_FALSE(tools_.find("ZEBRA").value());
}

TEST_F(FlowToolsTest, HaveAStampThatChangesWithWhatIsListed) {
    create(1, "flow");
    const std::string nothing = tools_.stamp().value();
    ASSERT_TRUE(put(1, {true, "ask", "", false, true}));
    EXPECT_EQ(tools_.stamp().value(), nothing);
    ASSERT_TRUE(publish(1, 101));
    const std::string listed = tools_.stamp().value();
    EXPECT_NE(listed, nothing);
    EXPECT_EQ(tools_.stamp().value(), listed);
    ASSERT_TRUE(put(1, {true, "ask", "Asks.", false, true}));
    const std::string described = tools_.stamp().value();
    EXPECT_NE(described, listed);
    ASSERT_TRUE(publish(1, 102));
    EXPECT_NE(tools_.stamp().value(), described);
}

TEST_F(FlowToolsTest, HaveNamesOfTheirOwn) {
    create(1, "first");
    create(2, "second");
    ASSERT_TRUE(put(1, {true, "ask", "", false, true}));
    const auto taken = put(2, {true, "ask", "", false, true});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::conflict);
    EXPECT_NE(taken.error().message.find("first"), std::string::npos);
    // One that is switched off holds no name, and gets it back only while nobody else has it.
    ASSERT_TRUE(put(2, {false, "ask", "", false, true}));
    ASSERT_TRUE(put(1, {false, "ask", "", false, true}));
    ASSERT_TRUE(put(2, {true, "ask", "", false, true}));
    EXPECT_FALSE(put(1, {true, "ask", "", false, true}));
    ASSERT_TRUE(put(2, {true, "ask", "again", false, true}));
}

}  // namespace
}  // namespace swiftgrid::store
