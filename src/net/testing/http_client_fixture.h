#pragma once

// Tests of the client against servers that the test plays. What is served is allowed; everything
// else on loopback is a private address like any other. Header-only and used by tests only.

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "net/http_client.h"
#include "net/testing/loopback_server.h"

namespace swiftgrid::net::testing {

class HttpClientTest : public ::testing::Test {
protected:
    void TearDown() override {
        client_.reset();
        work_.reset();
        for (std::thread& thread : threads_) thread.join();
    }

    LoopbackServer& serve(LoopbackServer::Handler handler) {
        servers_.push_back(std::make_unique<LoopbackServer>(std::move(handler)));
        allowed_.push_back(servers_.back()->address());
        return *servers_.back();
    }

    HttpClient& client() {
        if (client_) return *client_;
        auto guard = EgressGuard::parse(allowed_);
        EXPECT_TRUE(guard);
        client_ = std::make_unique<HttpClient>(io_, *guard, options_);
        for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
        return *client_;
    }

    std::future<HttpResult> start(HttpRequest request, RequestHandle* handle = nullptr) {
        auto promise = std::make_shared<std::promise<HttpResult>>();
        auto future = promise->get_future();
        const RequestHandle started =
            client().start(std::move(request),
                           [promise](HttpResult result) { promise->set_value(std::move(result)); });
        if (handle) *handle = started;
        return future;
    }

    HttpResult fetch(HttpRequest request) {
        auto future = start(std::move(request));
        EXPECT_EQ(future.wait_for(std::chrono::seconds(20)), std::future_status::ready);
        return future.get();
    }

    HttpErrorKind error_of(HttpRequest request) {
        const HttpResult result = fetch(std::move(request));
        EXPECT_FALSE(result);
        if (result) return HttpErrorKind::cancelled;
        EXPECT_FALSE(result.error().message.empty());
        return result.error().kind;
    }

    HttpClientOptions options_;
    std::vector<std::string> allowed_;
    boost::asio::io_context io_;

private:
    std::vector<std::unique_ptr<LoopbackServer>> servers_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::vector<std::thread> threads_;
    std::unique_ptr<HttpClient> client_;
};

inline void answer_ok(const SeenRequest& request, LoopbackConnection& connection) {
    connection.answer("200 OK", "Content-Type: text/plain\r\n",
                      request.method + " " + request.target + " " + request.body);
}

}  // namespace swiftgrid::net::testing
