// Flows and versions through the API, as the contract has it.

#include <algorithm>
#include <set>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Flows : public Api {
protected:
    std::string flow_path(const std::string& id) { return "/api/flows/" + id; }
};

TEST_F(Flows, AreCreatedReadSavedAndDeleted) {
    const Answer created = client.post("/api/flows", three_step_flow("First"));
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(created.header("etag"), "\"" + created.text("/revision") + "\"");
    EXPECT_EQ(created.text("/name"), "First");
    EXPECT_EQ(created.text("/problems"), "[]");
    EXPECT_EQ(created.text("/activeVersion"), "null");
    const std::string path = flow_path(created.text("/id"));

    const Answer read = client.get(path);
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.header("etag"), created.header("etag"));
    EXPECT_EQ(read.text("/graph"), created.text("/graph"));

    const Answer saved =
        client.put(path, R"({"name":"Second"})", {"If-Match: " + read.header("etag")});
    EXPECT_EQ(saved.status, 200) << saved.body;
    EXPECT_EQ(saved.text("/name"), "Second");
    EXPECT_EQ(saved.text("/graph"), created.text("/graph"));
    EXPECT_NE(saved.header("etag"), read.header("etag"));

    EXPECT_EQ(client.del(path).status, 204);
    expect_problem(client.get(path), 404, "not_found");
    expect_problem(client.del(path), 404, "not_found");
}

TEST_F(Flows, OfTwoSavesOfOneRevisionTheSecondIsRefused) {
    const Answer created = client.post("/api/flows", three_step_flow());
    const std::string path = flow_path(created.text("/id"));
    const std::string match = "If-Match: " + created.header("etag");
    EXPECT_EQ(client.put(path, R"({"name":"Mine"})", {match}).status, 200);
    expect_problem(client.put(path, R"({"name":"Yours"})", {match}), 412, "precondition_failed");
    EXPECT_EQ(client.get(path).text("/name"), "Mine");
    expect_problem(client.put(path, R"({"name":"Yours"})"), 428, "precondition_required");
    expect_problem(client.put(path, R"({"name":"Yours"})", {"If-Match: W/\"2\""}), 412,
                   "precondition_failed");
}

TEST_F(Flows, ADraftThatTheCallerHasNotSeenIsNeitherPublishedNorReplaced) {
    const Answer created = client.post("/api/flows", three_step_flow());
    const std::string path = flow_path(created.text("/id"));
    const std::string stale = "If-Match: " + created.header("etag");
    ASSERT_EQ(client.post(path + "/publish", "{}", {stale}).status, 201);
    const Answer theirs = client.put(path, R"({"name":"Theirs"})", {stale});
    ASSERT_EQ(theirs.status, 200);

    const std::string first = R"({"version":1})";
    expect_problem(client.post(path + "/publish", "{}", {stale}), 412, "precondition_failed");
    expect_problem(client.post(path + "/restore", first, {stale}), 412, "precondition_failed");
    expect_problem(client.post(path + "/rollback", first, {stale}), 412, "precondition_failed");
    EXPECT_EQ(client.get(path).header("etag"), theirs.header("etag"));
    EXPECT_EQ(client.get(path).text("/latestVersion"), "1");

    const std::string fresh = "If-Match: " + theirs.header("etag");
    EXPECT_EQ(client.post(path + "/publish", "{}", {fresh}).status, 201);
    EXPECT_EQ(client.post(path + "/rollback", first, {fresh}).status, 200);
    EXPECT_EQ(client.post(path + "/restore", first, {fresh}).status, 200);
    // Who does not say what they saw means the draft as it is.
    EXPECT_EQ(client.post(path + "/publish").status, 201);
}

TEST_F(Flows, MalformedRequestsAreRefusedWithTheirStatus) {
    expect_problem(client.get("/api/flows/no-id"), 400, "bad_request");
    expect_problem(client.get(flow_path(unknown_id)), 404, "not_found");
    expect_problem(client.get("/api/nothing"), 404, "not_found");
    expect_problem(client.post("/api/flows", "{"), 400, "bad_request");
    expect_problem(client.post("/api/flows", "[]"), 400, "bad_request");
    expect_problem(client.post("/api/flows", "{}"), 422, "invalid_document");
    expect_problem(client.post("/api/flows", R"({"name":7})"), 422, "invalid_document");
    expect_problem(client.post("/api/flows", R"({"name":"a","colour":1})"), 422,
                   "invalid_document");
    expect_problem(client.post("/api/flows", "name=a", {"Content-Type: text/plain"}), 415,
                   "unsupported_media_type");
    expect_problem(client.get("/api/flows?limit=0"), 400, "bad_request");
    expect_problem(client.get("/api/flows?limit=201"), 400, "bad_request");
    expect_problem(client.get("/api/flows?cursor=nonsense"), 400, "bad_request");
}

TEST_F(Flows, AnotherMethodIsRefusedWithTheOnesThereAre) {
    const Answer answer = client.send({.method = "PATCH", .path = "/api/flows", .body = "{}"});
    expect_problem(answer, 405, "method_not_allowed");
    EXPECT_THAT(answer.header("allow"), HasSubstr("GET"));
    EXPECT_THAT(answer.header("allow"), HasSubstr("POST"));
    EXPECT_THAT(answer.header("allow"), Not(HasSubstr("DELETE")));
}

TEST_F(Flows, ABodyBeyondTheLimitIsRefused) {
    const std::string huge(std::size_t{17} * 1024 * 1024, ' ');
    expect_problem(client.post("/api/flows", huge), 413, "too_large");
    EXPECT_EQ(client.get("/api/flows").status, 200);
}

TEST_F(Flows, ABrokenDraftIsSavedWithItsProblemsButNeitherPublishedNorRun) {
    const Answer created = client.post("/api/flows", broken_flow());
    ASSERT_EQ(created.status, 201);
    EXPECT_EQ(created.text("/problems/0/pointer"), "/graph/nodes/0/data/code");
    const std::string path = flow_path(created.text("/id"));
    const Answer published = client.post(path + "/publish");
    expect_problem(published, 422, "invalid_document");
    EXPECT_EQ(published.text("/errors/0/pointer"), "/graph/nodes/0/data/code");
    EXPECT_EQ(published.text("/errors/0/nodeId"), "script");
    const Answer started = client.post(path + "/runs");
    expect_problem(started, 422, "invalid_document");
    EXPECT_EQ(started.text("/errors/0/severity"), "error");
}

TEST_F(Flows, ValidateStoresNothing) {
    const Answer bad = client.post("/api/flows/validate", broken_flow());
    EXPECT_EQ(bad.status, 200);
    EXPECT_EQ(bad.text("/valid"), "false");
    EXPECT_EQ(bad.text("/problems/0/pointer"), "/graph/nodes/0/data/code");
    EXPECT_EQ(client.post("/api/flows/validate", three_step_flow()).text("/valid"), "true");
    expect_problem(client.post("/api/flows/validate", "{"), 400, "bad_request");
    EXPECT_EQ(client.get("/api/flows").text("/items"), "[]");
}

TEST_F(Flows, VersionsArePublishedRolledBackAndRestored) {
    const Answer created = client.post("/api/flows", script_flow("return 1;"));
    const std::string path = flow_path(created.text("/id"));
    expect_problem(client.post(path + "/runs", R"({"version":"active"})"), 409, "conflict");
    const Answer first = client.post(path + "/publish", R"({"changeSummary":"one"})");
    ASSERT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(first.text("/number"), "1");
    EXPECT_EQ(first.text("/changeSummary"), "one");

    const json::value second = parse_json(script_flow("return 2;")).value();
    const std::string graph = to_json(json::object{{"graph", second.at("graph")}});
    const Answer read = client.get(path);
    ASSERT_EQ(client.put(path, graph, {"If-Match: " + read.header("etag")}).status, 200);
    EXPECT_EQ(client.get(path).text("/draftDirty"), "true");
    const auto output = [&](const std::string& version) {
        return client.post(path + "/runs?wait=20", R"({"version":)" + version + "}")
            .text("/output");
    };
    EXPECT_EQ(output(R"("active")"), "1");
    EXPECT_EQ(output(R"("draft")"), "2");
    EXPECT_EQ(output("null"), "1");

    ASSERT_EQ(client.post(path + "/publish").status, 201);
    EXPECT_EQ(client.get(path).text("/draftDirty"), "false");
    EXPECT_EQ(output("null"), "2");
    EXPECT_EQ(output("1"), "1");
    expect_problem(client.post(path + "/runs", R"({"version":9})"), 404, "not_found");

    EXPECT_EQ(client.get(path + "/versions").json().at("items").as_array().size(), 2U);
    EXPECT_EQ(client.post(path + "/rollback", R"({"version":1})").text("/activeVersion"), "1");
    EXPECT_EQ(output("null"), "1");
    EXPECT_EQ(client.post(path + "/restore", R"({"version":1})").status, 200);
    EXPECT_EQ(output(R"("draft")"), "1");
    EXPECT_EQ(client.get(path + "/versions/2").text("/active"), "false");
    expect_problem(client.get(path + "/versions/3"), 404, "not_found");
    expect_problem(client.get(path + "/versions/zero"), 400, "bad_request");
    expect_problem(client.post(path + "/rollback", R"({"version":7})"), 404, "not_found");
    expect_problem(client.post(path + "/rollback", R"({"version":"x"})"), 422, "invalid_document");
}

TEST_F(Flows, AreListedInPagesThatSurviveInsertionAndDeletion) {
    std::vector<std::string> created;
    for (int i = 0; i < 25; ++i)
        created.push_back(client.create_flow(three_step_flow("Flow " + std::to_string(i))));
    std::size_t deleted = 0;
    std::set<std::string> gone;
    const auto change = [&] {
        client.create_flow(three_step_flow("New"));
        for (const std::string& id : {created[deleted], created[created.size() - 1 - deleted]}) {
            client.del(flow_path(id));
            gone.insert(id);
        }
        ++deleted;
    };
    const auto ids = ids_of_pages("/api/flows", 6, change);
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size()) << "an item came twice";
    for (const std::string& id : created) {
        if (!gone.contains(id)) EXPECT_THAT(ids, Contains(id));
    }
    EXPECT_GE(gone.size(), 6U);
}

TEST_F(Flows, AreFoundByPartsOfTheirName) {
    const auto id = client.create_flow(three_step_flow("Nightly 100%_report"));
    client.create_flow(three_step_flow("Other"));
    const auto found = [&](const std::string& search) {
        return client.get("/api/flows?search=" + search).json().at("items").as_array().size();
    };
    EXPECT_EQ(found("NIGHTLY"), 1U);
    EXPECT_EQ(found("100%25_"), 1U);
    EXPECT_EQ(found("%25"), 1U);
    EXPECT_EQ(found("absent"), 0U);
}

TEST_F(Flows, WithAnOpenRunAreDeletedOnlyByForce) {
    const auto flow = client.create_flow(http_flow(2000));
    const auto run = client.start_run(flow);
    expect_problem(client.del(flow_path(flow)), 409, "conflict");
    EXPECT_EQ(client.del(flow_path(flow) + "?force=true").status, 204);
    expect_problem(client.get("/api/runs/" + run), 404, "not_found");
}

TEST_F(Flows, SurviveARestart) {
    const auto flow = client.create_flow(three_step_flow("Kept"));
    const Answer before = client.get(flow_path(flow));
    EXPECT_EQ(server.terminate(), 0);
    server.start();
    EXPECT_EQ(client.get(flow_path(flow)).body, before.body);
}

}  // namespace
}  // namespace swiftgrid::e2e
