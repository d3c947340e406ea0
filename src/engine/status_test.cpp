#include "engine/status.h"

#include <gtest/gtest.h>

namespace swiftgrid::engine {
namespace {

TEST(RunStatus, IsReadBackFromItsName) {
    for (const char* name :
         {"pending", "running", "suspended", "completed", "failed", "cancelled"}) {
        const auto status = parse_run_status(name);
        ASSERT_TRUE(status) << name;
        EXPECT_EQ(to_string(*status), name);
    }
    EXPECT_FALSE(parse_run_status("Running"));
    EXPECT_FALSE(parse_run_status(""));
}

TEST(Trigger, IsReadBackFromItsName) {
    for (const char* name : {"manual", "webhook", "cron", "subflow", "map", "replay", "mcp"}) {
        const auto trigger = parse_trigger(name);
        ASSERT_TRUE(trigger) << name;
        EXPECT_EQ(to_string(*trigger), name);
    }
    EXPECT_FALSE(parse_trigger("timer"));
}

}  // namespace
}  // namespace swiftgrid::engine
