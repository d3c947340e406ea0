// Language models through the real binary: an answer is seen as it is written, survives what
// happens to its readers and to the server, and is paid for once it is there.

#include <gmock/gmock.h>

#include "../llm/fake_llm.h"
#include "api_fixture.h"
#include "child_process.h"
#include "command_line.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing_llm::FakeLlm;

class Llm : public testing::Test {
protected:
    std::string run_of(const std::string& model, const std::string& more = "") {
        return client.start_run(client.create_flow(flow_of(model, more)));
    }

    // One node `ask`.
    std::string flow_of(const std::string& model, const std::string& more = "") const {
        return R"({"name":"Ask","graph":{"edges":[],"nodes":[{"id":"ask","type":"llm-chat",)"
               R"("position":{"x":0,"y":0},"data":{"label":"Ask","baseUrl":")" +
               fake.base_url() + R"(","apiKey":"sk-fake","model":")" + model +
               R"(","userPrompt":"Hello","retry":{"maxRetries":2,"backoffMs":1})" + more + "}}]}}";
    }

    Answer detail(const std::string& run) { return client.get("/api/runs/" + run); }
    std::string at(const std::string& run, const std::string& pointer) {
        return detail(run).text("/nodeResults/ask" + pointer);
    }

    // What a reader has after these frames, by the rule of the contract.
    static std::string text_of(const std::vector<Frame>& frames, std::string text = "") {
        for (const Frame& frame : frames) {
            if (frame.event != "chunk") continue;
            const json::value chunk = parse_json(frame.data).value();
            if (chunk.at("type") != "token") continue;
            const auto offset = static_cast<std::size_t>(chunk.at("offset").as_int64());
            EXPECT_LE(offset, text.size()) << frame.data;
            text = text.substr(0, offset) + std::string(chunk.at("content").as_string());
        }
        return text;
    }

    static bool is_token(const Frame& frame) {
        return frame.data.find(R"("type":"token")") != std::string::npos;
    }

    FakeLlm fake;
    ServerProcess server{{.flags = {"--allow-egress", fake.address()}}};
    OpenApi contract{Client(server).get("/api/openapi.json").json()};
    Client client{server, &contract};
};

TEST_F(Llm, AnswersAreStreamedAndKeptOnce) {
    const auto run = run_of("count:500");
    const auto frames = client.stream("/api/runs/" + run + "/stream");
    EXPECT_EQ(client.status_at_end(run), "completed");
    const std::string content = at(run, "/result/content");
    EXPECT_THAT(content, HasSubstr("w1 w2 "));
    EXPECT_TRUE(content.ends_with(" w500"));
    EXPECT_EQ(at(run, "/usage"),
              R"({"prompt_tokens":9,"completion_tokens":500,"total_tokens":509})");
    EXPECT_EQ(at(run, "/result/usage"), at(run, "/usage"));
    EXPECT_EQ(at(run, "/model"), "count:500");
    EXPECT_EQ(at(run, "/provider"), "custom");
    EXPECT_EQ(at(run, "/requestId"), "req_fake");
    EXPECT_EQ(frames.back().event, "end");
    EXPECT_LE(client.events(run).size(), 6U) << "tokens are no events";
}

TEST_F(Llm, AReaderWhoComesAgainHasTheTextSoFar) {
    const auto run = run_of("stall");
    std::string text;
    // One token on each connection, until all is there.
    ASSERT_TRUE(eventually([&] {
        text = text_of(client.stream("/api/runs/" + run + "/stream", {}, is_token), text);
        return text == "Hello there";
    }));
    EXPECT_EQ(text_of(client.stream("/api/runs/" + run + "/stream", {}, is_token)), "Hello there");
    EXPECT_EQ(at(run, "/status"), "running");
}

TEST_F(Llm, CancellingARunClosesTheConnectionInMidStream) {
    const auto run = run_of("stall");
    client.stream("/api/runs/" + run + "/stream", {}, is_token);
    EXPECT_EQ(client.post("/api/runs/" + run + "/cancel").status, 202);
    EXPECT_EQ(client.status_at_end(run), "cancelled");
    EXPECT_TRUE(eventually([&] { return fake.deserted() == 1; }));
}

TEST_F(Llm, AKilledServerAsksAgainUnderTheSameAttempt) {
    const auto run = run_of("stall-once");
    client.stream("/api/runs/" + run + "/stream", {}, is_token);
    server.kill_hard();
    server.start();
    Client again(server);
    EXPECT_EQ(again.status_at_end(run), "completed");
    const Answer answer = again.get("/api/runs/" + run);
    EXPECT_EQ(answer.text("/nodeResults/ask/result/content"), "Hello again");
    EXPECT_EQ(answer.text("/nodeResults/ask/attempts"), "1");
    EXPECT_EQ(fake.requests(), 2);
}

TEST_F(Llm, IsTriedAgainWhenTheServerIsBusyAndNotWhenTheKeyIsWrong) {
    const auto busy = run_of("status:429");
    EXPECT_EQ(client.status_at_end(busy), "failed");
    EXPECT_EQ(at(busy, "/attempts"), "3");
    EXPECT_EQ(at(busy, "/error/code"), "rate_limited");
    const auto refused = run_of("status:401");
    EXPECT_EQ(client.status_at_end(refused), "failed");
    EXPECT_EQ(at(refused, "/attempts"), "1");
    EXPECT_EQ(at(refused, "/error/code"), "auth_failed");
}

TEST_F(Llm, AnAnswerThatBreaksOffIsNotTakenForTheWhole) {
    const auto run = run_of("recorded:openrouter_error");
    EXPECT_EQ(client.status_at_end(run), "failed");
    EXPECT_EQ(at(run, "/error/code"), "stream_interrupted");
    EXPECT_EQ(at(run, "/error/details/content"), "Half");
    EXPECT_EQ(at(run, "/usage/estimated"), "true");
    EXPECT_EQ(at(run, "/attempts"), "1");
}

TEST_F(Llm, MayNotReachAPrivateAddressThatIsNotAllowed) {
    const auto run = client.start_run(client.create_flow(
        R"({"name":"Ask","graph":{"edges":[],"nodes":[{"id":"ask","type":"llm-chat",)"
        R"("position":{"x":0,"y":0},"data":{"provider":"ollama","model":"m","userPrompt":"Hi"}}]}})"));
    EXPECT_EQ(client.status_at_end(run), "failed");
    EXPECT_EQ(at(run, "/error/code"), "egress_refused");
    EXPECT_THAT(at(run, "/error/message"), HasSubstr("--allow-egress localhost:11434"));
}

TEST_F(Llm, ARunStopsWhenItsBudgetIsSpent) {
    json::value flow = parse_json(flow_of("count:50")).value();
    json::object& graph = flow.at("graph").as_object();
    json::value after = graph["nodes"].as_array().front();
    after.as_object()["id"] = "after";
    graph["nodes"].as_array().push_back(after);
    graph["edges"] = json::array{json::object{{"id", "e"}, {"source", "ask"}, {"target", "after"}}};
    graph["budget"] = json::object{{"tokens", 58}};
    const auto stopped = client.start_run(client.create_flow(to_json(flow)));
    EXPECT_EQ(client.status_at_end(stopped), "failed");
    EXPECT_EQ(detail(stopped).text("/run/error/code"), "budget_exceeded");
    EXPECT_EQ(detail(stopped).text("/run/spent/tokens"), "59");
    EXPECT_EQ(at(stopped, "/status"), "completed");
    EXPECT_EQ(detail(stopped).text("/nodeResults/after/status"), "skipped");
    EXPECT_EQ(fake.requests(), 1);

    graph["budget"].as_object()["tokens"] = 118;
    const auto whole = client.start_run(client.create_flow(to_json(flow)));
    EXPECT_EQ(client.status_at_end(whole), "completed");
}

TEST_F(Llm, TheItemsOfAMapSpendTheBudgetOfTheirCaller) {
    const auto item = client.create_flow(flow_of("count:50"));  // 59 tokens
    const auto published = client.post("/api/flows/" + item + "/publish", "{}");
    ASSERT_EQ(published.status, 201) << published.body;
    const auto run = client.start_run(client.create_flow(
        R"({"name":"Each","graph":{"budget":{"tokens":100},"edges":[],"nodes":[{"id":"each",)"
        R"("type":"map","position":{"x":0,"y":0},"data":{"inputArray":[1,2,3],"subflowId":")" +
        item + R"(","maxConcurrent":1}}]}})"));
    EXPECT_EQ(client.status_at_end(run), "failed");
    EXPECT_EQ(detail(run).text("/run/error/code"), "budget_exceeded");
    EXPECT_THAT(detail(run).text("/run/error/message"), HasSubstr("118 tokens"));
    EXPECT_EQ(detail(run).text("/run/spent/tokens"), "118");
    EXPECT_EQ(fake.requests(), 2);

    // What is spent is in the log: replayed after a crash, it is the same.
    server.kill_hard();
    server.start();
    EXPECT_EQ(detail(run).text("/run/spent/tokens"), "118");
    EXPECT_EQ(fake.requests(), 2);
}

TEST_F(Llm, PresetsAreListed) {
    const Answer presets = client.get("/api/llm/presets");
    EXPECT_EQ(presets.status, 200);
    EXPECT_EQ(presets.text("/items/0/id"), "openai");
    EXPECT_EQ(presets.text("/items/6/id"), "custom");
    EXPECT_EQ(presets.text("/nextCursor"), "null");
}

TEST(LlmPrices, OfAnOperatorCount) {
    const FakeLlm fake;
    const TempFolder folder;
    const auto prices = folder.write(
        "prices.json", R"({"models":[{"model":"count:4","input":1000000,"output":500000}]})");
    const auto flow = folder.write(
        "flow.json", R"({"name":"Ask","graph":{"edges":[],"nodes":[{"id":"ask","type":"llm-chat",)"
                     R"("position":{"x":0,"y":0},"data":{"baseUrl":")" +
                         fake.base_url() +
                         R"(","apiKey":"k","model":"count:4","userPrompt":"Hi"}}]}})");
    const auto result =
        run_command({"run", flow, "--allow-egress", fake.address(), "--llm-prices", prices});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(parse_json(result.out).value().at("usage").at("cost_usd"), json::value(11));
    // The same prices, and less money than the first of two nodes takes.
    json::value poor = parse_json(read_text(flow)).value();
    json::object& graph = poor.at("graph").as_object();
    json::value after = graph["nodes"].as_array().front();
    after.as_object()["id"] = "after";
    graph["nodes"].as_array().push_back(after);
    graph["edges"] = json::array{json::object{{"id", "e"}, {"source", "ask"}, {"target", "after"}}};
    graph["budget"] = json::object{{"usd", 10.5}};
    const auto stopped = run_command({"run", folder.write("poor.json", to_json(poor)),
                                      "--allow-egress", fake.address(), "--llm-prices", prices});
    EXPECT_EQ(stopped.exit_code, 1);
    EXPECT_THAT(stopped.err, HasSubstr("has spent 11 US$ on language models, and its money budget "
                                       "is 10.5 US$"));
    EXPECT_EQ(fake.requests(), 2);

    const auto message_of = [&](const std::string& text) {
        const auto bad = run_command({"run", flow, "--llm-prices", folder.write("bad.json", text)});
        EXPECT_EQ(bad.exit_code, 1);
        return bad.err;
    };
    EXPECT_THAT(message_of(R"({"models":[{"model":"m","input":-1,"output":1}]})"),
                HasSubstr("bad.json: models[0]: 'input' must be dollars"));
    EXPECT_THAT(message_of("{\n  \"models\": [\n    oops\n]}"), HasSubstr("bad.json, line 3: "));
    const auto none = run_command({"run", flow, "--llm-prices", folder.file("none.json")});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_THAT(none.err, HasSubstr("none.json"));
}

TEST(FakeLlmServer, IsLawfulSaysTheOfficialClient) {
    const FakeLlm fake;
    const TempFolder folder;
    ChildProcess judge({.arguments = {"node", SWIFTGRID_LLM_JUDGE, fake.base_url()},
                        .stdout_file = folder.file("out"),
                        .stderr_file = folder.file("err")});
    EXPECT_EQ(judge.wait(), 0) << read_text(folder.file("err"));
    EXPECT_THAT(read_text(folder.file("out")), HasSubstr("understands"));
    EXPECT_TRUE(eventually([&] { return fake.deserted() == 1; }));
}

}  // namespace
}  // namespace swiftgrid::e2e
