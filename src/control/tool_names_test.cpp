#include "control/tool_names.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

TEST(ToolNames, AreMadeOfTheNamesOfWorkflows) {
    EXPECT_EQ(tool_slug("Daily report (new)"), "daily_report_new");
    EXPECT_EQ(tool_slug("  --  "), "workflow");
    EXPECT_EQ(tool_slug("\xc3\x9c"
                        "bersicht 2"),
              "bersicht_2");
    EXPECT_EQ(tool_slug(std::string(200, 'a')), std::string(64, 'a'));
    EXPECT_EQ(tool_slug(std::string(64, 'a') + " b"), std::string(64, 'a'));
    for (const char* name : {"x", "", "A b", "\xff\xfe", "list runs"})
        EXPECT_TRUE(is_tool_name(tool_slug(name))) << name;
}

TEST(ToolNames, AreWhatTheProtocolTakes) {
    EXPECT_TRUE(is_tool_name("Get.weather-v2_x"));
    EXPECT_TRUE(is_tool_name(std::string(128, 'a')));
    for (const std::string& name :
         {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a/b"),
          std::string("\xc3\xa4"), std::string("a\n"), std::string(1, '\0')})
        EXPECT_FALSE(is_tool_name(name)) << name;
    EXPECT_TRUE(is_run_tool("get_run"));
    EXPECT_FALSE(is_run_tool("get_run2"));
}

}  // namespace
}  // namespace swiftgrid::control
