#pragma once

// A server on a free port of loopback with two threads, and a router of the test's own. Used by
// tests only.

#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "api/router.h"
#include "api/server.h"
#include "api/testing/raw_client.h"

namespace swiftgrid::api::testing {

class ServerFixture : public ::testing::Test {
protected:
    void TearDown() override {
        server_.reset();
        work_.reset();
        for (std::thread& thread : threads_) thread.join();
    }

    // Starts the server with what `options_` and `router_` are by then.
    std::uint16_t serve() {
        auto server = Server::listen(io_, options_);
        EXPECT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
        const std::uint16_t port = server_->port();
        server_->serve(std::move(router_));
        for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
        return port;
    }

    // Answers with method, path, parameters, query and body.
    static void echo(const Request& request, const Responder& respond) {
        std::string text = request.method + " " + request.path;
        for (const auto& [name, value] : request.parameters) text += " " + name + "=" + value;
        for (const auto& [name, value] : request.query) text += " ?" + name + "=" + value;
        if (!request.body.empty()) text += " " + request.body;
        respond({.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = Body(text)});
    }

    ServerOptions options_;
    Router router_;
    std::unique_ptr<Server> server_;

private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::vector<std::thread> threads_;
};

}  // namespace swiftgrid::api::testing
