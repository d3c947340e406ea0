// Workflows as files: in, out, and in again, through the API and the command line.

#include <algorithm>
#include <atomic>

#include "api_fixture.h"
#include "command_line.h"
#include "http_sink.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Transfer : public Api {
protected:
    std::string exported(const std::string& flow, const std::string& query = "") {
        const Answer answer = client.get("/api/flows/" + flow + "/export" + query);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.body;
    }
    // The ids of what was made, in the order of the file.
    std::vector<std::string> imported(const std::string& file, const std::string& query = "") {
        const Answer answer = client.post("/api/flows/import" + query, file);
        EXPECT_EQ(answer.status, 201) << answer.body;
        std::vector<std::string> ids;
        if (answer.status != 201) return ids;
        const json::value result = answer.json();
        for (const json::value& flow : result.at("flows").as_array())
            ids.emplace_back(flow.at("id").as_string());
        return ids;
    }
    std::size_t flow_count() {
        return client.get("/api/flows?limit=200").json().at("items").as_array().size();
    }
    void publish(const std::string& flow) {
        const Answer answer = client.post("/api/flows/" + flow + "/publish");
        ASSERT_EQ(answer.status, 201) << answer.body;
    }
    std::string output_of(const std::string& flow, const std::string& input) {
        const auto run = client.start_run(flow, input);
        EXPECT_EQ(client.status_at_end(run), "completed");
        return client.get("/api/runs/" + run).text("/run/outputData");
    }
};

TEST_F(Transfer, ADocumentComesBackByteForByte) {
    const auto flow = client.create_flow(three_step_flow("Big or small?"));
    ASSERT_EQ(client
                  .put("/api/flows/" + flow + "/schedule",
                       R"({"enabled":true,"cron":"0 9 * * 1-5","timezone":"Europe/Berlin",)"
                       R"("inputData":{"n":7,"a":[1.50]},"overlapMode":"parallel"})")
                  .status,
              200);
    const Answer answer = client.get("/api/flows/" + flow + "/export");
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_EQ(answer.header("content-disposition"), "attachment; filename=\"big-or-small.json\"");
    const std::string text = answer.body;
    EXPECT_TRUE(
        text.starts_with("{\n  \"format\": \"swiftgrid.flow\",\n  \"formatVersion\": 1,\n  "
                         "\"id\": \"big-or-small\",\n  \"name\": \"Big or small?\","))
        << text;
    EXPECT_TRUE(text.ends_with("}\n"));
    EXPECT_THAT(text, Not(HasSubstr(flow)));

    const auto again = imported(text);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_NE(again[0], flow);
    EXPECT_EQ(exported(again[0]), text);
    EXPECT_EQ(exported(flow), text) << "and whenever it is asked";
    const Answer schedule = client.get("/api/flows/" + again[0] + "/schedule");
    EXPECT_EQ(schedule.text("/enabled"), "false");
    EXPECT_EQ(schedule.text("/cron"), "0 9 * * 1-5");
    EXPECT_EQ(schedule.text("/inputData"), R"({"a":[1.5],"n":7})");
    EXPECT_EQ(output_of(again[0], R"({"n":7})"), "big");
}

TEST_F(Transfer, TheOrderOfMembersDoesNotMatter) {
    const auto one = client.create_flow(
        R"({"name":"A","graph":{"nodes":[{"id":"s","type":"code-execution","position":{"x":1.4,"y":2},"data":{"label":"S","code":"return 1"},"z":1,"a":2}],"edges":[]}})");
    const auto other = client.create_flow(
        R"({"graph":{"edges":[],"nodes":[{"a":2,"data":{"code":"return 1","label":"S"},"z":1,"position":{"y":2,"x":1.2},"type":"code","id":"s"}]},"name":"A"})");
    EXPECT_EQ(exported(one), exported(other));
    EXPECT_THAT(exported(one), HasSubstr("\"a\": 2,\n        \"z\": 1"));
}

TEST_F(Transfer, ABundleHoldsWhatAFlowCallsAndComesBackByteForByte) {
    const auto child = client.create_flow(three_step_flow("Child"));
    publish(child);
    const auto parent = client.create_flow(calling_flow(child));
    const std::string text = exported(parent);
    const json::value bundle = parse_json(text).value();
    EXPECT_EQ(bundle.at("format").as_string(), "swiftgrid.bundle");
    ASSERT_EQ(bundle.at("flows").as_array().size(), 2U);
    EXPECT_EQ(bundle.at("flows").at(1).at("id").as_string(), "child");
    EXPECT_EQ(bundle.at("flows").at(0).at("graph").at("nodes").at(0).at("data").at("workflowId"),
              "child");
    EXPECT_THAT(text, Not(HasSubstr(child)));

    const auto ids = imported(text, "?publish=true");
    ASSERT_EQ(ids.size(), 2U);
    EXPECT_EQ(exported(ids[0]), text);
    EXPECT_EQ(client.get("/api/flows/" + ids[1]).text("/activeVersion"), "1");
    const json::value graph = client.get("/api/flows/" + ids[0]).json().at("graph");
    EXPECT_EQ(graph.at("nodes").at(0).at("data").at("workflowId").as_string(), ids[1]);
    const auto run = client.start_run(ids[0], "7");
    EXPECT_EQ(client.status_at_end(run), "completed");

    const json::value alone = parse_json(exported(parent, "?form=flow")).value();
    EXPECT_EQ(alone.at("format").as_string(), "swiftgrid.flow");
    EXPECT_EQ(alone.at("graph").at("nodes").at(0).at("data").at("workflowId").as_string(), child);
    EXPECT_EQ(parse_json(exported(child, "?form=bundle")).value().at("format").as_string(),
              "swiftgrid.bundle");
}

TEST_F(Transfer, EverythingIsOneBundle) {
    const auto child = client.create_flow(three_step_flow("Same name"));
    client.create_flow(calling_flow(child));
    client.create_flow(three_step_flow("Same name"));
    const Answer all = client.get("/api/flows/export");
    ASSERT_EQ(all.status, 200) << all.body;
    EXPECT_THAT(all.header("content-disposition"), HasSubstr("workflows.json"));
    const ServerProcess other;
    Client there(other, &contract);
    ASSERT_EQ(there.post("/api/flows/import", all.body).status, 201);
    EXPECT_EQ(there.get("/api/flows/export").body, all.body);
    EXPECT_THAT(all.body, HasSubstr("\"id\": \"same-name-2\""));
}

TEST_F(Transfer, TheActiveVersionIsWhatWasPublished) {
    const auto flow = client.create_flow(script_flow("return 'published'"));
    EXPECT_EQ(client.get("/api/flows/" + flow + "/export?state=active").status, 404);
    publish(flow);
    save_graph(flow, script_flow("return 'draft'"));
    EXPECT_THAT(exported(flow, "?state=active"), HasSubstr("'published'"));
    EXPECT_THAT(exported(flow), HasSubstr("'draft'"));
    expect_problem(client.get("/api/flows/" + flow + "/export?state=x"), 400, "bad_request");
    expect_problem(client.get("/api/flows/" + flow + "/export?form=x"), 400, "bad_request");
    expect_problem(client.get(std::string("/api/flows/") + unknown_id + "/export"), 404,
                   "not_found");
}

TEST_F(Transfer, NoSecretLeaves) {
    const std::string stored = "stored-secret-4711";
    const std::string typed = "typed-into-the-graph-0815";
    ASSERT_EQ(
        client.post("/api/secrets", R"({"name":"KEY","kind":"secret","value":")" + stored + R"("})")
            .status,
        201);
    json::value document = parse_json(http_flow(0)).value();
    auto& data = document.at("graph").at("nodes").at(0).at("data").as_object();
    data["auth"] = json::object{{"type", "bearer"}, {"token", typed}};
    data["headers"] = json::object{{"x-key", "{{$env.KEY}}"}, {"x-other", stored + " " + typed}};
    const auto flow = client.create_flow(to_json(document));
    const std::string text = exported(flow, "?form=bundle");
    EXPECT_THAT(text, Not(HasSubstr(stored)));
    EXPECT_THAT(text, Not(HasSubstr(typed)));
    EXPECT_THAT(text, HasSubstr("\"secrets\": [\n    \"KEY\"\n  ]"));
    EXPECT_THAT(text, HasSubstr("{{$env.KEY}}"));

    ASSERT_EQ(client.del("/api/secrets/KEY?force=true").status, 204);
    const Answer answer = client.post("/api/flows/import", text);
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.text("/report/secretsNeeded"), R"(["KEY"])");
    EXPECT_THAT(answer.body, HasSubstr("was taken out by the export"));
    EXPECT_EQ(exported(answer.text("/flows/0/id"), "?form=bundle"), text);
}

TEST_F(Transfer, ASecretThatReadsLikeAWordOfTheFormatSpoilsNothing) {
    json::value document = parse_json(http_flow(0, "Has secrets")).value();
    document.at("graph").at("nodes").at(0).at("data").as_object()["auth"] =
        json::object{{"type", "bearer"}, {"token", "secrets"}};
    const std::string text = exported(client.create_flow(to_json(document)), "?form=bundle");
    EXPECT_THAT(text, HasSubstr("\"secrets\": []"));
    EXPECT_THAT(text, HasSubstr("\"name\": \"Has [redacted]\""));
    EXPECT_EQ(exported(imported(text).at(0), "?form=bundle"), text);
}

TEST_F(Transfer, ADryRunMakesNothing) {
    const auto flow = client.create_flow(three_step_flow());
    const Answer answer = client.post("/api/flows/import?dryRun=true", exported(flow));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text("/flows/0/id"), "null");
    EXPECT_EQ(answer.text("/flows/0/name"), "Three steps");
    EXPECT_EQ(answer.text("/report/converted"), "4");
    EXPECT_EQ(flow_count(), 1U);
}

TEST_F(Transfer, AnErrorInOneFlowRefusesThemAll) {
    const json::value good = parse_json(three_step_flow()).value();
    const json::value bad = parse_json(broken_flow()).value();
    const Answer answer =
        client.post("/api/flows/import", to_json(json::object{{"format", "swiftgrid.bundle"},
                                                              {"formatVersion", 1},
                                                              {"flows", json::array{good, bad}}}));
    expect_problem(answer, 422, "invalid_document");
    EXPECT_EQ(answer.text("/errors/0/pointer"), "/flows/1/graph/nodes/0/data/code");
    EXPECT_EQ(flow_count(), 0U);
    const std::string broken = exported(client.create_flow(broken_flow()));
    EXPECT_EQ(client.post("/api/flows/import", broken).status, 422);
    EXPECT_EQ(exported(imported(broken, "?drafts=true").at(0)), broken);
    EXPECT_FALSE(answer.text("/errors/0/mend").empty());
}

TEST_F(Transfer, HostileFilesAreRefusedWithAPlace) {
    const auto pointer_of = [&](const std::string& file) {
        const Answer answer = client.post("/api/flows/import", file);
        expect_problem(answer, 422, "invalid_document");
        return answer.text("/errors/0/pointer");
    };
    EXPECT_EQ(pointer_of("7"), "");
    EXPECT_EQ(pointer_of("[]"), "");
    EXPECT_EQ(pointer_of(R"({"format":"other","graph":{}})"), "/format");
    EXPECT_EQ(pointer_of(R"({"format":"swiftgrid.flow","formatVersion":2,"graph":{}})"),
              "/formatVersion");
    EXPECT_EQ(pointer_of(R"({"format":"swiftgrid.bundle","formatVersion":1})"), "/flows");
    EXPECT_EQ(pointer_of(R"({"format":"swiftgrid.bundle","formatVersion":1,"flows":[7]})"),
              "/flows/0");
    EXPECT_EQ(pointer_of(R"({"format":"swiftgrid.bundle","formatVersion":3,"flows":[]})"),
              "/formatVersion");
    const std::string flow =
        R"({"id":"a","name":"A","graph":{"nodes":[{"id":"s","type":"code","data":{"code":"return 1"}}],"edges":[]}})";
    EXPECT_EQ(pointer_of(R"({"format":"swiftgrid.bundle","formatVersion":1,"flows":[)" + flow +
                         "," + flow + "]}"),
              "/flows/1/id");
    expect_problem(client.post("/api/flows/import", "{\"graph\":"), 400, "bad_request");
    expect_problem(client.post("/api/flows/import", std::string(200, '[') + std::string(200, ']')),
                   400, "bad_request");
    EXPECT_EQ(flow_count(), 0U);
}

TEST_F(Transfer, ReferencesToFlowsThatAreNotThereAreSaid) {
    json::value document = parse_json(calling_flow(unknown_id)).value();
    const Answer answer = client.post("/api/flows/import", to_json(document));
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_THAT(answer.text("/report/notes/0/reason"), HasSubstr(unknown_id));
    EXPECT_EQ(answer.text("/report/notes/0/severity"), "warning");
}

// Runs what n8n's nodes became, with n8n's results.
TEST_F(Transfer, AWorkflowOfN8nRuns) {
    const std::string file = R"json({"name":"Greet","nodes":[
      {"name":"Hook","type":"n8n-nodes-base.webhook","typeVersion":2,"parameters":{"path":"x"}},
      {"name":"People","type":"n8n-nodes-base.splitOut","typeVersion":1,"parameters":{"fieldToSplitOut":"body.people"}},
      {"name":"Greet","type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":
        "return $input.all().map((item) => ({ json: { text: `Hello ${item.json.name}`, of: $('Hook').first().json.body.people.length } }));"}},
      {"name":"Sum","type":"n8n-nodes-base.aggregate","typeVersion":1,"parameters":{"aggregate":"aggregateAllItemData","destinationFieldName":"all"}},
      {"name":"Many","type":"n8n-nodes-base.if","typeVersion":2,"parameters":{"conditions":{"combinator":"and","conditions":[
        {"leftValue":"={{ $json.all.length }}","rightValue":1,"operator":{"type":"number","operation":"gt"}},
        {"leftValue":"={{ $('Hook').item.json.body.kind }}","rightValue":"^greet","operator":{"type":"string","operation":"regex"}}]}}},
      {"name":"Yes","type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"assignments":{"assignments":[
        {"name":"first.text","type":"string","value":"={{ $json.all[0].text }}!"},
        {"name":"count","type":"number","value":"={{ $json.all.length }}"}]},"includeOtherFields":false}},
      {"name":"No","type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"mode":"raw","jsonOutput":"{\"count\": 0}"}},
      {"name":"Reply","type":"n8n-nodes-base.respondToWebhook","typeVersion":1.1,"parameters":{"respondWith":"json","responseBody":"={{ $json }}"}}],
      "connections":{
        "Hook":{"main":[[{"node":"People","index":0}]]},
        "People":{"main":[[{"node":"Greet","index":0}]]},
        "Greet":{"main":[[{"node":"Sum","index":0}]]},
        "Sum":{"main":[[{"node":"Many","index":0}]]},
        "Many":{"main":[[{"node":"Yes","index":0}],[{"node":"No","index":0}]]},
        "Yes":{"main":[[{"node":"Reply","index":0}]]},
        "No":{"main":[[{"node":"Reply","index":0}]]}}})json";
    const auto ids = imported(file, "?publish=true");
    ASSERT_EQ(ids.size(), 1U);
    EXPECT_EQ(client.get("/api/flows/" + ids[0]).text("/activeVersion"), "1");
    EXPECT_EQ(output_of(ids[0],
                        R"({"body":{"kind":"greeting","people":[{"name":"Ada"},{"name":"Bo"}]}})"),
              R"({"first":{"text":"Hello Ada!"},"count":2})");
    EXPECT_EQ(output_of(ids[0], R"({"body":{"kind":"greeting","people":[{"name":"Ada"}]}})"),
              R"({"count":0})");
}

TEST_F(Transfer, ALoopOfN8nRunsForEveryItem) {
    const std::string file = R"json({"name":"Double","id":"d1","nodes":[
      {"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"parameters":{}},
      {"name":"Plus","type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"assignments":{"assignments":[
        {"name":"plus","type":"number","value":3}]}}},
      {"name":"List","type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":"return [1,2,3].map((n) => ({ json: { n } }))"}},
      {"name":"Each","type":"n8n-nodes-base.splitInBatches","typeVersion":3,"parameters":{}},
      {"name":"Twice","type":"n8n-nodes-base.set","typeVersion":3.4,"parameters":{"assignments":{"assignments":[
        {"name":"twice","type":"number","value":"={{ $json.n + $('List').item.json.n + $('Plus').first().json.plus }}"}]}}},
      {"name":"All","type":"n8n-nodes-base.aggregate","typeVersion":1,"parameters":{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"twice"}]}}}],
      "connections":{
        "Start":{"main":[[{"node":"Plus","index":0}]]},
        "Plus":{"main":[[{"node":"List","index":0}]]},
        "List":{"main":[[{"node":"Each","index":0}]]},
        "Each":{"main":[[{"node":"All","index":0}],[{"node":"Twice","index":0}]]},
        "Twice":{"main":[[{"node":"Each","index":0}]]}}})json";
    const auto ids = imported(file, "?publish=true");
    ASSERT_EQ(ids.size(), 2U);
    EXPECT_EQ(output_of(ids[0], "null"), R"({"twice":[5,7,9]})");
}

// Credentials are there in every workflow of n8n; here they are handed over.
TEST(TransferOut, ALoopOfN8nGetsItsSecrets) {
    std::atomic<int> signed_in = 0;
    const HttpSink shop([&](const HttpSink::Request& request) {
        if (request.head.contains("authorization: key-of-the-shop")) ++signed_in;
        return 204;
    });
    const ServerProcess server{{.flags = {"--allow-egress", shop.address()}}};
    Client client(server);
    ASSERT_EQ(
        client.post("/api/secrets", R"({"name":"SHOP","kind":"secret","value":"key-of-the-shop"})")
            .status,
        201);
    const std::string file =
        R"json({"name":"Fetch","nodes":[
      {"name":"List","type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":"return [1,2].map((n) => ({ json: { n } }))"}},
      {"name":"Each","type":"n8n-nodes-base.splitInBatches","typeVersion":3,"parameters":{}},
      {"name":"Get","type":"n8n-nodes-base.httpRequest","typeVersion":4.2,"parameters":{"url":"http://)json" +
        shop.address() +
        R"json(/","authentication":"genericCredentialType","genericAuthType":"httpHeaderAuth"},
        "credentials":{"httpHeaderAuth":{"name":"Shop"}}},
      {"name":"All","type":"n8n-nodes-base.aggregate","typeVersion":1,"parameters":{"aggregate":"aggregateAllItemData","destinationFieldName":"all"}}],
      "connections":{
        "List":{"main":[[{"node":"Each","index":0}]]},
        "Each":{"main":[[{"node":"All","index":0}],[{"node":"Get","index":0}]]},
        "Get":{"main":[[{"node":"Each","index":0}]]}}})json";
    const Answer made = client.post("/api/flows/import?publish=true", file);
    ASSERT_EQ(made.status, 201) << made.body;
    const auto run = client.start_run(made.text("/flows/0/id"), "null");
    EXPECT_EQ(client.status_at_end(run), "completed");
    const std::string output = client.get("/api/runs/" + run).text("/run/outputData");
    EXPECT_EQ(signed_in, 2);
    EXPECT_THAT(output, Not(HasSubstr("status")))
        << "n8n's data of a request is its body: " << output;
}

// What the original exported: the draft, else the newest version.
TEST_F(Transfer, AFileOfTheOriginalComesIn) {
    const json::value graph = parse_json(three_step_flow()).value().at("graph");
    const json::object version{{"versionNumber", 2}, {"graph", graph}, {"changeSummary", "x"}};
    const json::object file{{"workflow", {{"id", 7}, {"name", "Old"}, {"graph", nullptr}}},
                            {"versions", json::array(1, json::value(version))}};
    const Answer answer = client.post("/api/flows/import", to_json(file));
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.text("/flows/0/name"), "Old");
    EXPECT_EQ(answer.text("/flows/0/nodes"), "4");
    EXPECT_THAT(answer.body, HasSubstr("older versions are not taken over"));
    EXPECT_EQ(output_of(answer.text("/flows/0/id"), R"({"n":7})"), "big");
}

TEST_F(Transfer, AVersionThatIsNotInTheFileIsSaid) {
    json::value parent = parse_json(calling_flow("child")).value();
    parent.at("graph").at("nodes").at(0).at("data").as_object()["version"] = 3;
    json::object child = parse_json(three_step_flow("Child")).value().as_object();
    child["id"] = "child";
    const Answer answer = client.post(
        "/api/flows/import",
        to_json(json::object{
            {"format", "swiftgrid.bundle"}, {"formatVersion", 1}, {"flows", {parent, child}}}));
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.text("/report/notes/0/pointer"), "/flows/0/graph/nodes/0/data/version");
}

TEST_F(Transfer, WhatN8nDoesAndWeDoNotIsADraftWithAReport) {
    const Answer answer = client.post("/api/flows/import", R"({"name":"Tell","nodes":[
        {"name":"Slack","type":"n8n-nodes-base.slack","typeVersion":2,"parameters":{"text":"x"}},
        {"name":"Call","type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"parameters":{}}],
        "connections":{"Slack":{"main":[[{"node":"Call","index":0}]]}}})");
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.text("/report/format"), "n8n");
    EXPECT_EQ(answer.text("/report/unsupported/0/node"), "Slack");
    EXPECT_EQ(answer.text("/report/nodes/0/outcome"), "unsupported");
    EXPECT_EQ(answer.text("/flows/0/problems/0/severity"), "error");

    const auto ids = imported(
        R"({"nodes":[{"name":"Slack","type":"n8n-nodes-base.slack","parameters":{"text":"x"}}]})");
    const auto run = client.start_run(ids.at(0));
    EXPECT_EQ(client.status_at_end(run), "failed") << "and never does less in silence";
    EXPECT_THAT(client.get("/api/runs/" + run).text("/run/error"),
                HasSubstr("n8n-nodes-base.slack"));
}

TEST(TransferCommand, ImportsAndExportsAFolder) {
    const TempFolder folder;
    const std::string data = folder.file("data");
    const auto file = folder.write("flow.json", three_step_flow("Three"));
    const auto made = run_command({"import", file, "--data-dir", data, "--json", "--publish"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const json::value result = parse_json(made.out).value();
    const std::string id(result.at("flows").at(0).at("id").as_string());
    EXPECT_TRUE(result.at("flows").at(0).at("published").as_bool());
    const auto text = run_command({"export", id, "--data-dir", data});
    ASSERT_EQ(text.exit_code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("\"id\": \"three\""));
    const auto again = folder.write("again.json", text.out);
    const auto second = run_command({"import", again, "--data-dir", data});
    ASSERT_EQ(second.exit_code, 0) << second.err;
    const auto other =
        run_command({"export", second.out.substr(0, second.out.find(' ')), "--data-dir", data});
    EXPECT_EQ(other.out, text.out);
    const std::string whole = folder.file("all.json");
    ASSERT_EQ(run_command({"export", "--all", "--data-dir", data, "-o", whole}).exit_code, 0);
    EXPECT_THAT(read_text(whole), HasSubstr("swiftgrid.bundle"));
}

TEST(TransferCommand, NothingOfAFileReachesTheTerminalAsACommand) {
    const TempFolder folder;
    const auto file = folder.write(
        "evil.json",
        R"({"name":"\u001b]0;owned\u0007","nodes":[{"name":"\u001b[31m\u009b","type":"x.slack"}]})");
    const auto made = run_command({"import", file, "--data-dir", folder.file("data")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("?]0;owned?"));
    EXPECT_THAT(made.out, Not(HasSubstr("\x1b")));
    EXPECT_THAT(made.out, Not(HasSubstr("\xc2\x9b")));
}

TEST(TransferCommand, SaysWhatIsWrongWithAFile) {
    const TempFolder folder;
    const std::string data = folder.file("data");
    const auto broken = folder.write("broken.json", broken_flow());
    const auto refused = run_command({"import", broken, "--data-dir", data});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("broken.json#/graph/nodes/0/data/code: error"));
    EXPECT_EQ(refused.out, "");
    const auto as_json = run_command({"import", broken, "--data-dir", data, "--json"});
    EXPECT_EQ(as_json.exit_code, 1);
    EXPECT_EQ(parse_json(as_json.out).value().at("errors").as_array().size(), 1U);
    EXPECT_EQ(parse_json(as_json.out).value().at("code"), "invalid_document");
    EXPECT_EQ(as_json.err, refused.err);
    EXPECT_EQ(run_command({"import", folder.file("none.json"), "--data-dir", data}).exit_code, 1);
    EXPECT_EQ(run_command({"export", "--data-dir", data}).exit_code, 2);
    EXPECT_EQ(run_command({"export", unknown_id, "--data-dir", data}).exit_code, 1);
    EXPECT_EQ(run_command({"export", "no-id", "--data-dir", data}).exit_code, 1);
}

TEST(TransferCommand, WorksOnAServerToo) {
    const ServerProcess server;
    const TempFolder folder;
    const auto file = folder.write("flow.json", three_step_flow("Three"));
    const std::vector<std::string> there{"--server", server.url(), "--token", server.token()};
    const auto with = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), there.begin(), there.end());
        return run_command(std::move(arguments));
    };
    const auto looked = with({"import", file, "--dry-run"});
    EXPECT_EQ(looked.exit_code, 0) << looked.err;
    EXPECT_THAT(looked.out, HasSubstr("would be made  Three"));
    const auto made = with({"import", file});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const auto text = with({"export", made.out.substr(0, made.out.find(' '))});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("\"name\": \"Three\""));
    const auto refused = with({"import", folder.write("broken.json", broken_flow())});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("#/graph/nodes/0/data/code: error"));
}

}  // namespace
}  // namespace swiftgrid::e2e
