#include "net/event_stream_reader.h"

#include <vector>

#include <gtest/gtest.h>

namespace swiftgrid::net {
namespace {

using Texts = std::vector<std::string>;

Texts read(const std::vector<std::string_view>& pieces) {
    Texts events;
    const auto keep = [&](StreamEvent event) {
        events.push_back(event.name.empty() ? event.data : event.name + "=" + event.data);
    };
    EventStreamReader reader(1'000);
    for (const std::string_view piece : pieces) EXPECT_TRUE(reader.feed(piece, keep));
    reader.finish(keep);
    return events;
}

// The same whole, byte by byte, and cut in two at every border.
Texts read_at_every_border(std::string_view text) {
    const Texts whole = read({text});
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(read(bytes), whole) << text;
    for (std::size_t cut = 0; cut <= text.size(); ++cut)
        EXPECT_EQ(read({text.substr(0, cut), text.substr(cut)}), whole) << text << " at " << cut;
    return whole;
}

TEST(EventStreamReader, EndsLinesWithCrLfAndBoth) {
    for (const std::string_view text :
         {"data: a\n\ndata: b\n\n", "data: a\r\rdata: b\r\r", "data: a\r\n\r\ndata: b\r\n\r\n",
          "data: a\r\n\ndata: b\n\r\n"})
        EXPECT_EQ(read_at_every_border(text), (Texts{"a", "b"})) << text;
}

TEST(EventStreamReader, JoinsTheLinesOfData) {
    EXPECT_EQ(read_at_every_border("data: one\ndata:two\ndata\ndata:  three\n\n"),
              (Texts{"one\ntwo\n\n three"}));
}

TEST(EventStreamReader, PassesOverCommentsUnknownFieldsAndEmptyEvents) {
    EXPECT_EQ(read_at_every_border(": OPENROUTER PROCESSING\n\n\n\nid: 7\nretry: 10\nevent: e\n\n"
                                   "foo: bar\ndata: x\n:\n\n"),
              (Texts{"x"}));
}

TEST(EventStreamReader, GivesTheNameOfAnEvent) {
    EXPECT_EQ(read_at_every_border("event: error\ndata: {}\n\ndata: y\n\n"),
              (Texts{"error={}", "y"}));
}

TEST(EventStreamReader, PassesOverOneByteOrderMark) {
    EXPECT_EQ(read_at_every_border("\xef\xbb\xbf"
                                   "data: a\n\n\xef\xbb\xbf"
                                   "data: b\n\n"),
              (Texts{"a"}));
}

TEST(EventStreamReader, KeepsCharactersThatArriveInParts) {
    EXPECT_EQ(read_at_every_border("data: \xc3\xa9\xf0\x9f\x98\x80\n\n"),
              (Texts{"\xc3\xa9\xf0\x9f\x98\x80"}));
}

TEST(EventStreamReader, GivesTheLastEventOfAStreamThatJustEnds) {
    EXPECT_EQ(read_at_every_border("data: a\n\ndata: b"), (Texts{"a", "b"}));
    EXPECT_EQ(read_at_every_border("data: a\n\ndata: b\n"), (Texts{"a", "b"}));
    EXPECT_EQ(read_at_every_border("").size(), 0U);
}

TEST(EventStreamReader, StopsAtAnEventThatIsTooLarge) {
    const auto ignore = [](const StreamEvent&) {};
    EventStreamReader long_line(10);
    EXPECT_TRUE(long_line.feed("data: aaaa", ignore));
    EXPECT_FALSE(long_line.feed("a", ignore));
    EXPECT_FALSE(long_line.feed("\n\n", ignore));
    EventStreamReader many_lines(20);
    EXPECT_TRUE(many_lines.feed("data: aaaaaaaa\n", ignore));
    EXPECT_FALSE(many_lines.feed("data: aaaaaaaa\n", ignore));
}

}  // namespace
}  // namespace swiftgrid::net
