// Bodies that are taken piece by piece, and servers that fall silent.

#include <condition_variable>
#include <mutex>

#include "net/http_client.h"
#include "net/testing/http_client_fixture.h"

namespace swiftgrid::net {
namespace {

using testing::HttpClientTest;
using testing::LoopbackConnection;
using testing::SeenRequest;

constexpr std::string_view head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunked(std::string_view text) {
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + std::string(text) + "\r\n";
}

// A stage that the server or the test reaches and the other side waits for.
class Signal {
public:
    void give() {
        const std::lock_guard lock(mutex_);
        given_ = true;
        changed_.notify_all();
    }
    bool await() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return given_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool given_ = false;
};

class HttpClientStream : public HttpClientTest {
protected:
    HttpRequest streaming(const std::string& url) {
        HttpRequest request{.method = "POST", .url = url};
        request.on_body = [this](const HttpResponse& response, std::string_view piece) {
            status_ = response.status;
            taken_ += piece;
            if (taken_ == "one") first_.give();
            return taken_.ends_with("end") ? BodyPiece::last : BodyPiece::taken;
        };
        return request;
    }

    int status_ = 0;
    std::string taken_;  // on the client's strand until the request has ended
    Signal first_;
};

TEST_F(HttpClientStream, HandsPiecesOnBeforeTheAnswerIsComplete) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(head);
        connection.send(chunked("one"));
        EXPECT_TRUE(first_.await());
        connection.send(chunked("two") + chunked(""));
    });
    const HttpResult result = fetch(streaming(server.url("/")));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(taken_, "onetwo");
    EXPECT_EQ(status_, 200);
    EXPECT_EQ(result->body, "");
}

TEST_F(HttpClientStream, KeepsWhatTheReceiverDoesNotTake) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.answer("500 Oh", "", "sorry");
    });
    HttpRequest request{.url = server.url("/")};
    request.on_body = [](const HttpResponse& response, std::string_view) {
        return response.status == 200 ? BodyPiece::taken : BodyPiece::keep;
    };
    EXPECT_EQ(fetch(std::move(request))->body, "sorry");
}

TEST_F(HttpClientStream, DoesNotOfferTheBodyOfARedirect) {
    const auto& server = serve([&](const SeenRequest& request, LoopbackConnection& connection) {
        if (request.target == "/")
            connection.answer("307 Over there", "Location: /other\r\n", "moved");
        else
            connection.answer("200 OK", "", "one");
    });
    ASSERT_TRUE(fetch(streaming(server.url("/"))));
    EXPECT_EQ(taken_, "one");
}

TEST_F(HttpClientStream, UsesTheConnectionAgainAfterTheLastPiece) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("the end"));
        connection.send(chunked(""));
    });
    ASSERT_TRUE(fetch(streaming(server.url("/"))));
    ASSERT_TRUE(fetch(streaming(server.url("/"))));
    EXPECT_EQ(server.connection_count(), 1);
}

TEST_F(HttpClientStream, DoesNotWaitForAServerThatLeavesTheEndOpen) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("the end"));
        connection.wait_until_closed();
    });
    HttpRequest request = streaming(server.url("/"));
    request.idle_ms = 60'000;
    const HttpResult result = fetch(std::move(request));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(taken_, "the end");
}

TEST_F(HttpClientStream, IsWholeWhenTheConnectionBreaksAfterTheLastPiece) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("the end"));
        connection.finish();
    });
    EXPECT_TRUE(fetch(streaming(server.url("/"))));
}

TEST_F(HttpClientStream, EndsWhenNoAnswerBegins) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(head);  // headers alone are no answer
        connection.wait_until_closed();
    });
    HttpRequest request = streaming(server.url("/"));
    request.first_byte_ms = 50;
    request.idle_ms = 10'000;
    const HttpResult result = fetch(std::move(request));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::first_byte_timeout);
    EXPECT_NE(result.error().message.find("within 50 ms"), std::string::npos);
}

TEST_F(HttpClientStream, EndsWhenTheAnswerFallsSilent) {
    Signal closed;
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("one"));
        connection.wait_until_closed();
        closed.give();
    });
    HttpRequest request = streaming(server.url("/"));
    request.first_byte_ms = 10'000;
    request.idle_ms = 50;
    const HttpResult result = fetch(std::move(request));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, HttpErrorKind::idle_timeout);
    EXPECT_EQ(taken_, "one");
    EXPECT_TRUE(closed.await());
}

TEST_F(HttpClientStream, EndsAtTheTimeLimitThoughPiecesCome) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("one"));
        connection.wait_until_closed();
    });
    HttpRequest request = streaming(server.url("/"));
    request.time_ms = 100;
    request.idle_ms = 10'000;
    EXPECT_EQ(error_of(std::move(request)), HttpErrorKind::timeout);
}

TEST_F(HttpClientStream, ClosesTheSocketWhenItIsCancelled) {
    Signal closed;
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("one"));
        connection.wait_until_closed();
        closed.give();
    });
    RequestHandle handle;
    auto future = start(streaming(server.url("/")), &handle);
    ASSERT_TRUE(first_.await());
    client().cancel(handle);
    EXPECT_EQ(future.get().error().kind, HttpErrorKind::cancelled);
    EXPECT_TRUE(closed.await());
}

TEST_F(HttpClientStream, CountsTakenPiecesToo) {
    const auto& server = serve([&](const SeenRequest&, LoopbackConnection& connection) {
        connection.send(std::string(head) + chunked("onetwo") + chunked(""));
    });
    HttpRequest request = streaming(server.url("/"));
    request.response_bytes_max = 5;
    EXPECT_EQ(error_of(std::move(request)), HttpErrorKind::too_large);
}

}  // namespace
}  // namespace swiftgrid::net
