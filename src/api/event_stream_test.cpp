#include "api/event_stream.h"

#include <future>

#include <gtest/gtest.h>

#include "api/testing/server_fixture.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

using testing::RawClient;
using testing::RawResponse;

TEST(FormatFrame, WritesEventIdAndEveryLineOfTheData) {
    EXPECT_EQ(format_frame({.event = "run_event", .data = "{}", .id = 7}),
              "event: run_event\nid: 7\ndata: {}\n\n");
    EXPECT_EQ(format_frame({.event = "", .data = "a\nb\r\nc\rd"}),
              "data: a\ndata: b\ndata: c\ndata: d\n\n");
}

TEST(EventQueue, WakesOncePerTake) {
    int wakes = 0;
    EventQueue queue(100, [&] { ++wakes; });
    queue.push("a");
    queue.push("b");
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(queue.take().bytes, "ab");
    queue.push("c");
    EXPECT_EQ(wakes, 2);
}

// A reader that got the last piece without the end would ask for another one.
TEST(EventQueue, GivesTheLastPieceTogetherWithTheEnd) {
    std::vector<EventQueue::Taken> taken;
    EventQueue* place = nullptr;
    EventQueue queue(100, [&] { taken.push_back(place->take()); });
    place = &queue;
    queue.push("a");
    queue.push_last("b");
    EXPECT_FALSE(queue.push("c"));
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_FALSE(taken[0].is_last);
    EXPECT_EQ(taken[1].bytes, "b");
    EXPECT_TRUE(taken[1].is_last);
}

TEST(EventQueue, KnowsWhoEndedIt) {
    EventQueue left(10, [] {});
    EXPECT_FALSE(left.was_abandoned());
    left.abandon();
    left.abandon();
    EXPECT_TRUE(left.was_abandoned());
    EventQueue closed(10, [] {});
    closed.close();
    closed.abandon();
    EXPECT_FALSE(closed.was_abandoned());
}

TEST(EventQueue, TellsAReaderThatLagsAndEnds) {
    EventQueue queue(10, [] {});
    EXPECT_TRUE(queue.push("0123456789"));
    EXPECT_FALSE(queue.push("x"));
    EXPECT_FALSE(queue.push("y"));
    const EventQueue::Taken taken = queue.take();
    EXPECT_TRUE(taken.is_last);
    EXPECT_TRUE(taken.bytes.starts_with("event: lagged\n"));
}

TEST(EventQueue, DropsWhatIsOnlyOfferedToASlowReader) {
    EventQueue queue(10, [] {});
    queue.offer("123");
    queue.offer("456");
    EXPECT_TRUE(queue.push("durable"));
    EXPECT_EQ(queue.take().bytes, "123durable");
    queue.offer("789");
    EXPECT_EQ(queue.take().bytes, "789");
    queue.close();
    queue.offer("x");
    EXPECT_TRUE(queue.take().bytes.empty());
}

class EventStreamTest : public testing::ServerFixture {
protected:
    std::uint16_t serve_stream() {
        router_.add("GET", "/stream", [this](const Request&, const Responder& respond) {
            writer_.set_value(respond.stream([this] { closed_.set_value(); }));
        });
        return serve();
    }

    std::promise<EventStreamWriter> writer_;
    std::promise<void> closed_;
};

TEST_F(EventStreamTest, SendsFramesFromAnyThreadUntilTheHandlerEndsIt) {
    RawClient client(serve_stream());
    client.request("GET /stream");
    const RawResponse head = client.read_head();
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.has("Content-Type: text/event-stream\r\n"));
    EXPECT_TRUE(head.has("Cache-Control: no-store\r\n"));
    EXPECT_TRUE(head.has("X-Accel-Buffering: no\r\n"));
    EXPECT_TRUE(client.read_until("retry: 2000\n\n"));
    const EventStreamWriter writer = writer_.get_future().get();
    EXPECT_EQ(server_->stream_count(), 1U);
    std::thread other([&] { writer.send({.event = "one", .data = "1", .id = 1}); });
    other.join();
    EXPECT_TRUE(client.read_until("event: one\nid: 1\ndata: 1\n\n"));
    writer.send({.event = "end", .data = "{}"});
    writer.close();
    EXPECT_TRUE(client.read_until("event: end\ndata: {}\n\n"));
    EXPECT_TRUE(client.read_until("0\r\n\r\n"));
    closed_.get_future().wait();
    EXPECT_FALSE(writer.send({.event = "late", .data = ""}));
    EXPECT_EQ(server_->stream_count(), 0U);
}

TEST_F(EventStreamTest, NoticesAtOnceThatTheReaderIsGone) {
    RawClient client(serve_stream());
    client.request("GET /stream");
    EXPECT_TRUE(client.read_until("retry"));
    const EventStreamWriter writer = writer_.get_future().get();
    client.close();
    closed_.get_future().wait();
    EXPECT_FALSE(writer.is_open());
}

TEST_F(EventStreamTest, SendsACommentWhenNothingHappens) {
    options_.heartbeat = Duration{20};
    RawClient client(serve_stream());
    client.request("GET /stream");
    EXPECT_TRUE(client.read_until(": hb\n\n\r\n6\r\n: hb\n\n"));
}

TEST_F(EventStreamTest, EndsWithTheRightsOfWhoOpenedIt) {
    options_.heartbeat = Duration{20};
    std::atomic<bool> is_allowed = true;
    router_.set_gate([&](Request& request) -> std::optional<Response> {
        EXPECT_EQ(request.route, "/stream");
        EXPECT_EQ(request.header("Cookie"), "session=1");
        if (is_allowed) return std::nullopt;
        return Response{.status = 401};
    });
    RawClient client(serve_stream());
    client.request("GET /stream", "Cookie: session=1\r\n\r\n");
    EXPECT_TRUE(client.read_until(": hb\n\n\r\n6\r\n: hb\n\n"));
    is_allowed = false;
    EXPECT_TRUE(client.read_until("0\r\n\r\n"));
    closed_.get_future().wait();
}

TEST_F(EventStreamTest, CutsAReaderThatTakesNothing) {
    options_.progress_time = Duration{200};
    RawClient client(serve_stream(), 4096);
    client.request("GET /stream");
    const EventStreamWriter writer = writer_.get_future().get();
    const std::string data(64 * 1024, 'x');
    std::size_t sent_bytes = 0;
    while (writer.send({.event = "big", .data = data})) {
        sent_bytes += data.size();
        ASSERT_LT(sent_bytes, 100 * limits::mebibyte) << "the queue is not bounded";
    }
    closed_.get_future().wait();
    EXPECT_EQ(server_->stream_count(), 0U);
}

TEST_F(EventStreamTest, RefusesMoreStreamsThanItsLimit) {
    options_.streams_max = 0;
    RawClient client(serve_stream());
    client.request("GET /stream");
    EXPECT_EQ(client.read().status, 503);
    closed_.get_future().wait();
    client.request("GET /nothing");
    EXPECT_EQ(client.read().status, 404);
}

TEST_F(EventStreamTest, EndsWhenTheServerDrains) {
    RawClient client(serve_stream());
    client.request("GET /stream");
    EXPECT_TRUE(client.read_until("retry"));
    std::promise<void> drained;
    server_->drain(Duration{60'000}, [&] { drained.set_value(); });
    EXPECT_TRUE(client.read_until("0\r\n\r\n"));
    closed_.get_future().wait();
    client.close();
    drained.get_future().wait();
}

TEST_F(EventStreamTest, AnswersHeadWithoutAStream) {
    RawClient client(serve_stream());
    client.request("HEAD /stream");
    EXPECT_EQ(client.read_head().status, 200);
    EXPECT_TRUE(client.is_at_end());
    closed_.get_future().wait();
}

}  // namespace
}  // namespace swiftgrid::api
