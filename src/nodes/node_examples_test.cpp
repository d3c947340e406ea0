// The examples of the types that wait decide what they show. Those of the types that act are run by
// their own tests.

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "nodes/planned_node_test.h"

namespace swiftgrid::nodes {
namespace {

class ExampleScope : public expr::Scope {
public:
    std::optional<JsonText> root(std::string_view) const override {
        return JsonText::trusted(R"({"id":7,"dueAt":"2030-01-31T09:00:00Z","parcel":{"to":"Oslo"},)"
                                 R"("parcels":[{"to":"Oslo"},{"to":"Rome"}]})");
    }
    std::string why_missing(std::string_view name) const override { return std::string(name); }
};

// What the example decides for a run with that input.
engine::Directive directive_of(const std::string& type) {
    std::string folder = type;
    std::ranges::replace(folder, '-', '_');
    std::ifstream file(SWIFTGRID_REPOSITORY "/src/nodes/" + folder + "/example.json");
    std::ostringstream data;
    data << file.rdbuf();
    const PlannedNode example(type, data.str());
    const auto input = example.node().input.evaluate(ExampleScope());
    EXPECT_TRUE(input) << type << ": " << input.error().message;
    return example.enter(input ? input->view() : "null");
}

TEST(NodeExamples, SleepUntilTheInstantOfTheInput) {
    const auto directive = directive_of("delay");
    const auto* sleep = std::get_if<engine::Sleep>(&directive);
    ASSERT_NE(sleep, nullptr) << result_of(directive);
    EXPECT_EQ(std::get<Instant>(sleep->until), parse_rfc3339("2030-01-31T09:00:00Z").value());
}

TEST(NodeExamples, AwaitASignalForTwoDays) {
    const auto directive = directive_of("webhook-wait");
    const auto* waits = std::get_if<engine::AwaitSignal>(&directive);
    ASSERT_NE(waits, nullptr) << result_of(directive);
    EXPECT_EQ(waits->at_most, Duration{2 * 24 * 60 * 60 * 1000LL});
}

TEST(NodeExamples, CallAnotherFlow) {
    const auto directive = directive_of("sub-flow");
    const auto* call = std::get_if<engine::CallFlow>(&directive);
    ASSERT_NE(call, nullptr) << result_of(directive);
    EXPECT_EQ(call->flow, "flw_quote_parcel");
    EXPECT_EQ(call->at_most, Duration{60'000});
}

TEST(NodeExamples, FanOutOverTheListOfTheInput) {
    const auto directive = directive_of("map");
    const auto* fan_out = std::get_if<engine::FanOut>(&directive);
    ASSERT_NE(fan_out, nullptr) << result_of(directive);
    EXPECT_EQ(fan_out->total, 2U);
    EXPECT_EQ(fan_out->concurrency, 5U);
}

}  // namespace
}  // namespace swiftgrid::nodes
