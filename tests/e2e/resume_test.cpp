// Runs that wait for a call: the address goes to a real service, is called once, early, late, by
// many at once and after a kill, and its token is nowhere on disk.

#include <algorithm>
#include <filesystem>
#include <thread>
#include <vector>

#include "api_fixture.h"
#include "command_line.h"
#include "http_sink.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

// ask -> approval (-> late, when nobody calls): `ask` sends the address to the service at `target`.
// `before` stands between the two and takes its time.
std::string approval_flow(const std::string& target, const std::string& timeout_ms = "600000",
                          const std::string& before = "0") {
    return R"({"name":"Approval","graph":{"nodes":[
        {"id":"ask","type":"http-request","position":{"x":0,"y":0},"data":{"method":"POST",
          "url":")" +
           target +
           R"(","body":{"answerTo":"{{$run.resumeUrl.approval}}","run":"{{$run.id + '!'}}"}}},
        {"id":"before","type":"delay","position":{"x":0,"y":0},"data":{"delayMs":)" +
           before + R"(}},
        {"id":"approval","type":"webhook-wait","position":{"x":0,"y":0},
          "data":{"label":"Approve","timeoutMs":)" +
           timeout_ms + R"(}},
        {"id":"end","type":"code-execution","position":{"x":0,"y":0},
          "data":{"code":"return { answer: nodes.approval.webhook_payload, asked: nodes.ask };"}}],
        "edges":[{"id":"e1","source":"ask","target":"before"},
                 {"id":"e2","source":"before","target":"approval"},
                 {"id":"e3","source":"approval","target":"end"}]}})";
}

std::string path_of(const std::string& url) { return url.substr(url.find("/api/")); }

class Resume : public testing::Test {
protected:
    HttpSink service;
    ServerProcess server{{.flags = {"--allow-egress", service.address()}}};
    OpenApi contract{Client(server).get("/api/openapi.json").json()};
    Client client{server, &contract};

    std::string service_url() const { return "http://" + service.address() + "/ask"; }

    // The path below which the service may answer.
    std::string next_address() {
        const auto body = service.next_body();
        if (!body) {
            ADD_FAILURE() << "nobody was asked: " << server.messages();
            return "/api/hooks/resume/none";
        }
        return path_of(std::string(parse_json(*body).value().at("answerTo").as_string()));
    }
    // As the service does: with no account at all.
    Answer call(const std::string& path, const std::string& body = R"({"ok":true})",
                const std::string& type = "application/json") {
        return client.send({.method = "POST",
                            .path = path,
                            .body = body,
                            .headers = {"Content-Type: " + type},
                            .with_token = false});
    }
    bool waits(const std::string& run, const std::string& node = "approval") {
        return eventually([&] {
            return client.get("/api/runs/" + run).text("/nodeResults/" + node + "/status") ==
                   "suspended";
        });
    }
    std::string answer_of(const std::string& run) {
        EXPECT_EQ(client.status_at_end(run), "completed");
        return client.get("/api/runs/" + run).text("/run/outputData/answer");
    }
};

std::string token_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

TEST_F(Resume, GoesOnWithWhatTheServiceAnswersAndWorksOnce) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    const std::string address = next_address();
    EXPECT_EQ(token_of(address).size(), 43U);
    ASSERT_TRUE(waits(run));
    EXPECT_THAT(client.get("/api/runs/" + run).text("/run/current"), HasSubstr("Approve"));

    const Answer answer = call(address);
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(answer.text("/runId"), run);
    EXPECT_EQ(answer.text("/nodeId"), "approval");
    EXPECT_EQ(answer_of(run), R"({"ok":true})");
    EXPECT_EQ(call(address).status, 409);
    EXPECT_EQ(call(address.substr(0, address.size() - 1) + "_").status, 404);
    EXPECT_EQ(call("/api/hooks/resume/x").status, 404);
}

TEST_F(Resume, TakesFormsAndTextsToo) {
    const std::string flow = client.create_flow(approval_flow(service_url()));
    std::string run = client.start_run(flow);
    EXPECT_EQ(call(next_address(), "ok=yes&by=Ada", "application/x-www-form-urlencoded").status,
              202);
    EXPECT_EQ(answer_of(run), R"({"ok":"yes","by":"Ada"})");
    run = client.start_run(flow);
    EXPECT_EQ(call(next_address(), "fine", "text/plain").status, 202);
    EXPECT_EQ(answer_of(run), "fine");
    run = client.start_run(flow);
    const std::string address = next_address();
    EXPECT_EQ(call(address, "{").status, 400);
    EXPECT_EQ(call(address, "").status, 202);
    EXPECT_EQ(answer_of(run), "null");
}

TEST_F(Resume, WorksAfterAKill) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    const std::string address = next_address();
    ASSERT_TRUE(waits(run));
    server.kill_hard();
    server.start();
    EXPECT_EQ(call(address, "7").status, 202);
    server.kill_hard();  // right after the acknowledgement
    server.start();
    EXPECT_EQ(answer_of(run), "7");
    EXPECT_EQ(call(address, "8").status, 409);
}

TEST_F(Resume, AnAttemptThatIsRepeatedAfterAKillSendsTheSameAddress) {
    // The echo endpoint takes two seconds, in which the server dies.
    const std::string flow = client.create_flow(approval_flow("/api/echo?delayMs=2000"));
    const std::string run = client.start_run(flow);
    ASSERT_TRUE(eventually([&] {
        return client.get("/api/runs/" + run).text("/nodeResults/ask/status") == "running";
    }));
    server.kill_hard();
    server.start();
    ASSERT_TRUE(waits(run));
    const Answer detail = client.get("/api/runs/" + run);
    EXPECT_EQ(detail.text("/nodeResults/ask/input/body/answerTo"), "[redacted]");
    EXPECT_EQ(detail.text("/nodeResults/ask/result/body/body/answerTo"),
              server.url() + "/api/hooks/resume/[redacted]");
}

TEST_F(Resume, ThatComesEarlyIsKept) {
    const std::string run =
        client.start_run(client.create_flow(approval_flow(service_url(), "600000", "1500")));
    const std::string address = next_address();
    ASSERT_TRUE(waits(run, "before"));
    EXPECT_EQ(call(address, R"("early")").status, 202);
    EXPECT_EQ(call(address, R"("second")").status, 409);
    server.kill_hard();
    server.start();
    EXPECT_EQ(answer_of(run), "early");
}

TEST_F(Resume, ThatComesTooLateIsGone) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url(), "1")));
    const std::string address = next_address();
    EXPECT_EQ(client.status_at_end(run), "failed");
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/error/code"), "wait_expired");
    const Answer late = call(address);
    EXPECT_EQ(late.status, 410) << late.body;
    EXPECT_EQ(late.code(), "gone");
    const Answer by_hand = client.post("/api/runs/" + run + "/nodes/approval/resume");
    EXPECT_EQ(by_hand.status, 410);
}

TEST_F(Resume, OfARunThatWasCancelledOrDeletedIsRefused) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    const std::string address = next_address();
    ASSERT_TRUE(waits(run));
    EXPECT_EQ(client.post("/api/runs/" + run + "/cancel").status, 202);
    EXPECT_EQ(call(address).status, 409);
    EXPECT_EQ(client.del("/api/runs/" + run).status, 204);
    EXPECT_EQ(call(address).status, 404);
}

TEST_F(Resume, OneOfManyAtTheSameTimeWins) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    const std::string address = next_address();
    ASSERT_TRUE(waits(run));
    constexpr int callers = 50;
    std::vector<int> statuses(callers);
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i)
        threads.emplace_back([&, i] {
            statuses[static_cast<std::size_t>(i)] =
                Client(server)
                    .send({.method = "POST",
                           .path = address,
                           .body = std::to_string(i),
                           .headers = {"Content-Type: application/json"},
                           .with_token = false})
                    .status;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::ranges::count(statuses, 202), 1);
    EXPECT_EQ(std::ranges::count(statuses, 409), callers - 1);
    const auto winner = std::ranges::find(statuses, 202) - statuses.begin();
    EXPECT_EQ(answer_of(run), std::to_string(winner));
}

TEST_F(Resume, LeavesNoTokenOnDisk) {
    const std::string echo = approval_flow("/api/echo");
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    const std::string address = next_address();
    const std::string token = token_of(address);
    ASSERT_TRUE(waits(run));
    // The service sends the address back; it is taken out of that too.
    EXPECT_EQ(call(address, R"({"you said":")" + address + R"("})").status, 202);
    EXPECT_EQ(answer_of(run), R"({"you said":"/api/hooks/resume/[redacted]"})");

    const std::string echoed = client.start_run(client.create_flow(echo));
    ASSERT_TRUE(waits(echoed));
    EXPECT_EQ(client.get("/api/runs/" + echoed).text("/nodeResults/ask/result/body/body/answerTo"),
              server.url() + "/api/hooks/resume/[redacted]");
    EXPECT_EQ(
        client.post("/api/runs/" + echoed + "/nodes/approval/resume", R"({"payload":1})").status,
        202);
    EXPECT_EQ(answer_of(echoed), "1");

    EXPECT_THAT(files_with(server.data_dir(), token), testing::IsEmpty());
    EXPECT_FALSE(files_with(server.data_dir(), "[redacted]").empty()) << "the search finds nothing";
    EXPECT_THAT(server.messages() + server.output(), Not(HasSubstr(token)));
    EXPECT_EQ(server.terminate(), 0);
    EXPECT_THAT(files_with(server.data_dir(), token), testing::IsEmpty());
}

TEST_F(Resume, ByHandNeedsAnAccountAndANodeThatWaits) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    next_address();
    ASSERT_TRUE(waits(run));
    const std::string nodes = "/api/runs/" + run + "/nodes/";
    EXPECT_EQ(
        client.send({.method = "POST", .path = nodes + "approval/resume", .with_token = false})
            .status,
        401);
    EXPECT_EQ(client.post(nodes + "nobody/resume").status, 404);
    EXPECT_EQ(client.post(nodes + "end/resume").status, 409);
    EXPECT_EQ(client.post(nodes + "approval/resume", R"({"payloads":1})").status, 422);
    EXPECT_EQ(client.post(std::string("/api/runs/") + unknown_id + "/nodes/a/resume").status, 404);
    const Answer answer = client.post(nodes + "approval/resume", R"({"payload":{"by":"hand"}})");
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(answer_of(run), R"({"by":"hand"})");
    EXPECT_EQ(client.post(nodes + "approval/resume").status, 409);
}

TEST_F(Resume, GoesOnWithAFlowThatAnotherCalled) {
    const std::string called = client.create_flow(approval_flow(service_url()));
    ASSERT_EQ(client.post("/api/flows/" + called + "/publish").status, 201);
    const std::string run = client.start_run(client.create_flow(
        R"({"name":"Caller","graph":{"nodes":[{"id":"call","type":"sub-flow",
            "position":{"x":0,"y":0},"data":{"workflowId":")" +
        called + R"("}}],"edges":[]}})"));
    const std::string address = next_address();
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/status"), "suspended");
    server.kill_hard();
    server.start();
    EXPECT_EQ(call(address, R"("deep")").status, 202);
    EXPECT_EQ(client.status_at_end(run), "completed");
    EXPECT_THAT(client.get("/api/runs/" + run).body, HasSubstr(R"("answer":"deep")"));
    EXPECT_THAT(files_with(server.data_dir(), token_of(address)), testing::IsEmpty());
}

TEST_F(Resume, AddressesBeginWithThePublicUrl) {
    const ServerProcess behind_proxy({.flags = {"--allow-egress", service.address(), "--public-url",
                                                "https://grid.example.com/flows"}});
    Client other(behind_proxy);
    other.start_run(other.create_flow(approval_flow(service_url())));
    EXPECT_THAT(service.next_body().value_or(""),
                HasSubstr("\"https://grid.example.com/flows/api/hooks/resume/"));
}

TEST_F(Resume, TheDoctorSaysWhatARunWaitsForBesideTheServer) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    next_address();
    ASSERT_TRUE(waits(run));
    auto examined = run_command({"doctor", "--data-dir", server.data_dir()});
    EXPECT_EQ(examined.exit_code, 0) << examined.out << examined.err;
    EXPECT_THAT(examined.out, HasSubstr(run + "  waits for webhook 'Approve' until "));
    EXPECT_THAT(examined.out, HasSubstr("1 runs, 1 open, "));
    EXPECT_THAT(examined.out, HasSubstr("all is well"));

    server.kill_hard();
    examined = run_command({"doctor", "--data-dir", server.data_dir(), "--json"});
    EXPECT_EQ(examined.exit_code, 0) << examined.out << examined.err;
    const json::value report = parse_json(examined.out).value();
    EXPECT_EQ(report.at("healthy"), json::value(true));
    EXPECT_EQ(report.at_pointer("/open/0/runId"), json::value(run));
}

TEST_F(Resume, TheDoctorAsksARunningServerToo) {
    const std::string run = client.start_run(client.create_flow(approval_flow(service_url())));
    next_address();
    ASSERT_TRUE(waits(run));
    const std::vector<std::string> command{"doctor", "--server", server.url(), "--token",
                                           server.token()};
    auto examined = run_command(command);
    EXPECT_EQ(examined.exit_code, 0) << examined.out << examined.err;
    EXPECT_THAT(examined.out, HasSubstr(run + "  waits for webhook 'Approve' until "));
    EXPECT_THAT(examined.out, HasSubstr("1 runs, 1 open, "));
    EXPECT_THAT(examined.out, HasSubstr("all is well"));

    examined = run_command({"doctor", "--server", server.url(), "--token", "another"});
    EXPECT_EQ(examined.exit_code, 1);
    EXPECT_THAT(examined.err, HasSubstr("wants its token"));
    const std::string url = server.url();
    EXPECT_EQ(server.terminate(), 0);
    examined = run_command({"doctor", "--server", url, "--token", server.token()});
    EXPECT_EQ(examined.exit_code, 1);
    EXPECT_THAT(examined.err, HasSubstr("cannot reach the server at " + url));
}

TEST(ServerKey, ThatOthersCanReadKeepsTheServerFromStarting) {
    ServerProcess server;
    const std::string key = server.data_dir() + "/server.key";
    EXPECT_EQ(std::filesystem::status(key).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(server.terminate(), 0);
    std::filesystem::permissions(key, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_ANY_THROW(server.start());
    EXPECT_THAT(server.messages(), HasSubstr("can be read by others"));
}

}  // namespace
}  // namespace swiftgrid::e2e
