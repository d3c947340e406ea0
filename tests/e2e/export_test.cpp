// What leaves the server as a file: whole, and without secrets.

#include <algorithm>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Export : public Api {};

TEST_F(Export, OfARunHasEverythingThatBelongsToIt) {
    const auto child = client.create_flow(three_step_flow("Child"));
    ASSERT_LT(client.post("/api/flows/" + child + "/publish").status, 300);
    const auto flow = client.create_flow(map_flow(child));
    const auto run = client.start_run(flow, R"([{"n":1},{"n":7}])");
    EXPECT_EQ(client.status_at_end(run), "completed");
    const Answer answer = client.get("/api/runs/" + run + "/export");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_THAT(answer.header("content-disposition"), HasSubstr("run-" + run + ".json"));
    const json::value bundle = answer.json();
    EXPECT_EQ(bundle.at("format").as_string(), "swiftgrid-run");
    EXPECT_EQ(bundle.at("runId").as_string(), run);
    const json::array& runs = bundle.at("runs").as_array();
    ASSERT_EQ(runs.size(), 3U);
    EXPECT_EQ(runs[0].at("run").at("id").as_string(), run);
    EXPECT_TRUE(runs[0].as_object().contains("graph"));
    EXPECT_TRUE(runs[1].as_object().contains("graph"));
    EXPECT_FALSE(runs[2].as_object().contains("graph")) << "it is that of the run before";
    EXPECT_EQ(runs[1].at("graphId"), runs[2].at("graphId"));
    for (const json::value& one : runs) {
        const std::string id(one.at("run").at("id").as_string());
        EXPECT_EQ(one.at("events"), json::value(client.events(id)));
        EXPECT_EQ(one.at("nodeResults"), client.get("/api/runs/" + id).json().at("nodeResults"));
    }
}

TEST_F(Export, OfARunHasNoSecrets) {
    const std::string stored = "stored-secret-4711";
    const std::string typed = "typed-into-the-graph-0815";
    ASSERT_EQ(
        client
            .post("/api/secrets", R"({"name":"KEY","kind":"variable","value":")" + stored + R"("})")
            .status,
        201);
    json::value document = parse_json(http_flow(0)).value();
    auto& data = document.at("graph").at("nodes").at(0).at("data").as_object();
    data["auth"] = json::object{{"type", "bearer"}, {"token", typed}};
    data["headers"] = json::object{{"x-key", "{{$env.KEY}}"}};
    const auto run = client.start_run(client.create_flow(to_json(document)));
    client.status_at_end(run);
    // What was a variable when it was recorded may be a secret now.
    client.del("/api/secrets/KEY?force=true");
    ASSERT_EQ(
        client.post("/api/secrets", R"({"name":"KEY","kind":"secret","value":")" + stored + R"("})")
            .status,
        201);
    const Answer answer = client.get("/api/runs/" + run + "/export");
    ASSERT_EQ(answer.status, 200);
    EXPECT_NO_THROW(answer.json());
    EXPECT_THAT(answer.body, Not(HasSubstr(stored)));
    EXPECT_THAT(answer.body, Not(HasSubstr(typed)));
    EXPECT_THAT(answer.body, HasSubstr("[redacted]"));
}

TEST_F(Export, OfARunHasNoSecretsOfTheGraphsItCalled) {
    const std::string typed = "typed-into-the-graph-0815";
    json::value document = parse_json(http_flow(0)).value();
    auto& data = document.at("graph").at("nodes").at(0).at("data").as_object();
    data["auth"] = json::object{{"type", "bearer"}, {"token", typed}};
    const auto child = client.create_flow(to_json(document));
    ASSERT_LT(client.post("/api/flows/" + child + "/publish").status, 300);
    const auto flow = client.create_flow(map_flow(child));
    const auto run = client.start_run(flow, R"([{"n":")" + typed + R"("}])");
    client.status_at_end(run);
    const Answer answer = client.get("/api/runs/" + run + "/export");
    ASSERT_EQ(answer.status, 200);
    ASSERT_EQ(answer.json().at("runs").as_array().size(), 2U);
    EXPECT_THAT(answer.body, Not(HasSubstr(typed))) << "not even in the caller, written before";
    EXPECT_THAT(answer.body, HasSubstr("[redacted]"));
}

TEST_F(Export, OfARunThatIsNotThereIsAProblem) {
    expect_problem(client.get(std::string("/api/runs/") + unknown_id + "/export"), 404,
                   "not_found");
}

TEST_F(Export, OfALongRunIsSentAsItIsMade) {
    const auto flow = client.create_flow(
        script_flow("for (let i = 0; i < 1; i++); return 'x'.repeat(3_000_000)"));
    const auto run = client.start_run(flow);
    EXPECT_EQ(client.status_at_end(run), "completed");
    const Answer answer = client.get("/api/runs/" + run + "/export");
    EXPECT_GT(answer.body.size(), 6'000'000U);
    EXPECT_EQ(answer.header("transfer-encoding"), "chunked");
    EXPECT_EQ(answer.header("content-length"), "");
    EXPECT_NO_THROW(answer.json());
    Client plain(server);
    const Answer head = plain.send({.method = "HEAD", .path = "/api/runs/" + run + "/export"});
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
}

TEST_F(Export, OfTheAuditLogIsLinesOrATable) {
    const auto flow = client.create_flow(three_step_flow("Comma, \"quoted\""));
    constexpr int count = 3;
    for (int i = 0; i < count; ++i) {
        const auto run = client.start_run(flow, R"({"n":7})");
        client.status_at_end(run);
        EXPECT_EQ(client.del("/api/runs/" + run).status, 204);
    }
    Client plain(server);  // the contract knows no lines
    const Answer lines = plain.get("/api/audit/export?action=DELETED");
    EXPECT_EQ(lines.header("content-type"), "application/x-ndjson");
    EXPECT_EQ(std::ranges::count(lines.body, '\n'), count);
    const auto first = parse_json(lines.body.substr(0, lines.body.find('\n')));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->at("flowId").as_string(), flow);
    EXPECT_EQ(first->at("metadata").at("reason").as_string(), "user_request");
    const Answer table = client.get("/api/audit/export?format=csv&flowId=" + flow);
    EXPECT_EQ(table.header("content-type"), "text/csv; charset=utf-8");
    EXPECT_THAT(table.body, testing::StartsWith("id,createdAt,action,actor,"));
    EXPECT_THAT(table.body, HasSubstr(R"("Comma, ""quoted""")"));
    EXPECT_EQ(std::ranges::count(table.body, '\n'), count + 1);
    expect_problem(client.get("/api/audit/export?format=xml"), 400, "bad_request");
}

}  // namespace
}  // namespace swiftgrid::e2e
