#include "api/server.h"

#include <future>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/testing/server_fixture.h"

namespace swiftgrid::api {
namespace {

using testing::RawClient;
using testing::RawResponse;
using ServerTest = testing::ServerFixture;

TEST_F(ServerTest, AnswersOneRequestAfterTheOtherOnAConnection) {
    router_.add("POST", "/api/flows/{flowId}/runs", echo);
    RawClient client(serve());
    for (int i = 0; i < 3; ++i) {
        client.request("POST /api/flows/a%2Fb/runs?x=1+2&x=%C3%A4&y",
                       "Content-Length: 4\r\n\r\nbody");
        const RawResponse response = client.read();
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body,
                  "POST /api/flows/a%2Fb/runs flowId=a/b ?x=1 2 ?x=\xc3\xa4 ?y= body");
        EXPECT_TRUE(response.has("X-Content-Type-Options: nosniff\r\n"));
        EXPECT_TRUE(response.has("Referrer-Policy: no-referrer\r\n"));
        EXPECT_TRUE(response.has("X-Frame-Options: DENY\r\n"));
        EXPECT_TRUE(response.has("X-Request-Id: "));
        EXPECT_TRUE(response.has("Date: "));
        EXPECT_FALSE(response.has("Connection: close"));
    }
    EXPECT_EQ(server_->connection_count(), 1U);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrderThoughHandlersAnswerLater) {
    std::vector<std::future<void>> answers;
    router_.add("GET", "/slow/{n}", [&](const Request& request, Responder respond) {
        answers.push_back(std::async(std::launch::async, [respond, &request] {
            respond({.body = Body(request.parameter("n"))});
        }));
    });
    router_.add("GET", "/fast/{n}", [](const Request& request, const Responder& respond) {
        respond({.body = Body(request.parameter("n"))});
    });
    RawClient client(serve());
    std::string all;
    for (int i = 0; i < 20; ++i) {
        all += fmt::format("GET /{}/{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                           i % 2 == 0 ? "slow" : "fast", i);
    }
    client.send(all);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.read().body, std::to_string(i));
}

TEST_F(ServerTest, ReadsChunkedBodiesAndRequestsInSmallPieces) {
    router_.add("POST", "/x", echo);
    RawClient client(serve());
    const std::string bytes =
        "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: 1\r\n\r\n";
    for (const char c : bytes) client.send({&c, 1});
    EXPECT_EQ(client.read().body, "POST /x hello world");
    client.send(bytes);
    EXPECT_EQ(client.read().body, "POST /x hello world");
}

TEST_F(ServerTest, AsksForTheBodyOfAClientThatWaits) {
    router_.add("POST", "/x", echo);
    RawClient client(serve());
    client.request("POST /x", "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    EXPECT_EQ(client.read_head().status, 100);
    client.send("body");
    EXPECT_EQ(client.read().body, "POST /x body");
}

TEST_F(ServerTest, TakesTheLongestBodyAndRefusesALongerOne) {
    router_.add("POST", "/x", [](const Request& request, const Responder& respond) {
        respond({.body = Body(std::to_string(request.body.size()))});
    });
    const std::uint16_t port = serve();
    const std::string longest(limits::request_body_bytes, 'x');
    RawClient client(port);
    client.request("POST /x", fmt::format("Content-Length: {}\r\n\r\n", longest.size()));
    client.send(longest);
    EXPECT_EQ(client.read().body, std::to_string(longest.size()));
    client.request("POST /x", fmt::format("Content-Length: {}\r\n\r\n", longest.size() + 1));
    client.send("some of it");
    const RawResponse refused = client.read();
    EXPECT_EQ(refused.status, 413);
    EXPECT_TRUE(refused.has("Connection: close\r\n"));
    EXPECT_NE(refused.body.find(R"("code":"too_large")"), std::string::npos) << refused.body;
    EXPECT_TRUE(client.is_at_end());

    RawClient chunked(port);
    chunked.request("POST /x", "Transfer-Encoding: chunked\r\n\r\n");
    for (std::size_t i = 0; i <= longest.size() / 65'536; ++i) {
        chunked.send("10000\r\n" + std::string(65'536, 'x') + "\r\n");
    }
    EXPECT_EQ(chunked.read().status, 413);
}

TEST_F(ServerTest, RefusesBrokenRequestsWithAProblem) {
    router_.add("GET", "/", echo);
    router_.add("POST", "/", echo);
    const std::uint16_t port = serve();
    const auto status_of_bytes = [&](const std::string& bytes) {
        RawClient client(port);
        client.send(bytes);
        const RawResponse response = client.read();
        EXPECT_TRUE(response.has("Content-Type: application/problem+json\r\n"))
            << bytes.substr(0, 80);
        EXPECT_TRUE(response.has("Connection: close\r\n")) << bytes.substr(0, 80);
        return response.status;
    };
    EXPECT_EQ(status_of_bytes("\x16\x03\x01\x02\x03 garbage\r\n\r\n"), 400);
    EXPECT_EQ(status_of_bytes("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"), 400);
    EXPECT_EQ(status_of_bytes("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of_bytes("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
    EXPECT_EQ(status_of_bytes("GET nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    EXPECT_EQ(status_of_bytes("GET /?a=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    EXPECT_EQ(status_of_bytes("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
              400);
    EXPECT_EQ(status_of_bytes("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                              "Content-Length: 2\r\n\r\nab"),
              400);
    EXPECT_EQ(status_of_bytes("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              400);
    EXPECT_EQ(status_of_bytes("GET / HTTP/1.1\r\nHost: localhost\r\nX: " +
                              std::string(70'000, 'x') + "\r\n\r\n"),
              431);
}

TEST_F(ServerTest, AnswersOnLoopbackOnlyToNamesOfItsOwn) {
    router_.add("GET", "/", echo);
    options_.host_names = {"grid.example"};
    const std::uint16_t port = serve();
    const auto status_of_host = [&](const std::string& host) {
        RawClient client(port);
        client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        return client.read().status;
    };
    for (const char* host : {"localhost", "LOCALHOST:8420", "127.0.0.1:1", "[::1]:8420",
                             "a.localhost", "192.168.1.5", "grid.example", "grid.example:80"}) {
        EXPECT_EQ(status_of_host(host), 200) << host;
    }
    for (const char* host : {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
                             "grid.example.evil", "[::1"}) {
        EXPECT_EQ(status_of_host(host), 403) << host;
    }
}

TEST_F(ServerTest, KnowsWhichMethodsAPathHas) {
    router_.add("GET", "/api/runs/{id}", echo);
    router_.add("DELETE", "/api/runs/{id}", echo);
    RawClient client(serve());
    client.request("PUT /api/runs/1");
    RawResponse response = client.read();
    EXPECT_EQ(response.status, 405);
    EXPECT_TRUE(response.has("Allow: DELETE, GET, HEAD, OPTIONS\r\n")) << response.head;
    client.request("OPTIONS /api/runs/1");
    response = client.read();
    EXPECT_EQ(response.status, 204);
    EXPECT_TRUE(response.has("Allow: "));
    EXPECT_FALSE(response.has("Content-Length"));
    client.request("HEAD /api/runs/1");
    response = client.read_head();
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.has("Content-Length: 21\r\n")) << response.head;
    client.request("GET /api/nothing");
    response = client.read();
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find(R"("instance":"/api/nothing")"), std::string::npos);
    client.request("GET http://localhost/api/runs/7?x=1");
    EXPECT_EQ(client.read().body, "GET /api/runs/7 id=7 ?x=1");
}

TEST_F(ServerTest, TakesTheBasePathOff) {
    router_.add("GET", "/api/x", echo);
    router_.add("GET", "/", echo);
    options_.base_path = "/swiftgrid";
    RawClient client(serve());
    client.request("GET /swiftgrid/api/x");
    EXPECT_EQ(client.read().body, "GET /api/x");
    client.request("GET /swiftgrid");
    EXPECT_EQ(client.read().body, "GET /");
    client.request("GET /api/x");  // a proxy took it off already
    EXPECT_EQ(client.read().body, "GET /api/x");
    client.request("GET /swiftgridder/api/x");
    EXPECT_EQ(client.read().status, 404);
}

TEST_F(ServerTest, AnswersWhateverAHandlerDoes) {
    router_.add("GET", "/throws",
                [](const Request&, const Responder&) { throw std::runtime_error("unhappy"); });
    router_.add("GET", "/forgets", [](const Request&, const Responder&) {});
    router_.add("GET", "/twice", [](const Request&, const Responder& respond) {
        EXPECT_TRUE(respond({.body = Body("first")}));
        EXPECT_FALSE(respond({.body = Body("second")}));
    });
    router_.add("GET", "/splits", [](const Request&, const Responder& respond) {
        respond({.headers = {{"X-Name", "a\r\nX-Injected: 1"}}});
    });
    RawClient client(serve());
    client.request("GET /throws");
    EXPECT_EQ(client.read().status, 500);
    client.request("GET /forgets");
    EXPECT_EQ(client.read().status, 500);
    client.request("GET /twice");
    EXPECT_EQ(client.read().body, "first");
    client.request("GET /splits");
    EXPECT_FALSE(client.read().has("\r\nX-Injected"));
}

TEST_F(ServerTest, AsksTheGateBeforeTheHandlerAndReportsWhatWasServed) {
    std::promise<std::string> served;
    options_.on_served = [&](const Served& report) {
        served.set_value(report.request.route + " " + std::to_string(report.status));
    };
    router_.add("GET", "/api/secret/{id}", echo);
    router_.set_gate([](const Request& request) -> std::optional<Response> {
        if (request.route != "/api/secret/{id}") return std::nullopt;
        return empty_response(401);
    });
    RawClient client(serve());
    client.request("GET /api/secret/1");
    EXPECT_EQ(client.read().status, 401);
    EXPECT_EQ(served.get_future().get(), "/api/secret/{id} 401");
}

TEST_F(ServerTest, KeepsTheRequestIdOfTheClientWhenItIsHarmless) {
    router_.add("GET", "/", echo);
    RawClient client(serve());
    client.request("GET /", "X-Request-Id: abc-1\r\n\r\n");
    EXPECT_TRUE(client.read().has("X-Request-Id: abc-1\r\n"));
    client.request("GET /", "X-Request-Id: <script>\r\n\r\n");
    EXPECT_FALSE(client.read().has("script"));
}

TEST_F(ServerTest, ClosesIdleConnectionsAndAnswersSlowRequestsWith408) {
    router_.add("POST", "/", echo);
    options_.idle_time = Duration{100};
    options_.header_time = Duration{100};
    options_.progress_time = Duration{100};
    const std::uint16_t port = serve();
    RawClient idle(port);
    EXPECT_TRUE(idle.is_at_end());
    RawClient slow_head(port);
    slow_head.send("POST / HTTP/1.1\r\nHost: loc");
    EXPECT_EQ(slow_head.read().status, 408);
    RawClient slow_body(port);
    slow_body.request("POST /", "Content-Length: 10\r\n\r\nhalf");
    EXPECT_EQ(slow_body.read().status, 408);
}

TEST_F(ServerTest, RefusesConnectionsBeyondItsLimit) {
    router_.add("GET", "/", echo);
    options_.connections_max = 2;
    const std::uint16_t port = serve();
    RawClient first(port);
    RawClient second(port);
    for (RawClient* client : {&first, &second}) {
        client->request("GET /");
        EXPECT_EQ(client->read().status, 200);
    }
    RawClient third(port);
    third.request("GET /");
    const RawResponse refused = third.read();
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(refused.has("Retry-After: "));
    first.request("GET /");
    EXPECT_EQ(first.read().status, 200);
}

TEST_F(ServerTest, SendsLargeAnswersWhole) {
    const auto large = std::make_shared<const std::string>(8 * limits::mebibyte, 'x');
    router_.add("GET", "/",
                [&](const Request&, const Responder& respond) { respond({.body = Body(large)}); });
    RawClient client(serve(), 4096);
    for (int i = 0; i < 2; ++i) {
        client.request("GET /");
        EXPECT_EQ(client.read().body, *large);
    }
}

TEST_F(ServerTest, SpeaksHttp10) {
    router_.add("GET", "/", echo);
    const std::uint16_t port = serve();
    RawClient client(port);
    client.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.read().body, "GET /");
    EXPECT_TRUE(client.is_at_end());
}

TEST_F(ServerTest, DrainsByFinishingWhatIsUnderWay) {
    std::promise<Responder> arrived;
    router_.add("GET", "/slow",
                [&](const Request&, const Responder& respond) { arrived.set_value(respond); });
    router_.add("GET", "/", echo);
    const std::uint16_t port = serve();
    RawClient idle(port);
    idle.request("GET /");
    EXPECT_EQ(idle.read().status, 200);
    RawClient busy(port);
    busy.request("GET /slow");
    Responder respond = arrived.get_future().get();
    std::promise<void> drained;
    server_->drain(Duration{60'000}, [&] { drained.set_value(); });
    EXPECT_TRUE(idle.is_at_end());
    EXPECT_FALSE(RawClient(port).is_connected());
    respond({.body = Body("done")});
    const RawResponse response = busy.read();
    EXPECT_EQ(response.body, "done");
    EXPECT_TRUE(response.has("Connection: close\r\n"));
    EXPECT_TRUE(busy.is_at_end());
    busy.close();
    drained.get_future().wait();
}

TEST_F(ServerTest, CutsWhatIsLeftAtTheEndOfADrain) {
    std::promise<Responder> arrived;
    router_.add("GET", "/never",
                [&](const Request&, const Responder& respond) { arrived.set_value(respond); });
    RawClient client(serve());
    client.request("GET /never");
    const Responder respond = arrived.get_future().get();
    std::promise<void> drained;
    server_->drain(Duration{50}, [&] { drained.set_value(); });
    drained.get_future().wait();
    client.read_to_end();
    EXPECT_TRUE(respond({.body = Body("too late")}));  // harmless
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
    router_.add("GET", "/", echo);
    ServerOptions taken;
    taken.port = serve();
    boost::asio::io_context io;
    const auto second = Server::listen(io, taken);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find(std::to_string(taken.port)), std::string::npos);
    ServerOptions nowhere;
    nowhere.host = "no.such.host.invalid";
    EXPECT_FALSE(Server::listen(io, nowhere));
}

}  // namespace
}  // namespace swiftgrid::api
