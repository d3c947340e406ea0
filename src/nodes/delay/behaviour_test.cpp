#include "nodes/delay/behaviour.h"

#include "nodes/planned_node_test.h"

namespace swiftgrid::nodes::delay {
namespace {

const PlannedNode node("delay", "{}");

std::optional<Duration> length_of(std::string_view input) {
    const auto directive = node.enter(input);
    const auto* sleep = std::get_if<engine::Sleep>(&directive);
    const auto* length = sleep ? std::get_if<Duration>(&sleep->until) : nullptr;
    return length ? std::optional(*length) : std::nullopt;
}

TEST(Delay, SleepsForANumberOfMillisecondsAlsoAsText) {
    EXPECT_EQ(length_of(R"({"delayMs":0})"), Duration{0});
    EXPECT_EQ(length_of(R"({"delayMs":1500})"), Duration{1500});
    EXPECT_EQ(length_of(R"({"delayMs":1.5e3})"), Duration{1500});
    EXPECT_EQ(length_of(R"({"delayMs":333.6})"), Duration{334});
    EXPECT_EQ(length_of(R"({"delayMs":"1500"})"), Duration{1500});
    EXPECT_EQ(length_of(R"({"delayMs":3162240000000})"), Duration{3'162'240'000'000});
}

TEST(Delay, RefusesEveryOtherLengthAndNamesTheField) {
    for (const char* value : {"-1", "3162240000001", R"("soon")", R"("")", R"("5s")", R"("nan")",
                              R"("inf")", R"(" 5")", "null", "true", "[5]", "{}"}) {
        const auto refused = refusal_of(node.enter(R"({"delayMs":)" + std::string(value) + "}"));
        EXPECT_EQ(refused.error.code, "invalid_value") << value;
        EXPECT_TRUE(refused.error.message.starts_with("'delayMs' ")) << refused.error.message;
        EXPECT_TRUE(refused.error.message.ends_with("found " + std::string(value)))
            << refused.error.message;
    }
}

TEST(Delay, SleepsUntilAPointInTimeInAnyZone) {
    for (const char* text : {"2030-01-31T09:00:00Z", "2030-01-31T11:00:00.000+02:00"}) {
        const auto directive = node.enter(R"({"until":")" + std::string(text) + R"("})");
        const auto* sleep = std::get_if<engine::Sleep>(&directive);
        ASSERT_NE(sleep, nullptr) << result_of(directive);
        EXPECT_EQ(std::get<Instant>(sleep->until), Instant{1'896'080'400'000}) << text;
    }
}

TEST(Delay, RefusesATextThatIsNoPointInTime) {
    for (const char* value : {R"("tomorrow")", R"("2030-01-31")", "1896080400000", "null"}) {
        const auto refused = refusal_of(node.enter(R"({"until":)" + std::string(value) + "}"));
        EXPECT_EQ(refused.error.code, "invalid_value");
        EXPECT_TRUE(refused.error.message.starts_with("'until' ")) << refused.error.message;
    }
}

TEST(Delay, SaysHowLongItWasMeantToBe) {
    EXPECT_EQ(result_of(node.resume(engine::TimerFired{Duration{90'000}})),
              R"({"delayed_ms":90000})");
}

TEST(Delay, TakesThePointInTimeBeforeTheLength) {
    const PlannedNode both("delay", R"({"delayMs":5,"until":"2030-01-31T09:00:00Z"})");
    EXPECT_EQ(to_json(*both.node().descriptor->input_template(both.node().data)),
              R"({"until":"2030-01-31T09:00:00Z"})");
    EXPECT_EQ(to_json(*node.node().descriptor->input_template(node.node().data)),
              R"({"delayMs":5000})");
}

}  // namespace
}  // namespace swiftgrid::nodes::delay
