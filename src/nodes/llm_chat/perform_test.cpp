#include "nodes/llm_chat/perform.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "net/http_client.h"
#include "net/testing/loopback_server.h"
#include "nodes/llm_chat/limits.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

using engine::RunError;
using net::testing::LoopbackConnection;
using net::testing::LoopbackServer;
using net::testing::SeenRequest;
using testing::ElementsAre;
using testing::HasSubstr;

using Answering = std::function<void(LoopbackConnection&)>;

constexpr std::string_view json_head = "Content-Type: application/json\r\n";

Answering answer(std::string status, std::string body, std::string headers = "") {
    return [=](LoopbackConnection& connection) {
        connection.answer(status, std::string(json_head) + headers, body);
    };
}

// A stream of these events, with [DONE].
Answering stream(const std::vector<std::string>& events) {
    return [=](LoopbackConnection& connection) {
        std::string body;
        for (const std::string& event : events) body += "data: " + event + "\n\n";
        connection.answer("200 OK", "Content-Type: text/event-stream; charset=utf-8\r\n",
                          body + "data: [DONE]\n\n");
    };
}

std::string delta(std::string_view text) {
    return R"({"model":"m-1","choices":[{"index":0,"delta":{"content":")" + std::string(text) +
           R"("}}]})";
}

const std::string end = R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})";
const std::string usage =
    R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}})";

class LlmChatPerform : public ::testing::Test {
protected:
    LlmChatPerform()
        : server_([this](const SeenRequest& request, LoopbackConnection& connection) {
              Answering answering;
              {
                  const std::lock_guard lock(mutex_);
                  seen_.push_back(request);
                  answering = answers_.size() > 1 ? take() : answers_.front();
              }
              answering(connection);
          }) {}

    ~LlmChatPerform() override {
        performer_.reset();
        client_.reset();
        work_.reset();
        thread_.join();
    }

    // The last one is repeated.
    void answers(std::deque<Answering> answers) { answers_ = std::move(answers); }

    PerformRequest request(std::string_view data, json::object input = {}) {
        auto plan = std::make_shared<model::Plan>();
        model::PlanNode node;
        node.id = "ask";
        node.data = parse_json(data)->get_object();
        node.timeout_ms = timeout_ms_;
        plan->nodes.push_back(std::move(node));
        PerformRequest perform;
        perform.key.attempt = 2;
        perform.plan = std::move(plan);
        for (const auto& [name, value] : json::object{{"baseUrl", server_.url("/v1/")},
                                                      {"apiKey", "sk-test"},
                                                      {"model", "m"},
                                                      {"userPrompt", "Hello"}})
            if (!input.contains(name)) input[name] = value;
        perform.input = JsonText::from(input);
        perform.show = [this](Chunk chunk) {
            const std::lock_guard lock(mutex_);
            shown_.push_back(std::move(chunk));
            changed_.notify_all();
        };
        return perform;
    }

    std::future<Outcome> start(std::string_view data, json::object input = {}) {
        auto promise = std::make_shared<std::promise<Outcome>>();
        auto future = promise->get_future();
        performer_->start(request(data, std::move(input)),
                          [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
        return future;
    }

    Outcome run(std::string_view data = "{}", json::object input = {}) {
        return start(data, std::move(input)).get();
    }

    json::value result_of(std::string_view data = "{}", json::object input = {}) {
        outcome_ = run(data, std::move(input));
        const auto* text = std::get_if<JsonText>(&outcome_.result);
        EXPECT_NE(text, nullptr) << std::get<RunError>(outcome_.result).message;
        return text ? text->to_value() : json::value(json::object());
    }

    RunError error_of(std::string_view data = "{}", json::object input = {}) {
        outcome_ = run(data, std::move(input));
        const auto* error = std::get_if<RunError>(&outcome_.result);
        EXPECT_NE(error, nullptr) << std::get<JsonText>(outcome_.result).view();
        return error ? *error : RunError{};
    }

    json::value extras() const { return outcome_.extras->to_value(); }
    json::value body(std::size_t index) { return parse_json(seen_.at(index).body).value(); }

    std::string shown(ChunkType type) {
        const std::lock_guard lock(mutex_);
        std::string text;
        for (const Chunk& chunk : shown_)
            if (chunk.type == type) text += chunk.content.as_plain_text();
        return text;
    }

    void await_shown(std::string_view text) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] {
            return !shown_.empty() && shown_.back().content.as_plain_text() == text;
        }));
    }

    Outcome outcome_;
    std::deque<SeenRequest> seen_;
    std::int64_t timeout_ms_ = 20'000;

private:
    Answering take() {
        Answering first = std::move(answers_.front());
        answers_.pop_front();
        return first;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Answering> answers_;
    std::vector<Chunk> shown_;

protected:
    LoopbackServer server_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::unique_ptr<net::HttpClient> client_ = std::make_unique<net::HttpClient>(
        io_, *net::EgressGuard::parse(std::vector<std::string>{server_.address()}),
        net::HttpClientOptions{.user_agent = "SwiftGrid/test"});
    std::unique_ptr<OutsidePerformer> performer_ = make_performer(
        *client_, *PriceTable::with(*parse_json(
                      R"({"models":[{"model":"m-1","input":100000,"output":200000}]})")));
    std::thread thread_{[this] { io_.run(); }};
};

TEST_F(LlmChatPerform, StreamsAnAnswer) {
    answers({stream({delta("Hel"), delta("lo"), end, usage})});
    const json::value result = result_of();
    EXPECT_EQ(to_json(result),
              R"({"content":"Hello","model":"m-1","usage":{"prompt_tokens":10,)"
              R"("completion_tokens":5,"total_tokens":15,"cost_usd":2},"finish_reason":"stop"})");
    EXPECT_EQ(shown(ChunkType::token), "Hello");
    EXPECT_EQ(extras().at("usage"), result.at("usage"));
    EXPECT_EQ(extras().at("model"), "m-1");
    EXPECT_EQ(extras().at("provider"), "custom");
    EXPECT_EQ(extras().at("requests"), 1);
    EXPECT_TRUE(extras().at("timing").at("firstTokenMs").is_int64());
}

TEST_F(LlmChatPerform, PutsThePriceOfTheNodeBeforeTheTable) {
    answers({stream({delta("Hello"), end, usage})});
    const json::value result = result_of(R"({"price":{"input":100000,"output":300000}})");
    EXPECT_DOUBLE_EQ(result.at("usage").at("cost_usd").to_number<double>(), 2.5);
}

TEST_F(LlmChatPerform, SendsWhatTheNodeSays) {
    answers({stream({delta("x"), end})});
    result_of("{}",
              {{"systemPrompt", "Be brief"},
               {"userPrompt", json::object{{"a", 1}}},
               {"messages", json::array{json::object{{"role", "assistant"}, {"content", "Hm"}}}},
               {"temperature", 0.5},
               {"maxTokens", 800},
               {"extra", json::object{{"seed", 7}, {"model", "other"}}},
               {"headers", json::object{{"X-Title", "Test"}}},
               {"query", json::object{{"api-version", "2"}}}});
    EXPECT_EQ(to_json(body(0)),
              R"({"model":"m","messages":[{"role":"system","content":"Be brief"},)"
              R"({"role":"user","content":"{\"a\":1}"},{"role":"assistant","content":"Hm"}],)"
              R"("temperature":0.5,"max_tokens":800,"stream":true,)"
              R"("stream_options":{"include_usage":true},"seed":7})");
    const SeenRequest& seen = seen_.at(0);
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.target, "/v1/chat/completions?api-version=2");
    EXPECT_EQ(seen.header("authorization"), "Bearer sk-test");
    EXPECT_EQ(seen.header("x-title"), "Test");
    EXPECT_EQ(seen.header("content-type"), "application/json");
    EXPECT_THAT(seen.header("idempotency-key"), testing::EndsWith(":ask:2"));
}

TEST_F(LlmChatPerform, SpeaksToAzure) {
    answers({stream({delta("x"), end})});
    result_of(R"({"authHeader":"api-key","path":"/openai/deployments/d/chat/completions"})",
              {{"baseUrl", server_.url("?api-version=2024-06-01")}});
    EXPECT_EQ(seen_.at(0).target, "/openai/deployments/d/chat/completions?api-version=2024-06-01");
    EXPECT_EQ(seen_.at(0).header("api-key"), "sk-test");
    EXPECT_EQ(seen_.at(0).header("authorization"), "");
}

TEST_F(LlmChatPerform, NeedsNoKey) {
    answers({stream({delta("x"), end})});
    result_of("{}", {{"apiKey", nullptr}});
    EXPECT_EQ(seen_.at(0).header("authorization"), "");
}

TEST_F(LlmChatPerform, AsksWithoutAStreamAndTakesAStreamAllTheSame) {
    const std::string message =
        R"({"model":"m-1","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})";
    answers({answer("200 OK", message), stream({delta("Hi"), end}), answer("200 OK", message)});
    EXPECT_EQ(result_of(R"({"stream":false})").at("content"), "Hi");
    EXPECT_EQ(body(0).at("stream"), false);
    EXPECT_FALSE(body(0).as_object().contains("stream_options"));
    EXPECT_EQ(extras().at("usage").at("estimated"), true);
    EXPECT_EQ(result_of(R"({"stream":false})").at("content"), "Hi");
    EXPECT_EQ(result_of(R"({"stream":true})").at("content"), "Hi");
}

TEST_F(LlmChatPerform, KeepsThoughtsApart) {
    answers({stream(
        {R"({"choices":[{"delta":{"reasoning_content":"Let me think"}}]})", delta("Yes"), end})});
    const json::value result = result_of();
    EXPECT_EQ(result.at("content"), "Yes");
    EXPECT_EQ(result.at("reasoning"), "Let me think");
    EXPECT_EQ(shown(ChunkType::token), "Yes");
    EXPECT_EQ(shown(ChunkType::data), R"({"reasoning":"Let me think"})");
}

TEST_F(LlmChatPerform, ReadsJsonOutOfFences) {
    answers({stream({delta(R"(```json\n{\"a\": 1}\n```)"), end})});
    EXPECT_EQ(to_json(result_of(R"({"jsonMode":true})").at("json")), R"({"a":1})");
    EXPECT_EQ(to_json(body(0).at("response_format")), R"({"type":"json_object"})");
    EXPECT_THAT(to_json(body(0).at("messages")), HasSubstr("Answer with JSON"));
}

constexpr std::string_view with_schema =
    R"({"jsonSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}})";

TEST_F(LlmChatPerform, AsksOnceMoreForAnAnswerThatFitsTheSchema) {
    answers({stream({delta(R"({\"n\":\"x\"})"), end, usage}),
             stream({delta(R"({\"n\":3})"), end, usage})});
    const json::value result = result_of(with_schema);
    EXPECT_EQ(to_json(result.at("json")), R"({"n":3})");
    EXPECT_EQ(result.at("usage").at("total_tokens"), 30);
    EXPECT_EQ(extras().at("requests"), 2);
    EXPECT_EQ(body(0).at("response_format").at("json_schema").at("strict"), false);
    const json::array repair = body(1).at("messages").as_array();
    ASSERT_EQ(repair.size(), 3U);
    EXPECT_EQ(repair[1].at("content"), R"({"n":"x"})");
    EXPECT_THAT(to_json(repair[2]), HasSubstr("expected integer"));
    EXPECT_THAT(seen_.at(1).header("idempotency-key"), testing::EndsWith(":ask:2:2"));
    EXPECT_EQ(shown(ChunkType::token), R"({"n":"x"})");  // the correction is not shown after it
    EXPECT_THAT(shown(ChunkType::progress), HasSubstr(R"("phase":"repair")"));
}

TEST_F(LlmChatPerform, GivesUpAfterOneCorrection) {
    answers({stream({delta("no json"), end, usage})});
    const RunError error = error_of(with_schema);
    EXPECT_EQ(error.code, "invalid_json");
    EXPECT_FALSE(error.retryable);
    EXPECT_EQ(seen_.size(), 2U);
    EXPECT_EQ(extras().at("usage").at("total_tokens"), 30);
}

TEST_F(LlmChatPerform, SaysThatJsonWasCutOff) {
    answers({stream({delta(R"({\"n\":)"), R"({"choices":[{"delta":{},"finish_reason":"length"}]})",
                     R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":800}})"})});
    const RunError error = error_of(with_schema);
    EXPECT_EQ(error.code, "answer_cut_off");
    EXPECT_THAT(error.message, HasSubstr("at 800 tokens"));
    EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(LlmChatPerform, KeepsARefusalApart) {
    const std::string refusal = R"({"choices":[{"delta":{"refusal":"I must not"}}]})";
    answers({stream({refusal, end})});
    const json::value result = result_of();
    EXPECT_EQ(result.at("content"), "");
    EXPECT_EQ(result.at("refusal"), "I must not");
    EXPECT_EQ(error_of(R"({"jsonMode":true})").code, "model_refused");
}

TEST_F(LlmChatPerform, PassesToolCallsOn) {
    answers({stream(
        {R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}}]})",
         R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})"})});
    EXPECT_EQ(to_json(result_of(R"({"jsonMode":true})").at("tool_calls")),
              R"([{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}])");
}

TEST_F(LlmChatPerform, RenamesTheTokenLimitAndRemembersThat) {
    answers(
        {answer("400 Bad Request",
                R"({"error":{"message":"Unsupported parameter: 'max_tokens' is not supported )"
                R"(with this model. Use 'max_completion_tokens' instead.","param":"max_tokens",)"
                R"("code":"unsupported_parameter"}})"),
         stream({delta("x"), end})});
    result_of("{}", {{"maxTokens", 5}});
    EXPECT_EQ(body(1).at("max_completion_tokens"), 5);
    EXPECT_FALSE(body(1).as_object().contains("max_tokens"));
    EXPECT_THAT(to_json(extras().at("adaptations")), HasSubstr("max_completion_tokens instead"));
    result_of("{}", {{"maxTokens", 5}});
    EXPECT_EQ(body(2).at("max_completion_tokens"), 5);
    EXPECT_EQ(seen_.size(), 3U);
}

TEST_F(LlmChatPerform, PutsTheSchemaIntoWordsForAServerThatTakesNone) {
    answers({answer("400 Bad Request", R"({"error":"json_schema is not supported"})"),
             answer("422 No", R"({"detail":"response_format: Extra inputs are not permitted"})"),
             stream({delta(R"({\"n\":3})"), end})});
    EXPECT_EQ(to_json(result_of(with_schema).at("json")), R"({"n":3})");
    EXPECT_EQ(to_json(body(1).at("response_format")), R"({"type":"json_object"})");
    EXPECT_FALSE(body(2).as_object().contains("response_format"));
    EXPECT_THAT(to_json(body(2).at("messages")), HasSubstr("schema"));
}

struct StatusCase {
    std::string status;
    std::string body;
    std::string code;
    bool retryable;
};

TEST_F(LlmChatPerform, SaysClearlyWhatServersMean) {
    const std::vector<StatusCase> cases = {
        {"401 No", R"({"error":{"message":"Invalid API Key","code":401}})", "auth_failed", false},
        {"403 No", "{}", "forbidden", false},
        {"404 No",
         R"({"error":{"message":"The model `x` does not exist","code":"model_not_found"}})",
         "model_not_found", false},
        {"404 No", "<html><body><h1>Not   Found</h1></body></html>", "not_found", false},
        {"400 No", R"({"error":{"message":"n","code":"context_length_exceeded"}})",
         "context_too_long", false},
        {"400 No", R"({"error":{"code":400,"type":"exceed_context_size_error","n_ctx":8}})",
         "context_too_long", false},
        {"400 No", R"({"error":{"code":"content_filter","innererror":{}}})", "content_filtered",
         false},
        {"400 No", R"({"error":{"message":"Bad tool_choice"}})", "invalid_request", false},
        {"402 No", "{}", "quota_exceeded", false},
        {"429 No", R"({"error":{"code":"insufficient_quota"}})", "quota_exceeded", false},
        {"429 No", R"({"error":{"message":"Slow down"}})", "rate_limited", true},
        {"408 No", "", "timeout", true},
        {"409 No", "", "server_error", true},
        {"500 No", R"({"error":{"message":"Oops"}})", "server_error", true},
        {"503 No", R"({"error":{"message":"Loading model","code":503}})", "server_error", true},
        {"307 Go", "", "redirected", false},
    };
    for (const StatusCase& each : cases) {
        SCOPED_TRACE(each.status + each.body);
        answers({answer(each.status, each.body)});
        const RunError error = error_of();
        EXPECT_EQ(error.code, each.code);
        EXPECT_EQ(error.retryable, each.retryable);
        EXPECT_THAT(error.message, HasSubstr(server_.address()));
        EXPECT_EQ(error.details->to_value().at("status"), std::stoi(each.status));
    }
}

TEST_F(LlmChatPerform, WaitsAsLongAsTheServerAsks) {
    answers({answer("429 No", "{}", "retry-after-ms: 1500\r\nRetry-After: 7\r\n"),
             answer("429 No", "{}", "Retry-After: 7\r\nx-should-retry: false\r\n"),
             answer("400 No", "{}", "x-should-retry: true\r\n")});
    error_of();
    EXPECT_EQ(outcome_.retry_after_ms, 1'500);
    EXPECT_FALSE(error_of().retryable);
    EXPECT_EQ(outcome_.retry_after_ms, 7'000);
    EXPECT_TRUE(error_of().retryable);
}

TEST_F(LlmChatPerform, TriesAgainOnlyBeforeTheFirstToken) {
    const std::string error_event = R"({"error":{"message":"gone","code":502}})";
    answers({stream({error_event}), stream({delta("Half"), error_event})});
    const RunError before = error_of();
    EXPECT_EQ(before.code, "server_error");
    EXPECT_TRUE(before.retryable);
    const RunError after = error_of();
    EXPECT_EQ(after.code, "stream_interrupted");
    EXPECT_FALSE(after.retryable);
    EXPECT_EQ(after.details->to_value().at("content"), "Half");
    EXPECT_EQ(extras().at("usage").at("estimated"), true);
}

TEST_F(LlmChatPerform, DoesNotTakeAPartForTheWhole) {
    const auto cut = [](std::string_view events) -> Answering {
        return [=, text = std::string(events)](LoopbackConnection& connection) {
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                "Connection: close\r\n\r\n" +
                text);
            connection.finish();
        };
    };
    answers({cut("data: " + delta("Half") + "\n\n"), cut(""),
             cut("data: " + delta("All") + "\n\ndata: " + end + "\n\n")});
    EXPECT_EQ(error_of().code, "stream_interrupted");
    const RunError nothing = error_of();
    EXPECT_EQ(nothing.code, "connection_error");
    EXPECT_TRUE(nothing.retryable);
    EXPECT_EQ(result_of().at("content"), "All");
}

TEST_F(LlmChatPerform, TakesOnlySoMuch) {
    const std::string much(limits::llm_answer_bytes, 'x');
    answers({answer("200 OK", R"({"choices":[{"message":{"content":")" + much + R"("}}]})")});
    EXPECT_EQ(error_of(R"({"stream":false})").code, "answer_too_large");
    const std::string part(limits::llm_answer_bytes / 3, 'x');
    const std::string call =
        R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":")" + part +
        R"("}}]}}]})";
    answers({stream({call, call, call, call, end})});
    EXPECT_EQ(error_of().details->to_value().at("reason"), "answer_too_large");
    answers({answer("500 No", much + much)});
    EXPECT_EQ(error_of().code, "server_error");
}

TEST_F(LlmChatPerform, TellsWhichSilenceWasTooLong) {
    const auto silent = [](std::string first) -> Answering {
        return [=](LoopbackConnection& connection) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + first);
            connection.wait_until_closed();
        };
    };
    answers({silent(""), silent(": PROCESSING\n\n"), silent("data: " + delta("x") + "\n\n")});
    constexpr std::string_view impatient = R"({"firstByteTimeoutMs":50,"idleTimeoutMs":50})";
    EXPECT_EQ(error_of(impatient).code, "first_byte_timeout");
    const RunError idle = error_of(impatient);
    EXPECT_EQ(idle.code, "idle_timeout");
    EXPECT_TRUE(idle.retryable);
    EXPECT_EQ(error_of(impatient).code, "stream_interrupted");
}

TEST_F(LlmChatPerform, ClosesTheConnectionWhenItIsCancelledInMidStream) {
    std::promise<void> closed;
    answers({[&](LoopbackConnection& connection) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: " +
                        delta("begun") + "\n\n");
        connection.wait_until_closed();
        closed.set_value();
    }});
    auto future = start("{}");
    await_shown("begun");
    AttemptKey key;
    key.attempt = 2;
    performer_->cancel(key);
    EXPECT_EQ(std::get<RunError>(future.get().result).code, "cancelled");
    closed.get_future().get();
    performer_->cancel(key);
}

TEST_F(LlmChatPerform, RefusesWhatCannotBeSent) {
    answers({answer("200 OK", "{}")});
    EXPECT_EQ(error_of("{}", {{"model", ""}}).code, "missing_value");
    EXPECT_EQ(error_of("{}", {{"userPrompt", ""}}).code, "missing_value");
    EXPECT_EQ(error_of("{}", {{"temperature", "hot"}}).code, "invalid_input");
    EXPECT_EQ(error_of("{}", {{"maxTokens", 1.5}}).code, "invalid_input");
    EXPECT_EQ(error_of("{}", {{"messages", "hi"}}).code, "invalid_input");
    EXPECT_EQ(error_of("{}", {{"messages", json::array{1}}}).code, "invalid_input");
    EXPECT_EQ(error_of("{}", {{"extra", 5}}).code, "invalid_input");
    EXPECT_EQ(error_of("{}", {{"baseUrl", "ftp://x"}}).code, "invalid_url");
    EXPECT_EQ(error_of("{}", {{"apiKey", "a\nb"}}).code, "invalid_header");
    EXPECT_EQ(error_of("{}", {{"baseUrl", "http://127.0.0.1:1/v1"}}).code, "egress_refused");
    EXPECT_TRUE(seen_.empty());
    EXPECT_EQ(error_of().code, "invalid_answer");
}

}  // namespace
}  // namespace swiftgrid::nodes::llm_chat
