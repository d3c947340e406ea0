// New runs made of old ones: replay from a node, fork from the state at an event.

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

class Reruns : public Api {
protected:
    Answer detail(const std::string& run) { return client.get("/api/runs/" + run); }
    Answer replay(const std::string& run, const std::string& body) {
        return client.post("/api/runs/" + run + "/replay", body);
    }
    Answer fork(const std::string& run, const std::string& body) {
        return client.post("/api/runs/" + run + "/fork", body);
    }
    // The run that the answer started, at its end.
    Answer end_of(const Answer& started) {
        EXPECT_EQ(started.status, 202) << started.body;
        client.status_at_end(started.text("/runId"));
        return detail(started.text("/runId"));
    }
    std::string ended_run(const std::string& flow, const std::string& input) {
        const auto run = client.start_run(flow, input);
        client.status_at_end(run);
        return run;
    }
    // The sequence number of an event of a node.
    std::string event_of(const std::string& run, const std::string& type, const std::string& node) {
        for (const json::value& event : client.events(run))
            if (event.at("eventType") == json::value(type) &&
                event.at("nodeId") == json::value(node))
                return to_json(event.at("id"));
        ADD_FAILURE() << "no " << type << " of " << node;
        return "0";
    }
};

TEST_F(Reruns, FromANodeKeepWhatCameBeforeIt) {
    const auto run = ended_run(client.create_flow(chain_flow()), R"("x")");
    ASSERT_EQ(detail(run).text("/run/outputData"), "xabc");
    const Answer again = end_of(replay(run, R"({"fromNode":"b","input":"y"})"));
    EXPECT_EQ(again.text("/run/outputData"), "xabc");
    EXPECT_EQ(again.text("/run/inputData"), "y");
    EXPECT_EQ(again.text("/run/replayOf"), run);
    EXPECT_EQ(again.text("/run/trigger"), "replay");
    EXPECT_EQ(again.text("/nodeResults/a/kept"), "true");
    EXPECT_EQ(again.text("/nodeResults/a/attempts"), "0");
    EXPECT_EQ(again.text("/nodeResults/b/attempts"), "1");
    EXPECT_EQ(end_of(replay(run, R"({"fromNode":"a","input":"y"})")).text("/run/outputData"),
              "yabc");
}

TEST_F(Reruns, FromANodeUseTheDraftWhenAsked) {
    const auto flow = client.create_flow(chain_flow());
    const auto run = ended_run(flow, R"("x")");
    std::string changed = chain_flow();
    changed.replace(changed.find("+ 'c'"), 5, "+ 'C'");
    save_graph(flow, changed);
    EXPECT_EQ(end_of(replay(run, R"({"fromNode":"c"})")).text("/run/outputData"), "xabc");
    EXPECT_EQ(end_of(replay(run, R"({"fromNode":"c","version":"draft"})")).text("/run/outputData"),
              "xabC");
}

TEST_F(Reruns, FromANodeThatWasSkippedEnterIt) {
    const auto run = ended_run(client.create_flow(three_step_flow()), R"({"n":7})");
    const Answer again = end_of(replay(run, R"({"fromNode":"small"})"));
    EXPECT_EQ(again.text("/nodeResults/small/result"), "small");
    EXPECT_EQ(again.text("/nodeResults/big/kept"), "true");
}

TEST_F(Reruns, NameWhatIsWrongWithARequest) {
    const auto run = ended_run(client.create_flow(chain_flow()), R"("x")");
    const auto other = ended_run(client.create_flow(three_step_flow()), R"({"n":7})");
    const Answer unknown = replay(other, R"({"fromNode":"doubel"})");
    expect_problem(unknown, 422, "invalid_document");
    EXPECT_EQ(unknown.text("/errors/0/pointer"), "/fromNode");
    EXPECT_EQ(unknown.text("/errors/0/mend"), "Did you mean 'double'?");
    expect_problem(replay(run, R"({"version":"newest"})"), 422, "invalid_document");
    expect_problem(replay(unknown_id, R"({"fromNode":"b"})"), 404, "not_found");
    expect_problem(fork(run, "{}"), 422, "invalid_document");
    expect_problem(fork(run, R"({"at":0})"), 422, "invalid_document");
    expect_problem(fork(run, R"({"at":10000})"), 404, "not_found");
    expect_problem(fork(run, R"({"at":1,"edits":[]})"), 422, "invalid_document");
    expect_problem(fork(run, R"({"at":1,"version":"active"})"), 409, "conflict");
    const Answer edit = fork(run, R"({"at":1,"edits":{"z":1}})");
    expect_problem(edit, 422, "invalid_document");
    EXPECT_EQ(edit.text("/errors/0/pointer"), "/edits/z");
}

TEST_F(Reruns, FromANodeWaitForWhatLeadsToIt) {
    const auto run = client.start_run(client.create_flow(delay_then_script_flow()));
    ASSERT_TRUE(
        eventually([&] { return detail(run).text("/nodeResults/wait/waitsFor") == "timer"; }));
    const Answer early = replay(run, R"({"fromNode":"after"})");
    expect_problem(early, 409, "conflict");
    EXPECT_THAT(early.text("/detail"), testing::HasSubstr("'wait' is suspended"));
}

TEST_F(Reruns, WithOneKeyAreOneRun) {
    const auto run = ended_run(client.create_flow(chain_flow()), R"("x")");
    const std::vector<std::string> key = {"Idempotency-Key: once"};
    const std::string path = "/api/runs/" + run + "/fork";
    const Answer first = client.post(path, R"({"at":1})", key);
    EXPECT_EQ(first.status, 202);
    EXPECT_EQ(client.post(path, R"({"at":1})", key).text("/runId"), first.text("/runId"));
    expect_problem(client.post(path, R"({"at":2})", key), 422, "invalid_document");
}

TEST_F(Reruns, ForkFromAnEventWithEdits) {
    const auto run = ended_run(client.create_flow(chain_flow()), R"("x")");
    const std::string at = event_of(run, "NODE_COMPLETED", "a");
    const Answer same = end_of(fork(run, "{\"at\":" + at + "}"));
    EXPECT_EQ(same.text("/run/outputData"), "xabc");
    EXPECT_EQ(same.text("/nodeResults/a/kept"), "true");
    EXPECT_EQ(same.text("/nodeResults/b/attempts"), "1");
    const Answer edited = end_of(fork(run, "{\"at\":" + at + R"(,"edits":{"a":"A"}})"));
    EXPECT_EQ(edited.text("/run/outputData"), "Abc");
    EXPECT_EQ(edited.text("/run/replayOf"), run);
    EXPECT_EQ(edited.text("/run/forkedAt"), at);
    EXPECT_EQ(edited.text("/events/0/payload/forkedAt"), at);
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/forkedAt"), "null");
    const Answer fresh = end_of(fork(run, R"({"at":1,"input":"z"})"));
    EXPECT_EQ(fresh.text("/run/outputData"), "zabc");
    EXPECT_EQ(fresh.text("/nodeResults/a/attempts"), "1");
}

TEST_F(Reruns, ForkOfAFailedRunRepeatsWhatFailed) {
    const auto flow = client.create_flow(chain_flow());
    std::string broken = chain_flow();
    broken.replace(broken.find("return INPUT.before + 'b'"), 25, "throw new Error('broken')");
    save_graph(flow, broken);
    const auto run = ended_run(flow, R"("x")");
    ASSERT_EQ(detail(run).text("/run/status"), "failed");
    save_graph(flow, chain_flow());
    const std::string last = to_json(client.events(run).back().at("id"));
    const Answer mended = end_of(fork(run, "{\"at\":" + last + R"(,"version":"draft"})"));
    EXPECT_EQ(mended.text("/run/outputData"), "xabc");
    EXPECT_EQ(mended.text("/nodeResults/a/kept"), "true");
    EXPECT_EQ(mended.text("/nodeResults/b/attempts"), "1");
}

TEST_F(Reruns, ForkLeadsARouterElsewhere) {
    const auto run = ended_run(client.create_flow(three_step_flow()), R"({"n":7})");
    const std::string at = event_of(run, "NODE_COMPLETED", "route");
    const Answer other = end_of(
        fork(run, "{\"at\":" + at +
                      R"(,"edits":{"route":{"matched_outputs":["small"],"evaluated_value":1}}})"));
    EXPECT_EQ(other.text("/run/outputData"), "small");
    EXPECT_EQ(other.text("/nodeResults/big/status"), "skipped");
    const Answer wrong =
        fork(run, "{\"at\":" + at + R"(,"edits":{"route":{"matched_outputs":["huge"]}}})");
    expect_problem(wrong, 422, "invalid_document");
    EXPECT_EQ(wrong.text("/errors/0/pointer"), "/edits/route/matched_outputs");
    expect_problem(fork(run, "{\"at\":" + at + R"(,"edits":{"route":1}})"), 422,
                   "invalid_document");
}

}  // namespace
}  // namespace swiftgrid::e2e
