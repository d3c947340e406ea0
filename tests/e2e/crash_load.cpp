#include "crash_load.h"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "eventually.h"

namespace swiftgrid::e2e {
namespace {

// As many runs are open at a time as if so many clients waited for one each.
constexpr std::size_t open_runs = 200;
constexpr std::size_t start_connections = 16;
constexpr std::size_t answer_connections = 4;

constexpr std::chrono::milliseconds crash_patience{120'000};

// Called by the other one, once and for each of a list. Its service fails now and then.
constexpr const char* leaf_flow = R"({"name":"Leaf","graph":{"nodes":[
    {"id":"fetch","type":"http-request","data":{"method":"POST","url":"http://SERVICE/leaf",
      "retry":{"maxRetries":3,"backoffMs":20}}},
    {"id":"rest","type":"delay","data":{"delayMs":5}},
    {"id":"shape","type":"code-execution","data":{"code":"return nodes.fetch.status;"}}],
  "edges":[{"id":"e1","source":"fetch","target":"rest"},
           {"id":"e2","source":"rest","target":"shape"}]}})";

constexpr const char* root_flow = R"({"name":"Everything","graph":{"nodes":[
    {"id":"pause","type":"delay","data":{"delayMs":30}},
    {"id":"ask","type":"http-request","data":{"method":"POST","url":"http://SERVICE/ask",
      "retry":{"maxRetries":3,"backoffMs":20},
      "body":{"answerTo":"{{$run.resumeUrl.approval}}"}}},
    {"id":"approval","type":"webhook-wait","data":{"timeoutMs":3600000}},
    {"id":"double","type":"code-execution",
      "data":{"inputs":{"n":"{{$trigger.n}}"},"code":"return { n: INPUT.n * 2 };"}},
    {"id":"route","type":"router","data":{"routeBy":"{{double.n}}","defaultOutput":"one",
      "conditions":[{"id":"many","label":"Many","expression":"value > 10"}]}},
    {"id":"each","type":"map",
      "data":{"subflowId":"LEAF","inputArray":"{{$trigger.items}}","maxConcurrent":2}},
    {"id":"call","type":"sub-flow",
      "data":{"workflowId":"LEAF","inputMapping":{"item":"{{double.n}}"}}},
    {"id":"end","type":"code-execution",
      "data":{"code":"return nodes.approval.webhook_payload;"}},
    {"id":"report","type":"http-request","data":{"method":"POST","url":"http://SERVICE/report",
      "retry":{"maxRetries":3,"backoffMs":20}}}],
  "edges":[{"id":"e1","source":"pause","target":"ask"},
           {"id":"e2","source":"ask","target":"approval"},
           {"id":"e3","source":"approval","target":"end"},
           {"id":"e4","source":"double","target":"route"},
           {"id":"e5","source":"route","sourceHandle":"many","target":"each"},
           {"id":"e6","source":"route","sourceHandle":"one","target":"call"},
           {"id":"e7","source":"each","target":"end"},
           {"id":"e8","source":"call","target":"end"},
           {"id":"e9","source":"end","target":"report"}]}})";

std::string filled(std::string text, const std::string& name, const std::string& value) {
    for (std::size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size()))
        text.replace(at, name.size(), value);
    return text;
}

// With the positions that a document has and nobody needs here.
std::string placed(const std::string& text) {
    json::value document = parse_json(text).value();
    for (json::value& node : document.at("graph").at("nodes").as_array())
        node.as_object()["position"] = json::object{{"x", 0}, {"y", 0}};
    return to_json(document);
}

}  // namespace

std::string create_crash_flows(Client& client, const std::string& service) {
    const std::string leaf = client.create_flow(placed(filled(leaf_flow, "SERVICE", service)));
    const Answer published = client.post("/api/flows/" + leaf + "/publish");
    EXPECT_EQ(published.status, 201) << published.body;
    return client.create_flow(placed(filled(filled(root_flow, "SERVICE", service), "LEAF", leaf)));
}

CrashLoad::CrashLoad(const ServerProcess& server, CrashService& service, std::string flow)
    : server_(server), service_(service), flow_(std::move(flow)) {
    for (std::size_t i = 0; i < start_connections; ++i)
        starters_.emplace_back([this, i] { start_runs(i); });
    for (std::size_t i = 0; i < answer_connections; ++i)
        answerers_.emplace_back([this, i] { answer_questions(i); });
}

CrashLoad::~CrashLoad() {
    finish();
    stop_starting();
}

void CrashLoad::stop_starting() {
    stopping_ = true;
    for (std::thread& thread : std::exchange(starters_, {})) thread.join();
}

void CrashLoad::finish() {
    stopping_ = true;
    service_.close();
    for (std::thread& thread : std::exchange(answerers_, {})) thread.join();
}

void CrashLoad::start_runs(std::size_t client_index) {
    Client client(server_);
    for (std::size_t i = 0; !stopping_ && service_.wait_for_room(open_runs); ++i) {
        Start start;
        if (i % 2 == 0) start.key = std::to_string(client_index) + "-" + std::to_string(i);
        start.body = R"({"input":{"n":)" + std::to_string(i % 10) + R"(,"items":[1,2,3]}})";
        if (!start_once(client, start)) continue;
        service_.acknowledge(start.run);
        const std::lock_guard lock(mutex_);
        acknowledged_.push_back(std::move(start));
    }
}

// False when there was no answer and the request must not be repeated, for want of a key.
bool CrashLoad::start_once(Client& client, Start& start) {
    std::vector<std::string> headers;
    if (!start.key.empty()) headers.push_back("Idempotency-Key: " + start.key);
    Answer answer;
    // Also after `stopping_`: a key that was sent must be known in the end.
    const bool is_answered = eventually(
        [&] {
            answer = client.post("/api/flows/" + flow_ + "/runs", start.body, headers);
            return answer.status == 202 || (answer.status == 0 && start.key.empty());
        },
        crash_patience);
    if (!is_answered) ADD_FAILURE() << "never accepted: " << answer.status << " " << answer.body;
    if (answer.status != 202) {
        ++lost_;
        // The server is dead for a while.
        eventually([&] { return stopping_ || client.get("/healthz").status == 200; });
        return false;
    }
    start.run = answer.text("/runId");
    return true;
}

void CrashLoad::answer_questions(std::size_t client_index) {
    Client client(server_);
    for (std::size_t i = 0; const auto path = service_.next_question(); ++i) {
        const std::string payload =
            R"({"by":")" + std::to_string(client_index) + "-" + std::to_string(i) + R"("})";
        Answer answer;
        // 409: somebody did, and that answer or the acknowledgement of it was lost.
        const bool is_answered = eventually(
            [&] {
                answer = client.send({.method = "POST",
                                      .path = *path,
                                      .body = payload,
                                      .headers = {"Content-Type: application/json"},
                                      .with_token = false});
                return answer.status == 202 || answer.status == 409;
            },
            crash_patience);
        if (!is_answered) ADD_FAILURE() << *path << ": " << answer.status << " " << answer.body;
        if (answer.status != 202) continue;
        const std::lock_guard lock(mutex_);
        const bool is_first = resumed_.emplace(answer.text("/runId"), payload).second;
        EXPECT_TRUE(is_first) << answer.body << " was resumed twice";
    }
}

}  // namespace swiftgrid::e2e
