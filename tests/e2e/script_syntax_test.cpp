// A script that does not parse is a problem of the document, told when it is saved, published,
// imported, started or validated, and not first when a run fails.

#include "api_fixture.h"
#include "command_line.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

// A code node, a router and a request whose scripts are broken, in this order.
constexpr const char* broken_scripts = R"json({"name": "Broken scripts", "graph": {
  "nodes": [
    {"id": "compute", "type": "code-execution", "position": {"x": 0, "y": 0},
     "data": {"label": "Compute", "code": "const a = 1;\nreturn (a;"}},
    {"id": "route", "type": "router", "position": {"x": 0, "y": 0},
     "data": {"label": "Route", "routeBy": "{{compute}}", "mode": "first_match",
              "conditions": [{"id": "fine", "expression": "value > 1"},
                             {"id": "bad", "expression": "value >"}],
              "defaultOutput": "other"}},
    {"id": "call", "type": "http-request", "position": {"x": 0, "y": 0},
     "data": {"label": "Call", "method": "GET", "url": "/api/echo?x={{compute.a +}}"}}],
  "edges": [
    {"id": "e1", "source": "compute", "target": "route"},
    {"id": "e2", "source": "route", "sourceHandle": "fine", "target": "call"}]}})json";

// The problems with the code `script_syntax`, as "nodeId pointer".
std::vector<std::string> syntax_problems(const json::value& problems) {
    std::vector<std::string> found;
    for (const json::value& problem : problems.as_array()) {
        if (problem.at("code") != "script_syntax") continue;
        EXPECT_EQ(problem.at("severity"), "error");
        EXPECT_THAT(std::string(problem.at("detail").as_string()),
                    testing::HasSubstr("SyntaxError"));
        found.push_back(std::string(problem.at("nodeId").as_string()) + " " +
                        std::string(problem.at("pointer").as_string()));
    }
    return found;
}

const auto all_found = testing::UnorderedElementsAre(
    "compute /graph/nodes/0/data/code", "route /graph/nodes/1/data/conditions/1/expression",
    "call /graph/nodes/2/data/url");

class ScriptSyntax : public Api {};

TEST_F(ScriptSyntax, IsToldWithPlaceWhenAFlowIsSavedPublishedStartedAndValidated) {
    const Answer created = client.post("/api/flows", broken_scripts);
    ASSERT_EQ(created.status, 201) << created.body;
    const json::value problems = created.json().at("problems");
    EXPECT_THAT(syntax_problems(problems), all_found);
    EXPECT_THAT(std::string(problems.at(0).at("detail").as_string()),
                testing::HasSubstr("(line 2, column "));

    const std::string flow = "/api/flows/" + created.text("/id");
    for (const char* action : {"/publish", "/runs"}) {
        const Answer refused = client.post(flow + action);
        expect_problem(refused, 422, "invalid_document");
        EXPECT_THAT(syntax_problems(refused.json().at("errors")), all_found) << action;
    }
    const Answer validated = client.post("/api/flows/validate", broken_scripts);
    EXPECT_EQ(validated.text("/valid"), "false");
    EXPECT_THAT(syntax_problems(validated.json().at("problems")), all_found);
}

TEST_F(ScriptSyntax, NothingOfAScriptRunsWhenItIsValidated) {
    const auto flow = client.create_flow(script_flow("for (;;);"));
    EXPECT_EQ(client.post("/api/flows/" + flow + "/publish").status, 201);
}

TEST_F(ScriptSyntax, ThatExhaustsTheParserIsToldAndHarmsNothing) {
    for (const char brace : {'(', '[', '!'}) {
        const Answer answer = client.post("/api/flows/validate",
                                          script_flow("return " + std::string(500'000, brace)));
        EXPECT_EQ(answer.text("/valid"), "false");
        EXPECT_EQ(answer.text("/problems/0/code"), "script_syntax");
    }
    EXPECT_EQ(client.status_at_end(client.start_run(client.create_flow(script_flow("return 1;")))),
              "completed");
}

TEST(ScriptSyntaxOnTheCommandLine, IsToldByValidateAndByRun) {
    const TempFolder folder;
    const auto file = folder.write("flow.json", broken_scripts);
    const auto validated = run_command({"validate", file});
    EXPECT_EQ(validated.exit_code, 1);
    EXPECT_THAT(validated.out,
                testing::HasSubstr("/graph/nodes/0/data/code: error [script_syntax]"));
    EXPECT_THAT(validated.out, testing::HasSubstr("(line 2, column "));
    const auto run = run_command({"run", file});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err, testing::HasSubstr("/graph/nodes/1/data/conditions/1/expression"));
    EXPECT_EQ(run_command({"validate", folder.write("fine.json", three_step_flow())}).exit_code, 0);
}

}  // namespace
}  // namespace swiftgrid::e2e
