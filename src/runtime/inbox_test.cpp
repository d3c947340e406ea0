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

class SetClock : public Clock {
public:
    Instant now() const override { return {at}; }
    std::int64_t monotonic_ms() const override { return at; }
    std::int64_t at = 1'000;
};

TEST(Inbox, TellsHowLongTheOldestMessageWaits) {
    SetClock clock;
    Inbox inbox([] {}, limits::inbox_commands, &clock);
    EXPECT_EQ(inbox.oldest_age_ms(), 0);
    clock.at = 5'000;
    inbox.push(numbered(0));
    clock.at = 5'070;
    inbox.push(numbered(1));
    EXPECT_EQ(inbox.oldest_age_ms(), 70);
    std::vector<Message> messages;
    inbox.drain(messages, 2);
    EXPECT_EQ(inbox.oldest_age_ms(), 0);
    clock.at = 9'000;
    inbox.push(numbered(2));
    EXPECT_EQ(inbox.oldest_age_ms(), 0);
}

// One that never gets empty must not look older than what is in it by more than a round.
TEST(Inbox, ForgetsTheAgeOfWhatWasTaken) {
    SetClock clock;
    Inbox inbox([] {}, limits::inbox_commands, &clock);
    for (std::uint8_t i = 0; i < 4; ++i) inbox.push(numbered(i));
    std::vector<Message> messages;
    for (int round = 0; round < 100; ++round) {
        clock.at += 10;
        inbox.push(numbered(9));
        inbox.push(numbered(9));
        inbox.drain(messages, 2);
        // Four are left: the oldest came two rounds ago, and is seen as twice that at most.
        EXPECT_LE(inbox.oldest_age_ms(), 60) << round;
        EXPECT_GE(inbox.oldest_age_ms(), round < 2 ? 0 : 10) << round;
    }
}

}  // namespace
}  // namespace swiftgrid::runtime
