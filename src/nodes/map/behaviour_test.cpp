#include "nodes/map/behaviour.h"

#include "base/limits.h"
#include "nodes/planned_node_test.h"

namespace swiftgrid::nodes::map {
namespace {

constexpr std::string_view plain = R"({"subflowId":"f","inputArray":"{{$trigger}}"})";

engine::FanOut fan_out_of(const engine::Directive& directive) {
    const auto* fan_out = std::get_if<engine::FanOut>(&directive);
    EXPECT_NE(fan_out, nullptr) << result_of(directive);
    return fan_out ? *fan_out : engine::FanOut{};
}

std::string list_of(std::size_t count) {
    std::string input = R"({"inputArray":[)";
    for (std::size_t i = 0; i < count; ++i) input += i == 0 ? "0" : ",0";
    return input + R"(],"inputMapping":{}})";
}

TEST(Map, FansOutOverItsListWithTheDefaults) {
    const auto fan_out =
        fan_out_of(PlannedNode("map", plain)
                       .enter(R"({"inputArray":[{"a":[1,2]},"],",3],"inputMapping":{}})"));
    EXPECT_EQ(fan_out.total, 3U);
    EXPECT_EQ(fan_out.call.flow, "f");
    EXPECT_EQ(fan_out.call.version.view(), R"("latest")");
    EXPECT_EQ(fan_out.call.at_most, std::nullopt);
    EXPECT_EQ(fan_out.concurrency, 10U);
    EXPECT_EQ(fan_out.retries_max, 0U);
    EXPECT_TRUE(fan_out.continue_on_error);
    EXPECT_TRUE(fan_out.collect_results);
    EXPECT_EQ(fan_out.items_member, "inputArray");
    EXPECT_EQ(fan_out.mapping_member, "inputMapping");
    EXPECT_EQ(fan_out.item_variable, "item");
    EXPECT_EQ(fan_out.index_variable, "index");
}

TEST(Map, FansOutAsItsDataSays) {
    const auto fan_out = fan_out_of(
        PlannedNode("map", R"({"subflowId":"f","inputArray":[],"version":2,"maxConcurrent":1000,
                               "maxRetries":3,"continueOnError":false,"collectResults":false,
                               "itemVariable":"order","indexVariable":"n","timeoutMs":60000,
                               "secretMapping":{"KEY":"SHOP_KEY"}})")
            .enter(R"({"inputArray":[1],"inputMapping":{}})"));
    EXPECT_EQ(fan_out.call.version.view(), "2");
    EXPECT_EQ(fan_out.call.at_most, Duration{60'000});
    EXPECT_EQ(fan_out.call.secrets, (engine::SecretNames{{"KEY", "SHOP_KEY"}}));
    EXPECT_EQ(fan_out.concurrency, 1'000U);
    EXPECT_EQ(fan_out.retries_max, 3U);
    EXPECT_FALSE(fan_out.continue_on_error);
    EXPECT_FALSE(fan_out.collect_results);
    EXPECT_EQ(fan_out.item_variable, "order");
    EXPECT_EQ(fan_out.index_variable, "n");
}

TEST(Map, FansOutOverAnEmptyListToo) {
    EXPECT_EQ(fan_out_of(PlannedNode("map", plain).enter(list_of(0))).total, 0U);
}

TEST(Map, RefusesWhatIsNoListAndSaysWhatItGot) {
    const PlannedNode node("map", plain);
    const auto message_for = [&](const std::string& value) {
        const auto refused = refusal_of(node.enter(R"({"inputArray":)" + value + "}"));
        EXPECT_EQ(refused.error.code, "not_an_array");
        return refused.error.message;
    };
    EXPECT_EQ(message_for(R"("text")"),
              R"(a map works on an array, found "text"; choose a value that is one)");
    EXPECT_EQ(message_for(R"({"items":[1]})"),
              R"(a map works on an array, found {"items":[1]}; choose a value that is one)");
    EXPECT_EQ(message_for("null"),
              "a map works on an array, found null; choose a value that is one");
    EXPECT_EQ(message_for('"' + std::string(500, 'x') + '"'),
              "a map works on an array, found a string of 502 bytes; choose a value that is one");
}

TEST(Map, RefusesMoreItemsThanTheLimitAndNamesIt) {
    const PlannedNode node("map", plain);
    EXPECT_EQ(fan_out_of(node.enter(list_of(limits::map_items))).total, limits::map_items);
    const auto refused = refusal_of(node.enter(list_of(limits::map_items + 1)));
    EXPECT_EQ(refused.error.code, "too_large");
    EXPECT_EQ(refused.error.message,
              "the list has 1000001 items, the limit of a map is 1000000; divide the list");
}

TEST(Map, GivesTheSettledItemsAndTheirSummary) {
    engine::FanOutSettled settled;
    settled.results = JsonText::trusted(
        R"([{"status":"fulfilled","value":1,"index":0},{"status":"rejected","reason":"x","index":1}])");
    settled.total = 2;
    settled.succeeded = 1;
    settled.failed = 1;
    settled.duration_ms = 12'340;
    EXPECT_EQ(result_of(PlannedNode("map", plain).resume(settled)),
              R"({"results":[{"status":"fulfilled","value":1,"index":0},)"
              R"({"status":"rejected","reason":"x","index":1}],)"
              R"("summary":{"total":2,"succeeded":1,"failed":1,"duration_ms":12340}})");
}

TEST(Map, CountsWhatItDidNotStartWhenItStopsAtTheFirstError) {
    const PlannedNode node("map", R"({"subflowId":"f","inputArray":[],"continueOnError":false})");
    EXPECT_EQ(result_of(node.resume(engine::FanOutSettled{JsonText::trusted("[]"), 9, 3, 2, 5})),
              R"({"results":[],"summary":{"total":9,"succeeded":3,"failed":2,"not_started":4,)"
              R"("duration_ms":5}})");
}

TEST(Map, FailsWhenItsTimeIsOver) {
    const PlannedNode node("map", R"({"subflowId":"f","inputArray":[],"timeoutMs":90000})");
    const auto refused = refusal_of(node.resume(engine::WaitExpired{}));
    EXPECT_EQ(refused.error.code, "timeout");
    EXPECT_TRUE(refused.error.message.starts_with("not all items were done within 1m30s"))
        << refused.error.message;
}

}  // namespace
}  // namespace swiftgrid::nodes::map
