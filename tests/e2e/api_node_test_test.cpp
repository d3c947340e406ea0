// Trying one node of a draft through the API.

#include <memory>

#include "api_fixture.h"
#include "leaving_client.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

class NodeTests : public Api {
protected:
    Answer test(const std::string& flow, const std::string& node, const std::string& body = "{}") {
        return client.post("/api/flows/" + flow + "/nodes/" + node + "/test", body);
    }
    void expect_no_runs(const std::string& flow) {
        EXPECT_EQ(client.get("/api/runs?flowId=" + flow).text("/items"), "[]");
        EXPECT_EQ(client.get("/api/flows/" + flow).text("/runCount"), "0");
    }
};

TEST_F(NodeTests, CarryOutOneNodeAndLeaveNoRun) {
    const auto flow = client.create_flow(chain_flow());
    const Answer result = test(flow, "b", R"({"inputs":{"a":"given "}})");
    ASSERT_EQ(result.status, 200) << result.body;
    EXPECT_EQ(result.text("/status"), "completed");
    EXPECT_EQ(result.text("/result"), "given b");
    EXPECT_EQ(result.text("/error"), "null");
    EXPECT_EQ(result.text("/logs"), "[]");
    EXPECT_EQ(test(flow, "a", R"({"trigger":"t"})").text("/result"), "ta");
    expect_no_runs(flow);
}

TEST_F(NodeTests, UsePinnedResultsElseThoseOfTheLastRun) {
    json::value document = parse_json(chain_flow()).value();
    const auto flow = client.create_flow(to_json(document));
    const Answer without = test(flow, "b");
    EXPECT_EQ(without.text("/status"), "failed");
    EXPECT_EQ(without.text("/error/code"), "missing_value");
    client.status_at_end(client.start_run(flow, R"("x")"));
    EXPECT_EQ(test(flow, "b").text("/result"), "xab");
    EXPECT_EQ(test(flow, "a").text("/result"), "xa");
    document.at("graph").at("nodes").at(0).at("data").as_object()["pinned"] = "pinned ";
    const auto pinned = client.create_flow(to_json(document));
    EXPECT_EQ(test(pinned, "b").text("/result"), "pinned b");
    EXPECT_EQ(test(pinned, "b", R"({"inputs":{"a":"given "}})").text("/result"), "given b");
}

TEST_F(NodeTests, ShowLogsAndErrors) {
    const auto flow =
        client.create_flow(script_flow("console.log('hello'); throw new Error('broken');"));
    const Answer result = test(flow, "script");
    EXPECT_EQ(result.text("/status"), "failed");
    EXPECT_THAT(result.text("/error/message"), HasSubstr("broken"));
    EXPECT_EQ(result.text("/logs/0/text"), "hello");
}

TEST_F(NodeTests, SendRequestsOnce) {
    const auto flow = client.create_flow(http_flow(0));
    const Answer result = test(flow, "call");
    EXPECT_EQ(result.text("/status"), "completed") << result.body;
    EXPECT_EQ(result.text("/result/status"), "200");
    expect_no_runs(flow);
}

TEST_F(NodeTests, CutWaitsShort) {
    const auto flow = client.create_flow(delay_flow(600'000));
    const Answer result = test(flow, "wait");
    EXPECT_EQ(result.text("/status"), "completed");
    EXPECT_EQ(result.text("/result"), R"({"delayed_ms":600000})");
    EXPECT_THAT(result.text("/logs/0/text"), HasSubstr("cut short"));
}

TEST_F(NodeTests, CallOtherFlowsForReal) {
    const auto child = client.create_flow(script_flow("return $trigger.n * 2;"));
    ASSERT_EQ(client.post("/api/flows/" + child + "/publish").status, 201);
    const auto flow = client.create_flow(calling_flow(child));
    const Answer result = test(flow, "call", R"({"trigger":21})");
    EXPECT_EQ(result.text("/result/output"), "42") << result.body;
    const auto each = client.create_flow(map_flow(child, R"("inputMapping":{"n":4})"));
    EXPECT_EQ(test(each, "each", R"({"trigger":[1,2]})").text("/result/summary/succeeded"), "2");
    expect_no_runs(child);
    expect_no_runs(flow);
}

TEST_F(NodeTests, NameWhatIsWrong) {
    const auto flow = client.create_flow(chain_flow());
    const Answer unknown = test(client.create_flow(three_step_flow()), "doubel");
    expect_problem(unknown, 404, "not_found");
    EXPECT_THAT(unknown.text("/detail"), HasSubstr("did you mean 'double'?"));
    expect_problem(test(unknown_id, "b"), 404, "not_found");
    expect_problem(test(flow, "b", R"({"inputs":{"c":1}})"), 422, "invalid_document");
    expect_problem(test(flow, "b", R"({"inputs":1})"), 422, "invalid_document");
    const auto broken = client.create_flow(broken_flow());
    const Answer refused = test(broken, "script");
    expect_problem(refused, 422, "invalid_document");
    EXPECT_EQ(refused.text("/errors/0/pointer"), "/graph/nodes/0/data/code");
}

TEST_F(NodeTests, EndWhenTheClientGoesAway) {
    json::value document = parse_json(script_flow("while (true) {}")).value();
    document.at("graph").at("nodes").at(0).at("data").as_object()["timeoutMs"] = 50'000;
    const auto slow = client.create_flow(to_json(document));
    const std::string path = "/api/flows/" + slow + "/nodes/script/test";
    const auto quick = client.create_flow(chain_flow());
    {
        // As many as may run at the same time; the last test may still have a place.
        std::vector<std::unique_ptr<LeavingClient>> leaving;
        ASSERT_TRUE(eventually([&] {
            leaving.push_back(std::make_unique<LeavingClient>(server, path));
            return test(quick, "a").status == 503;
        }));
    }
    ASSERT_TRUE(eventually([&] { return test(quick, "a").status == 200; }));
}

}  // namespace
}  // namespace swiftgrid::e2e
