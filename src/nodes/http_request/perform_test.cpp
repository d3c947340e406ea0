#include "nodes/http_request/perform.h"

#include <chrono>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "net/http_client.h"
#include "net/testing/loopback_server.h"
#include "nodes/planned_node_test.h"

namespace swiftgrid::nodes::http_request {
namespace {

using engine::RunError;
using net::testing::LoopbackConnection;
using net::testing::LoopbackServer;
using net::testing::SeenRequest;
using namespace std::chrono_literals;

class HttpRequestPerform : public ::testing::Test {
protected:
    HttpRequestPerform()
        : server_([this](const SeenRequest& request, LoopbackConnection& connection) {
              seen_ = request;
              answer_(connection);
          }) {}

    ~HttpRequestPerform() override {
        performer_.reset();
        client_.reset();
        work_.reset();
        thread_.join();
    }

    void answer(std::string status, std::string headers, std::string body) {
        answer_ = [=](LoopbackConnection& connection) { connection.answer(status, headers, body); };
    }

    PerformRequest request(std::string_view input, std::string_view data = "{}") {
        auto plan = std::make_shared<model::Plan>();
        model::PlanNode node;
        node.id = "fetch";
        node.data = parse_json(data)->get_object();
        node.timeout_ms = timeout_ms_;
        plan->nodes.push_back(std::move(node));
        PerformRequest perform;
        perform.key.attempt = 2;
        perform.plan = std::move(plan);
        perform.input = *JsonText::parse(input);
        return perform;
    }

    Outcome run(PerformRequest perform) {
        std::promise<Outcome> promise;
        performer_->start(std::move(perform),
                          [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
        return promise.get_future().get();
    }

    Outcome run(std::string_view input, std::string_view data = "{}") {
        return run(request(input, data));
    }

    std::string url(std::string_view path = "/") const {
        return R"("url":")" + server_.url(path) + '"';
    }

    json::value result_of(std::string_view data = "{}") {
        const Outcome outcome = run("{" + url() + "}", data);
        const auto* text = std::get_if<JsonText>(&outcome.result);
        EXPECT_NE(text, nullptr) << std::get<RunError>(outcome.result).message;
        return text ? text->to_value() : json::value();
    }

    RunError error_of(std::string_view input, std::string_view data = "{}") {
        const Outcome outcome = run(input, data);
        const auto* error = std::get_if<RunError>(&outcome.result);
        EXPECT_NE(error, nullptr) << std::get<JsonText>(outcome.result).view();
        return error ? *error : RunError{};
    }

    SeenRequest seen_;
    std::function<void(LoopbackConnection&)> answer_ = [](LoopbackConnection& connection) {
        connection.answer("200 OK", "Content-Type: text/plain\r\n", "fine");
    };
    LoopbackServer server_;
    std::int64_t timeout_ms_ = 5'000;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::unique_ptr<net::HttpClient> client_ = std::make_unique<net::HttpClient>(
        io_, *net::EgressGuard::parse(std::vector<std::string>{server_.address()}),
        net::HttpClientOptions{.user_agent = "SwiftGrid/test"});
    std::unique_ptr<OutsidePerformer> performer_ = make_performer(*client_);
    std::thread thread_{[this] { io_.run(); }};
};

TEST_F(HttpRequestPerform, ParsesJsonByContentType) {
    answer("200 OK", "Content-Type: application/problem+json; charset=utf-8\r\n",
           R"({ "a": [1] })");
    const json::value result = result_of();
    EXPECT_EQ(result.at("status"), 200);
    EXPECT_EQ(to_json(result.at("body")), R"({"a":[1]})");
    EXPECT_TRUE(result.at("durationMs").is_int64());
}

TEST_F(HttpRequestPerform, TakesBrokenJsonAsTextUnlessJsonIsAskedFor) {
    answer("200 OK", "Content-Type: application/json\r\n", "{broken");
    EXPECT_EQ(result_of().at("body"), "{broken");
    const RunError error = error_of("{" + url() + "}", R"({"response":"json"})");
    EXPECT_EQ(error.code, "invalid_json_response");
    EXPECT_FALSE(error.retryable);
}

TEST_F(HttpRequestPerform, ReadsTextInItsCharacterSet) {
    answer("200 OK", "Content-Type: text/html; charset=\"ISO-8859-1\"\r\n", "gr\xfc\xdf");
    EXPECT_EQ(result_of().at("body"), "gr\xc3\xbc\xc3\x9f");
}

TEST_F(HttpRequestPerform, GivesOtherBytesAsBase64WithTypeAndSize) {
    answer("200 OK", "Content-Type: image/png\r\n", std::string("\x89PNG\0\xff", 6));
    EXPECT_EQ(to_json(result_of().at("body")),
              R"({"base64":"iVBORwD/","contentType":"image/png","size":6})");
    EXPECT_EQ(std::string(result_of(R"({"response":"text"})").at("body").as_string()),
              std::string("\xef\xbf\xbdPNG\0\xef\xbf\xbd", 10));
}

TEST_F(HttpRequestPerform, GivesNullForAnAnswerWithoutABody) {
    answer("204 No Content", "", "");
    EXPECT_TRUE(result_of().at("body").is_null());
}

TEST_F(HttpRequestPerform, JoinsRepeatedHeadersButKeepsCookiesApart) {
    answer("200 OK", "X-A: 1\r\nx-a: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n", "");
    const json::value headers = result_of().at("headers");
    EXPECT_EQ(headers.at("x-a"), "1, 2");
    EXPECT_EQ(to_json(headers.at("set-cookie")), R"(["a=1","b=2"])");
}

TEST_F(HttpRequestPerform, SendsTheAttemptAsIdempotencyKeyUnlessTheUserSetOne) {
    ASSERT_TRUE(std::holds_alternative<JsonText>(run("{" + url() + "}").result));
    EXPECT_EQ(seen_.header("idempotency-key"), "00000000-0000-0000-0000-000000000000:fetch:2");
    EXPECT_EQ(seen_.header("user-agent"), "SwiftGrid/test");
    run("{" + url() + R"(,"headers":{"idempotency-key":"mine","X-Number":7,"X-Gone":null}})");
    EXPECT_EQ(seen_.header("idempotency-key"), "mine");
    EXPECT_EQ(seen_.header("x-number"), "7");
    EXPECT_EQ(seen_.head.find("X-Gone"), std::string::npos);
}

TEST_F(HttpRequestPerform, SendsBodiesByTheirKind) {
    run(R"({"method":"POST",)" + url() + R"(,"body":{"a":[1,"x"]}})");
    EXPECT_EQ(seen_.body, R"({"a":[1,"x"]})");
    EXPECT_EQ(seen_.header("content-type"), "application/json");
    run(R"({"method":"POST",)" + url() + R"(,"body":"line\n"})");
    EXPECT_EQ(seen_.body, "line\n");
    EXPECT_EQ(seen_.header("content-type"), "text/plain; charset=utf-8");
    run(R"({"method":"POST",)" + url() +
        R"(,"headers":{"content-type":"application/x-www-form-urlencoded"},)"
        R"("body":{"a b":"1&2","c":[3,4],"d":null}})");
    EXPECT_EQ(seen_.body, "a%20b=1%262&c=3&c=4");
}

TEST_F(HttpRequestPerform, AppendsTheQueryEncoded) {
    run("{" + url("/x?a=1#part") +
        R"(,"query":{"q":"gr\u00fc\u00df & more","n":null,"l":[1,true]}})");
    EXPECT_EQ(seen_.target, "/x?a=1&q=gr%C3%BC%C3%9F%20%26%20more&l=1&l=true");
}

TEST_F(HttpRequestPerform, RefusesAQueryOrHeadersThatResolvedToSomethingElseThanAnObject) {
    EXPECT_EQ(error_of("{" + url() + R"(,"query":"a=1"})").code, "invalid_query");
    EXPECT_EQ(error_of("{" + url() + R"(,"headers":["a"]})").code, "invalid_header");
    const Outcome outcome = run("{" + url("/x") + R"(,"query":null,"headers":null})");
    EXPECT_TRUE(std::holds_alternative<JsonText>(outcome.result));
    EXPECT_EQ(seen_.target, "/x");
}

TEST_F(HttpRequestPerform, FailsOnAnErrorStatusUnlessItIsAccepted) {
    answer("503 Service Unavailable", "Content-Type: application/json\r\nRetry-After: 7\r\n",
           R"({"why":"busy"})");
    const RunError error = error_of("{" + url() + "}");
    EXPECT_EQ(error.code, "http_status");
    EXPECT_TRUE(error.retryable);
    EXPECT_NE(error.message.find("503"), std::string::npos);
    ASSERT_TRUE(error.details);
    const json::value details = error.details->to_value();
    EXPECT_EQ(details.at("status"), 503);
    EXPECT_EQ(details.at("body").at("why"), "busy");
    EXPECT_EQ(details.at("headers").at("retry-after"), "7");
    EXPECT_EQ(result_of(R"({"acceptStatus":["5xx"]})").at("status"), 503);
}

TEST_F(HttpRequestPerform, CutsTheBodyOfAnErrorAndDoesNotRetryOtherStatuses) {
    answer("404 Not Found", "Content-Type: text/html\r\n", std::string(100'000, 'x'));
    const RunError error = error_of("{" + url() + "}");
    EXPECT_FALSE(error.retryable);
    EXPECT_LT(error.details->size_bytes(), 5'000U);
    EXPECT_LT(error.message.size(), 500U);
}

TEST_F(HttpRequestPerform, RetriesTheStatusesOfTheContractAndNoOthers) {
    const auto is_retried = [&](int status) {
        answer(std::to_string(status) + " No", "", "");
        return error_of("{" + url() + "}").retryable;
    };
    for (const int status : {408, 425, 429, 500, 502, 503, 504, 599})
        EXPECT_TRUE(is_retried(status)) << status;
    for (const int status : {400, 401, 403, 404, 409, 410, 422, 424, 426, 451, 499, 600})
        EXPECT_FALSE(is_retried(status)) << status;
}

TEST_F(HttpRequestPerform, RetriesAConnectionThatBreaksButNotAnAnswerItCannotRead) {
    answer_ = [](LoopbackConnection& connection) { connection.reset(); };
    const RunError broken = error_of("{" + url() + "}");
    EXPECT_EQ(broken.code, "connection_error");
    EXPECT_TRUE(broken.retryable);
    answer("200 OK", "Content-Encoding: gzip\r\n", "this is no gzip");
    const RunError unreadable = error_of("{" + url() + "}");
    EXPECT_EQ(unreadable.code, "protocol_error");
    EXPECT_FALSE(unreadable.retryable);
}

TEST_F(HttpRequestPerform, PassesOnHowLongTheServerAsksToWait) {
    const auto asked = [&](std::string status, std::string headers) {
        answer(std::move(status), std::move(headers), "");
        return run("{" + url() + "}").retry_after_ms;
    };
    EXPECT_EQ(asked("429 Too Many Requests", "Retry-After: 7\r\n"), 7'000);
    EXPECT_EQ(asked("503 Service Unavailable",
                    "Date: Wed, 01 Jan 2020 00:00:00 GMT\r\n"
                    "Retry-After: Wed, 01 Jan 2020 00:01:00 GMT\r\n"),
              60'000);
    EXPECT_EQ(asked("503 Service Unavailable", ""), std::nullopt);
    EXPECT_EQ(asked("200 OK", "Retry-After: 7\r\n"), std::nullopt) << "nothing failed";
}

TEST_F(HttpRequestPerform, RefusesHeaderInjectionBadUrlsAndPrivateAddresses) {
    EXPECT_EQ(error_of("{" + url() + R"(,"headers":{"X":"1\r\nY: 2"}})").code, "invalid_header");
    EXPECT_EQ(error_of("{" + url() + R"(,"headers":{"X\r\nY":"1"}})").code, "invalid_header");
    EXPECT_EQ(error_of("{" + url() + R"(,"headers":{"X":["1"]}})").code, "invalid_header");
    EXPECT_EQ(error_of("{" + url() + R"(,"headers":"X: 1"})").code, "invalid_header");
    EXPECT_EQ(error_of(R"({"url":"not a url"})").code, "invalid_url");
    EXPECT_EQ(error_of(R"({"url":"http://169.254.169.254/latest"})").code, "egress_refused");
}

TEST_F(HttpRequestPerform, TimesOutAndMayBeRetried) {
    answer_ = [](LoopbackConnection& connection) { connection.wait_until_closed(); };
    timeout_ms_ = 100;
    const RunError error = error_of("{" + url() + "}");
    EXPECT_EQ(error.code, "timeout");
    EXPECT_TRUE(error.retryable);
}

TEST_F(HttpRequestPerform, FetchesAllPagesAsOneResult) {
    std::vector<std::string> targets;
    std::vector<std::string> keys;
    answer_ = [&](LoopbackConnection& connection) {
        targets.push_back(seen_.target);
        keys.push_back(seen_.header("idempotency-key"));
        const std::size_t page = targets.size();
        connection.answer(
            "200 OK",
            page < 3 ? "Link: <?page=" + std::to_string(page + 1) + ">; rel=next\r\n" : "",
            "[" + std::to_string(page) + "]");
    };
    std::vector<std::string> shown;
    PerformRequest perform = request("{" + url("/items?q=1") + "}",
                                     R"({"response":"json","pagination":{"mode":"link"}})");
    perform.show = [&](const Chunk& chunk) { shown.emplace_back(chunk.content.view()); };
    const Outcome outcome = run(std::move(perform));
    const auto* result = std::get_if<JsonText>(&outcome.result);
    ASSERT_NE(result, nullptr) << std::get<RunError>(outcome.result).message;
    EXPECT_EQ(result->child("body")->view(), "[1,2,3]");
    EXPECT_EQ(result->child("pages")->view(), "3");
    EXPECT_EQ(result->child("morePages")->view(), "false");
    EXPECT_EQ(targets, (std::vector<std::string>{"/items?q=1", "/items?page=2", "/items?page=3"}));
    EXPECT_EQ(keys[1], keys[0] + ":page-2");
    EXPECT_EQ(keys[2], keys[0] + ":page-3");
    EXPECT_EQ(shown,
              (std::vector<std::string>{R"({"pages":1,"items":1})", R"({"pages":2,"items":2})"}));
    EXPECT_EQ(server_.connection_count(), 1);
}

TEST_F(HttpRequestPerform, FailsAsAWholeWhenAPageFails) {
    int page = 0;
    answer_ = [&](LoopbackConnection& connection) {
        if (++page == 2)
            connection.answer("503 Service Unavailable", "Retry-After: 9\r\n", "");
        else
            connection.answer("200 OK", "Link: </2>; rel=next\r\n", "[1]");
    };
    const Outcome outcome = run("{" + url() + "}", R"({"pagination":{"mode":"link"}})");
    const auto& error = std::get<RunError>(outcome.result);
    EXPECT_EQ(error.code, "http_status");
    EXPECT_TRUE(error.retryable);
    EXPECT_NE(error.message.find("/2"), std::string::npos) << error.message;
    EXPECT_EQ(outcome.retry_after_ms, 9'000);
}

TEST_F(HttpRequestPerform, CountsTheTimeOfAllPagesTogether) {
    int page = 0;
    answer_ = [&](LoopbackConnection& connection) {
        if (++page == 2) return connection.wait_until_closed();
        connection.answer("200 OK", "Link: </2>; rel=next\r\n", "[1]");
    };
    timeout_ms_ = 100;
    const RunError error = error_of("{" + url() + "}", R"({"pagination":{"mode":"link"}})");
    EXPECT_EQ(error.code, "timeout");
}

TEST_F(HttpRequestPerform, SendsAMultipartBodyThatDoesNotHoldItsBoundary) {
    run(R"({"method":"POST",)" + url() +
        R"(,"bodyType":"multipart","body":{"file":{"base64":"AP8=","filename":"x.bin"}}})");
    const std::string type = seen_.header("content-type");
    ASSERT_TRUE(type.starts_with("multipart/form-data; boundary=swiftgrid-")) << type;
    const std::string boundary = type.substr(type.find('=') + 1);
    EXPECT_GE(boundary.size(), 40U);
    EXPECT_TRUE(seen_.body.starts_with("--" + boundary + "\r\n"));
    EXPECT_TRUE(seen_.body.ends_with("--" + boundary + "--\r\n"));
    EXPECT_NE(seen_.body.find(std::string("\0\xff", 2)), std::string::npos);
}

class ExampleScope : public expr::Scope {
public:
    std::optional<JsonText> root(std::string_view name) const override {
        return JsonText::trusted(name == "$env" ? R"({"API_TOKEN":"t0ken"})" : R"({"id":7})");
    }
    std::string why_missing(std::string_view name) const override { return std::string(name); }
};

TEST_F(HttpRequestPerform, RunsItsExample) {
    std::ifstream file(SWIFTGRID_REPOSITORY "/src/nodes/http_request/example.json");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string service = "https://api.example.com";
    std::string data = text.str();
    ASSERT_NE(data.find(service), std::string::npos);
    data.replace(data.find(service), service.size(), server_.url(""));
    const PlannedNode example("http-request", data);
    const auto input = example.node().input.evaluate(ExampleScope());
    ASSERT_TRUE(input) << input.error().message;
    answer("404 Not Found", "Content-Type: application/json\r\n", R"({"error":"no item 7"})");
    const Outcome outcome = run(input->view(), to_json(example.node().data));
    const auto* result = std::get_if<JsonText>(&outcome.result);
    ASSERT_NE(result, nullptr) << std::get<RunError>(outcome.result).message;
    EXPECT_EQ(result->child("status")->view(), "404");
    EXPECT_EQ(seen_.target, "/items/7?fields=name%2Cprice");
    EXPECT_EQ(seen_.header("authorization"), "Bearer t0ken");
}

TEST_F(HttpRequestPerform, EndsWithinASecondWhenCancelled) {
    std::promise<void> arrived;
    answer_ = [&](LoopbackConnection& connection) {
        arrived.set_value();
        connection.wait_until_closed();
    };
    std::promise<Outcome> promise;
    PerformRequest perform = request("{" + url() + "}");
    const AttemptKey key = perform.key;
    performer_->start(std::move(perform),
                      [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    arrived.get_future().wait();
    const auto cancelled_at = std::chrono::steady_clock::now();
    performer_->cancel(key);
    const Outcome outcome = promise.get_future().get();
    EXPECT_EQ(std::get<RunError>(outcome.result).code, "cancelled");
    EXPECT_LT(std::chrono::steady_clock::now() - cancelled_at, 1s);
    performer_->cancel(key);  // has ended: ignored
}

}  // namespace
}  // namespace swiftgrid::nodes::http_request
