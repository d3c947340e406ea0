#include "net/http_client.h"

#include <chrono>
#include <future>

#include <gtest/gtest.h>

#include "net/testing/http_client_fixture.h"

namespace swiftgrid::net {
namespace {

using testing::answer_ok;
using testing::HttpClientTest;
using testing::LoopbackConnection;
using testing::LoopbackServer;
using testing::SeenRequest;
using namespace std::chrono_literals;

// A gzip file of so many zero bytes: one literal, then matches of 258 bytes, 13 bits each.
std::string gzip_zeros(std::size_t matches) {
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    unsigned accumulator = 0;
    int filled = 0;
    const auto put = [&](unsigned bits, int count) {  // most significant bit first
        for (int i = count - 1; i >= 0; --i) {
            accumulator |= ((bits >> i) & 1U) << filled;
            if (++filled == 8) {
                out.push_back(static_cast<char>(accumulator));
                accumulator = 0;
                filled = 0;
            }
        }
    };
    put(0b1, 1);         // the last block
    put(0b10, 2);        // of type 1, whose two bits go the other way round
    put(0b00110000, 8);  // literal 0
    for (std::size_t i = 0; i < matches; ++i) {
        put(0b11000101, 8);  // length 258
        put(0, 5);           // distance 1
    }
    put(0, 7);  // the end
    if (filled != 0) out.push_back(static_cast<char>(accumulator));
    const std::size_t size_bytes = 1 + 258 * matches;
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = 0; i < size_bytes; ++i) {
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320U : 0U);
    }
    crc = ~crc;
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(crc >> shift));
    for (int shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<char>(size_bytes >> shift));
    return out;
}

TEST_F(HttpClientTest, SendsMethodHeadersAndBodyAsGiven) {
    std::string head;
    LoopbackServer& server = serve([&](const SeenRequest& request, LoopbackConnection& connection) {
        head = request.head;
        answer_ok(request, connection);
    });
    HttpRequest request;
    request.method = "PATCH";
    request.url = server.url("/a b?q=\xc3\xa4");
    request.headers = {{"X-One", "1"}, {"Content-Length", "999"}, {"X-Empty", ""}};
    request.body = "payload";
    const HttpResult result = fetch(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(result->body, "PATCH /a%20b?q=%c3%a4 payload");
    EXPECT_EQ(result->http_version, "1.1");
    EXPECT_NE(head.find("X-One: 1\r\n"), std::string::npos) << head;
    EXPECT_NE(head.find("X-Empty:"), std::string::npos) << head;
    EXPECT_NE(head.find("Content-Length: 7\r\n"), std::string::npos) << head;
    EXPECT_NE(head.find("User-Agent: SwiftGrid\r\n"), std::string::npos) << head;
    EXPECT_EQ(head.find(": 999\r\n"), std::string::npos) << head;
    EXPECT_EQ(head.find("Content-Type"), std::string::npos) << head;
    EXPECT_EQ(head.find("Expect"), std::string::npos) << head;
}

TEST_F(HttpClientTest, ReusesAConnection) {
    LoopbackServer& server = serve(answer_ok);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(fetch({.url = server.url("/")}));
    EXPECT_EQ(server.connection_count(), 1);
}

TEST_F(HttpClientTest, RunsManyRequestsAtOnce) {
    LoopbackServer& server = serve(answer_ok);
    std::vector<std::future<HttpResult>> results;
    for (int i = 0; i < 200; ++i) {
        results.push_back(start({.url = server.url("/" + std::to_string(i))}));
    }
    for (int i = 0; i < 200; ++i) {
        auto& future = results[static_cast<std::size_t>(i)];
        ASSERT_EQ(future.wait_for(20s), std::future_status::ready);
        const HttpResult result = future.get();
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->body, "GET /" + std::to_string(i) + " ");
    }
}

TEST_F(HttpClientTest, ReadsChunkedAnswersAndRepeatedHeaders) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n");
        connection.send(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=1\r\n"
            "Set-Cookie: b=2\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
    });
    const HttpResult result = fetch({.url = server.url("/")});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "hello world");
    EXPECT_EQ(find_header(result->headers, "x-early"), nullptr);
    EXPECT_EQ(std::ranges::count(result->headers, "set-cookie", &HttpHeader::name), 2);
}

TEST_F(HttpClientTest, DecodesGzip) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("200 OK", "Content-Encoding: gzip\r\n", gzip_zeros(4));
    });
    const HttpResult result = fetch({.url = server.url("/")});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, std::string(1 + 4 * 258, '\0'));
}

TEST_F(HttpClientTest, DecodesEveryEncodingThatItOffers) {
    LoopbackServer& server = serve([](const SeenRequest& request, LoopbackConnection& connection) {
        EXPECT_NE(request.header("accept-encoding").find("gzip, br, zstd"), std::string::npos);
        if (request.target == "/br")
            connection.answer("200 OK", "Content-Encoding: br\r\n", "\x0b\x02\x80hello\x03");
        else
            connection.answer("200 OK", "Content-Encoding: zstd\r\n",
                              std::string("\x28\xb5\x2f\xfd\x20\x05\x29\0\0hello", 14));
    });
    for (const char* path : {"/br", "/zstd"}) {
        const HttpResult result = fetch({.url = server.url(path)});
        ASSERT_TRUE(result) << path << ": " << result.error().message;
        EXPECT_EQ(result->body, "hello") << path;
    }
}

TEST_F(HttpClientTest, CutsAGzipBombAtTheDecodedSize) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("200 OK", "Content-Encoding: gzip\r\n", gzip_zeros(10'000));
    });
    EXPECT_EQ(error_of({.url = server.url("/"), .response_bytes_max = 1'000'000}),
              HttpErrorKind::too_large);
}

TEST_F(HttpClientTest, RefusesAnAnswerThatIsTooLarge) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("200 OK", "", std::string(2'000, 'x'));
    });
    EXPECT_EQ(error_of({.url = server.url("/"), .response_bytes_max = 1'999}),
              HttpErrorKind::too_large);
    EXPECT_TRUE(fetch({.url = server.url("/"), .response_bytes_max = 2'000}));
}

TEST_F(HttpClientTest, RefusesEndlessHeaders) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.send("HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 40; ++i) {
            connection.send("X-Filler: " + std::string(10'000, 'x') + "\r\n");
        }
        connection.wait_until_closed();
    });
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::too_large);
}

TEST_F(HttpClientTest, TimesOutOnSlowHeadersAndOnASlowBody) {
    LoopbackServer& server = serve([](const SeenRequest& request, LoopbackConnection& connection) {
        connection.send(request.target == "/headers"
                            ? "HTTP/1.1 200 OK\r\nX-"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        connection.wait_until_closed();
    });
    EXPECT_EQ(error_of({.url = server.url("/headers"), .time_ms = 150}), HttpErrorKind::timeout);
    EXPECT_EQ(error_of({.url = server.url("/body"), .time_ms = 150}), HttpErrorKind::timeout);
}

TEST_F(HttpClientTest, SaysThatTheConnectionWasResetOrRefused) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        connection.reset();
    });
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::connect);
    int closed_port = 0;
    {
        LoopbackServer gone(answer_ok);
        closed_port = gone.port();
    }
    allowed_.push_back("127.0.0.1");
    // A new policy is a new client.
    boost::asio::io_context io;
    auto guard = EgressGuard::parse(allowed_);
    HttpClient other(io, *guard, {});
    HttpErrorKind kind = HttpErrorKind::cancelled;
    other.start({.url = "http://127.0.0.1:" + std::to_string(closed_port)},
                [&](HttpResult result) { kind = result.error().kind; });
    io.run();
    EXPECT_EQ(kind, HttpErrorKind::connect);
}

TEST_F(HttpClientTest, ExplainsGarbageAndPlainTextWhereTlsWasExpected) {
    LoopbackServer& server = serve([](const SeenRequest&, LoopbackConnection& connection) {
        connection.send("220 mail.example.com ESMTP\r\n");
        connection.finish();
    });
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::protocol);
    EXPECT_EQ(error_of({.url = "https://" + server.address() + "/"}), HttpErrorKind::tls);
}

TEST_F(HttpClientTest, FollowsRedirectsWithTheMethodRules) {
    LoopbackServer& server = serve([](const SeenRequest& request, LoopbackConnection& connection) {
        if (request.target.starts_with("/to/")) {
            connection.answer(request.target.substr(4) + " Moved", "Location: /end\r\n", "gone");
            return;
        }
        answer_ok(request, connection);
    });
    const auto after = [&](std::string method, std::string status) {
        HttpRequest request{.method = std::move(method), .url = server.url("/to/" + status)};
        request.body = "data";
        const HttpResult result = fetch(request);
        EXPECT_TRUE(result);
        EXPECT_EQ(result->effective_url, server.url("/end"));
        return result->body;
    };
    EXPECT_EQ(after("POST", "301"), "GET /end ");
    EXPECT_EQ(after("POST", "302"), "GET /end ");
    EXPECT_EQ(after("PUT", "302"), "PUT /end data");
    EXPECT_EQ(after("PUT", "303"), "GET /end ");
    EXPECT_EQ(after("POST", "307"), "POST /end data");
    EXPECT_EQ(after("POST", "308"), "POST /end data");
    const HttpResult kept = fetch({.url = server.url("/to/301"), .follow_redirects = false});
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->status, 301);
    EXPECT_EQ(kept->body, "gone");
}

TEST_F(HttpClientTest, DropsCredentialsOnARedirectToAnotherPort) {
    std::string seen_other;
    std::string seen_same;
    LoopbackServer& other = serve([&](const SeenRequest& request, LoopbackConnection& connection) {
        seen_other = request.head;
        answer_ok(request, connection);
    });
    LoopbackServer& first = serve([&](const SeenRequest& request, LoopbackConnection& connection) {
        if (request.target == "/same") seen_same = request.head;
        const std::string to = request.target == "/start" ? "/same" : other.url("/end");
        connection.answer("302 Found", "Location: " + to + "\r\n", "");
    });
    HttpRequest request{.url = first.url("/start")};
    request.headers = {
        {"Authorization", "Bearer secret"}, {"cookie", "a=secret"}, {"X-Keep", "yes"}};
    ASSERT_TRUE(fetch(request));
    EXPECT_NE(seen_same.find("Bearer secret"), std::string::npos);
    EXPECT_EQ(seen_other.find("secret"), std::string::npos) << seen_other;
    EXPECT_NE(seen_other.find("X-Keep: yes"), std::string::npos);
}

TEST_F(HttpClientTest, GivesUpAfterTooManyRedirects) {
    int count = 0;
    LoopbackServer& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("302 Found", "Location: /" + std::to_string(++count) + "\r\n", "");
    });
    EXPECT_EQ(error_of({.url = server.url("/")}), HttpErrorKind::too_many_redirects);
    EXPECT_EQ(count, static_cast<int>(limits::http_redirects) + 1);
}

TEST_F(HttpClientTest, RefusesBadUrlsMethodsAndHeaders) {
    for (const char* url : {"", "example.com/x", "ftp://example.com/", "file:///etc/passwd",
                            "http://", "http://exa mple.com/", "http://a:99999/"}) {
        EXPECT_EQ(error_of({.url = url}), HttpErrorKind::bad_url) << url;
    }
    LoopbackServer& server = serve(answer_ok);
    EXPECT_EQ(error_of({.method = "GET /x HTTP/1.1\r\nA:", .url = server.url("/")}),
              HttpErrorKind::bad_header);
    HttpRequest injected{.url = server.url("/")};
    injected.headers = {{"X-A", "1\r\nX-B: 2"}};
    EXPECT_EQ(error_of(injected), HttpErrorKind::bad_header);
    injected.headers = {{"X-A: 1\r\nX-B", "2"}};
    EXPECT_EQ(error_of(injected), HttpErrorKind::bad_header);
}

TEST_F(HttpClientTest, EndsACancelledRequestInMidBody) {
    std::promise<void> half_sent;
    LoopbackServer& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        half_sent.set_value();
        connection.wait_until_closed();
    });
    RequestHandle handle;
    auto result = start({.url = server.url("/")}, &handle);
    half_sent.get_future().wait();
    const auto cancelled_at = std::chrono::steady_clock::now();
    client().cancel(handle);
    ASSERT_EQ(result.wait_for(5s), std::future_status::ready);
    EXPECT_EQ(result.get().error().kind, HttpErrorKind::cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - cancelled_at, 1s);
    client().cancel(handle);  // unknown by now: ignored
}

}  // namespace
}  // namespace swiftgrid::net
