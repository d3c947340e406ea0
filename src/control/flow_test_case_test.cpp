#include "control/flow_test_case.h"

#include <gmock/gmock.h>

namespace swiftgrid::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> problems_of(std::string_view document) {
    const auto tests = read_flow_tests(parse_json(document).value());
    std::vector<std::string> problems;
    if (tests) return problems;
    for (const model::Problem& problem : tests.error().problems)
        problems.push_back(problem.pointer + " " + problem.code);
    return problems;
}

std::vector<std::string> problems_of_mock(std::string_view mock) {
    return problems_of(R"({"tests":[{"name":"a","mocks":{"m":)" + std::string(mock) + "}}]}");
}

TEST(FlowTestCase, IsReadWithEverythingItMaySay) {
    const auto tests = read_flow_tests(parse_json(R"({"tests":[{
        "name":"refund", "input":{"id":7}, "trigger":"webhook", "at":"2030-01-31T09:00:00Z",
        "env":{"KEY":"k"},
        "mocks":{"fetch":[{"error":{"code":"http_status","retryable":true}},{"result":{"a":1}}],
                 "wait":{"timeout":true}, "route":{"result":null,"outputs":["x"]}},
        "expect":{"status":"failed","output":{"ok":true},"error":{"code":"c"},
                  "nodes":{"fetch":{"status":"completed","result":{"a":1}},
                           "late":{"status":"failed","error":{"code":"wait_expired"}}}}}]})")
                                           .value());
    ASSERT_TRUE(tests.has_value());
    const FlowTestCase& test = tests->front();
    EXPECT_EQ(test.name, "refund");
    EXPECT_EQ(test.input.view(), R"({"id":7})");
    EXPECT_EQ(test.trigger, engine::Trigger::webhook);
    EXPECT_EQ(to_rfc3339(*test.at), "2030-01-31T09:00:00.000Z");
    EXPECT_EQ(test.env.at("KEY"), "k");
    EXPECT_FALSE(test.mocks.at("fetch").repeats);
    EXPECT_TRUE(test.mocks.at("fetch").attempts[0].error->retryable);
    EXPECT_EQ(test.mocks.at("fetch").attempts[1].result->view(), R"({"a":1})");
    EXPECT_TRUE(test.mocks.at("wait").repeats);
    EXPECT_TRUE(test.mocks.at("wait").attempts[0].times_out);
    EXPECT_THAT(*test.mocks.at("route").attempts[0].outputs, ElementsAre("x"));
    EXPECT_EQ(test.expect.wanted_status(), "failed");
    EXPECT_EQ(test.mocks.at("fetch").attempts[0].error->code, "http_status");
    EXPECT_EQ(test.mocks.at("fetch").attempts[0].error->message,
              "the test says that this step fails");
    EXPECT_EQ(test.mocks.at("route").attempts[0].result->view(), "null");
    EXPECT_EQ(to_json(*test.expect.output), R"({"ok":true})");
    EXPECT_EQ(to_json(*test.expect.error), R"({"code":"c"})");
    EXPECT_EQ(*test.expect.nodes.at("fetch").status, "completed");
    EXPECT_EQ(to_json(*test.expect.nodes.at("fetch").result), R"({"a":1})");
    EXPECT_EQ(to_json(*test.expect.nodes.at("late").error), R"({"code":"wait_expired"})");
}

TEST(FlowTestCase, ExpectsARunThatCompletesUnlessItSaysMore) {
    const auto tests = read_flow_tests(
        parse_json(R"({"tests":[{"name":"a"},{"name":"b","expect":{"error":{}}}]})").value());
    ASSERT_TRUE(tests.has_value());
    EXPECT_EQ((*tests)[0].expect.wanted_status(), "completed");
    EXPECT_EQ((*tests)[1].expect.wanted_status(), "failed");
    EXPECT_TRUE((*tests)[0].input.is_null());
}

TEST(FlowTestCase, TellsEveryProblemWithItsPlace) {
    EXPECT_THAT(problems_of("[]"), ElementsAre(" invalid_value"));
    EXPECT_THAT(problems_of("{}"), ElementsAre("/tests missing_field"));
    EXPECT_THAT(problems_of(R"({"tests":{}})"), ElementsAre("/tests invalid_value"));
    EXPECT_THAT(problems_of(R"({"tests":[{"name":"a"},{"name":"a","imput":1},{}]})"),
                ElementsAre("/tests/1/imput unknown_field", "/tests/1/name duplicate_name",
                            "/tests/2/name missing_field"));
    EXPECT_THAT(problems_of(R"({"tests":[{"name":"a","trigger":"x","at":"today","env":{"K":1},
                    "expect":{"status":"done","nodes":{"x/y":{"status":"running"}}}}]})"),
                ElementsAre("/tests/0/trigger invalid_value", "/tests/0/at invalid_value",
                            "/tests/0/env/K invalid_value", "/tests/0/expect/status invalid_value",
                            "/tests/0/expect/nodes/x~1y/status invalid_value"));
}

TEST(FlowTestCase, WantsExactlyOneAnswerOfAMock) {
    const auto problems = problems_of_mock;
    EXPECT_THAT(problems(R"({"result":null})"), IsEmpty());
    EXPECT_THAT(problems("{}"), ElementsAre("/tests/0/mocks/m invalid_value"));
    EXPECT_THAT(problems(R"({"result":1,"timeout":true})"),
                ElementsAre("/tests/0/mocks/m invalid_value"));
    EXPECT_THAT(problems("[]"), ElementsAre("/tests/0/mocks/m invalid_value"));
    EXPECT_THAT(problems(R"([{"error":{"message":"no"}}])"),
                ElementsAre("/tests/0/mocks/m/0/error/code missing_field"));
    EXPECT_THAT(problems(R"({"timeout":false})"),
                ElementsAre("/tests/0/mocks/m/timeout invalid_value"));
}

TEST(FlowTestCase, ReadsEveryMemberOfAMockOrSaysWhatIsWrongWithIt) {
    const auto problems = problems_of_mock;
    const std::string at = "/tests/0/mocks/m";
    EXPECT_THAT(
        problems(R"({"error":{"code":5,"message":[],"nodeId":1,"retryable":"yes"}})"),
        ElementsAre(at + "/error/code invalid_value", at + "/error/message invalid_value",
                    at + "/error/nodeId invalid_value", at + "/error/retryable invalid_value"));
    EXPECT_THAT(problems(R"({"error":{"code":"c","nodeId":null,"retryable":true}})"), IsEmpty());
    EXPECT_THAT(problems(R"({"error":{"code":""}})"),
                ElementsAre(at + "/error/code missing_field"));
    EXPECT_THAT(problems(R"({"result":1,"outputs":["x",2]})"),
                ElementsAre(at + "/outputs/1 invalid_value"));
    EXPECT_THAT(problems(R"({"error":{"code":"c"},"outputs":["x"]})"),
                ElementsAre(at + "/outputs invalid_value"));
    EXPECT_THAT(problems(R"({"timeout":true,"outputs":[]})"),
                ElementsAre(at + "/outputs invalid_value"));
}

TEST(FlowTestCase, ExpectsNothingThatATestCannotGive) {
    const auto problems = [](std::string_view expect) {
        return problems_of(R"({"tests":[{"name":"a","expect":)" + std::string(expect) + "}]}");
    };
    EXPECT_THAT(problems(R"({"status":"cancelled"})"),
                ElementsAre("/tests/0/expect/status invalid_value"));
    EXPECT_THAT(problems(R"({"error":null})"), ElementsAre("/tests/0/expect/error invalid_value"));
    EXPECT_THAT(problems(R"({"nodes":{"x":{"error":"timeout"}}})"),
                ElementsAre("/tests/0/expect/nodes/x/error invalid_value"));
    // A step is, when another one ends the run.
    EXPECT_THAT(problems(R"({"status":"failed","nodes":{"x":{"status":"cancelled"}}})"), IsEmpty());
}

TEST(FlowTestCase, HasBounds) {
    const auto list_of = [](std::size_t count, const std::string& item) {
        std::string list = "[" + item;
        for (std::size_t i = 1; i < count; ++i) list += "," + item;
        return list + "]";
    };
    // One attempt and as many retries as a step may have.
    EXPECT_THAT(problems_of_mock(list_of(101, R"({"result":1})")), IsEmpty());
    EXPECT_THAT(problems_of_mock(list_of(102, R"({"result":1})")),
                ElementsAre("/tests/0/mocks/m invalid_value"));

    const auto named = [](std::size_t length) {
        return problems_of(R"({"tests":[{"name":")" + std::string(length, 'n') + "\"}]}");
    };
    EXPECT_THAT(named(200), IsEmpty());
    EXPECT_THAT(named(201), ElementsAre("/tests/0/name too_long"));

    std::string tests = R"({"tests":[{"name":"0"})";
    for (int i = 1; i < 500; ++i) tests += R"(,{"name":")" + std::to_string(i) + "\"}";
    EXPECT_THAT(problems_of(tests + "]}"), IsEmpty());
    EXPECT_THAT(problems_of(tests + R"(,{"name":"500"}]})"), ElementsAre("/tests too_many"));
}

}  // namespace
}  // namespace swiftgrid::control
