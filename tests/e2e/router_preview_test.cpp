// "Test value": the conditions of a router tried on a value, as a run would.

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

constexpr const char* conditions = R"json([
  {"id":"odd","expression":"value.no.such"},
  {"id":"broken","expression":"value >"},
  {"id":"ok","label":"2xx","color":"green","expression":"between(value, 200, 299)"},
  {"id":"low","expression":"value < 300"}])json";

class RouterPreview : public Api {
protected:
    Answer preview(const std::string& value, const std::string& more = "",
                   const std::string& list = conditions) {
        return client.post("/api/router/preview",
                           R"({"value":)" + value + R"(,"conditions":)" + list + more + "}");
    }
    static std::string outcomes(const Answer& answer) {
        std::string all;
        for (const json::value& condition : answer.json().at("conditions").as_array())
            all += std::string(condition.at("outcome").as_string()) + " ";
        return all;
    }
};

TEST_F(RouterPreview, SaysHowEachConditionEndedAndWhy) {
    const Answer first = preview("200");
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.text("/matchedOutputs"), R"(["ok"])");
    EXPECT_EQ(outcomes(first), "failed failed true not_reached ");
    EXPECT_THAT(first.text("/conditions/0/error/message"), HasSubstr("TypeError"));
    EXPECT_EQ(first.text("/conditions/0/error/details/line"), "1");
    EXPECT_THAT(first.text("/conditions/1/error/message"), HasSubstr("SyntaxError"));

    const Answer all = preview("200", R"(,"mode":"broadcast")");
    EXPECT_EQ(all.text("/matchedOutputs"), R"(["ok","low"])");
    EXPECT_EQ(outcomes(all), "failed failed true true ");
    EXPECT_EQ(preview("200", R"(,"mode":"all_matches")").text("/matchedOutputs"),
              R"(["ok","low"])");
}

TEST_F(RouterPreview, TakesTheDefaultAsTheNodeDoes) {
    EXPECT_EQ(preview("500").text("/matchedOutputs"), R"(["default"])");
    EXPECT_EQ(preview("500", R"(,"defaultOutput":"else")").text("/matchedOutputs"), R"(["else"])");
    EXPECT_EQ(preview("500", R"(,"defaultOutput":"")").text("/matchedOutputs"), "[]");
    EXPECT_EQ(preview("null", R"(,"defaultOutput":null)", "[]").text("/matchedOutputs"), "[]");
}

TEST_F(RouterPreview, RefusesWhatIsNoRouter) {
    expect_problem(client.post("/api/router/preview", R"({"conditions":[]})"), 422,
                   "invalid_document");
    expect_problem(preview("1", "", "{}"), 422, "invalid_document");
    expect_problem(preview("1", "", R"([{"id":"a"}])"), 422, "invalid_document");
    const auto long_one = [&](const std::string& character, std::size_t count) {
        std::string expression = "1 || '";
        while (count-- > 7) expression += character;
        return preview("1", "", R"([{"id":"a","expression":")" + expression + R"('"}])");
    };
    // Characters, as the form and a run count them.
    EXPECT_EQ(long_one("é", 10'000).text("/matchedOutputs"), R"(["a"])");
    expect_problem(long_one("1", 10'001), 422, "invalid_document");
}

// The same conditions in a run.
TEST_F(RouterPreview, AgreesWithARun) {
    const auto flow = client.create_flow(R"json({"name":"R","graph":{"nodes":[
        {"id":"r","type":"router","position":{"x":0,"y":0},
         "data":{"label":"R","routeBy":"{{$trigger}}","mode":"broadcast","conditions":[
           {"id":"text","expression":"contains(value, 'a')"},
           {"id":"odd","expression":"value.no.such"},
           {"id":"start","expression":"matches(value, '^b')"}]}}],"edges":[]}})json");
    const auto run = client.start_run(flow, R"("ba")");
    ASSERT_EQ(client.status_at_end(run), "completed");
    const Answer detail = client.get("/api/runs/" + run);
    EXPECT_EQ(detail.text("/nodeResults/r/result/matched_outputs"), R"(["text","start"])");
}

}  // namespace
}  // namespace swiftgrid::e2e
