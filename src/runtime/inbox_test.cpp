#include "runtime/inbox.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

Message numbered(std::uint8_t number) {
    Submission submission;
    submission.run.uuid.bytes[0] = number;
    return submission;
}

std::uint8_t number_of(const Message& message) {
    return std::get<Submission>(message).run.uuid.bytes[0];
}

TEST(Inbox, GivesMessagesInOrderAndWakesOncePerBatch) {
    int wake_ups = 0;
    Inbox inbox([&] { ++wake_ups; });
    for (std::uint8_t i = 0; i < 3; ++i) inbox.push(numbered(i));
    EXPECT_EQ(wake_ups, 1);
    std::vector<Message> messages;
    EXPECT_TRUE(inbox.drain(messages, 2));
    EXPECT_FALSE(inbox.drain(messages, 2));
    ASSERT_EQ(messages.size(), 3u);
    for (std::uint8_t i = 0; i < 3; ++i) EXPECT_EQ(number_of(messages[i]), i);
    inbox.push(numbered(9));
    EXPECT_EQ(wake_ups, 2);
}

TEST(Inbox, RefusesStartsWhenFullButNeverResults) {
    Inbox inbox([] {});
    for (std::size_t i = 0; i < limits::inbox_commands; ++i) {
        Message message = numbered(0);
        ASSERT_TRUE(inbox.try_push(message));
    }
    Message refused = numbered(7);
    EXPECT_FALSE(inbox.try_push(refused));
    EXPECT_EQ(number_of(refused), 7);
    inbox.push(BatchDurable{});
    EXPECT_EQ(inbox.size(), limits::inbox_commands + 1);
}

}  // namespace
}  // namespace swiftgrid::runtime
