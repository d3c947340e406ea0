#include <gmock/gmock.h>

#include "base/json.h"
#include "base/limits.h"
#include "observe/line_rate.h"
#include "observe/log_line.h"

namespace swiftgrid::observe {
namespace {

TEST(LogLine, IsOneJsonObjectWhateverIsInIt) {
    const LogLine line{{1'700'000'000'123},
                       LogLevel::error,
                       "it said \"no\"\nand ended",
                       {{"run_id", "0192"}, {"node_id", ""}, {"code", "a\001b"}}};
    EXPECT_EQ(json_line(line),
              R"({"ts":"2023-11-14T22:13:20.123Z","level":"error",)"
              R"("msg":"it said \"no\"\nand ended","run_id":"0192","code":"a\u0001b"})"
              "\n");
}

TEST(LogLine, IsShortForPeople) {
    EXPECT_EQ(text_line({{0}, LogLevel::info, "ready", {}}), "ready\n");
    EXPECT_EQ(text_line({{0}, LogLevel::warning, "run failed", {{"run_id", "0192"}, {"x", ""}}}),
              "warning: run failed run_id=0192\n");
}

TEST(LogLine, CutsLongValuesBetweenCharacters) {
    const std::string kept(limits::log_value_bytes - 1, 'a');
    const auto line = json_line({{0}, LogLevel::info, "m", {{"v", kept + "\u00e4"}}});
    EXPECT_EQ(parse_json(line).value().at("v").as_string(), kept);
}

TEST(LineRate, LeavesOutAndSaysHowMany) {
    LineRate rate(2);
    EXPECT_EQ(rate.admit(10'000), 0u);
    EXPECT_EQ(rate.admit(10'500), 0u);
    EXPECT_FALSE(rate.admit(10'600));
    EXPECT_FALSE(rate.admit(10'999));
    EXPECT_EQ(rate.admit(11'000), 2u);
    EXPECT_EQ(rate.admit(11'001), 0u);
}

}  // namespace
}  // namespace swiftgrid::observe
