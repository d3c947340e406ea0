// What waits and what is remembered of messages; what they say and when they go is tested in
// control.

#include "store/notification_outbox.h"

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "store/notification_channels.h"
#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;
using testing::run_of;
using testing::uuid_of;

class NotificationOutboxTest : public testing::CatalogTest {
protected:
    ChannelId add_channel(std::uint64_t number) {
        NotificationChannel channel;
        channel.id = ChannelId{uuid_of(number)};
        channel.type = "webhook";
        channel.name = "ops";
        channel.events = "[]";
        SG_ASSERT(channels_.put(channel, std::nullopt, AuditEntry{}).has_value(), "it is stored");
        return channel.id;
    }

    // Each goes out alone.
    NewNotification message_to(ChannelId channel) {
        NewNotification message;
        message.delivery.id = DeliveryId{uuid_of(++last_message_)};
        message.delivery.channel = channel;
        message.delivery.event = "run_failed";
        message.delivery.flow = flow_of(1);
        message.delivery.facts = "{}";
        return message;
    }
    void add(ChannelId channel, std::size_t count) {
        std::vector<NewNotification> messages;
        for (std::size_t i = 0; i < count; ++i) messages.push_back(message_to(channel));
        ASSERT_TRUE(outbox_.add(messages, 0, noon));
    }
    std::vector<NotificationDelivery> all(ChannelId channel) {
        return outbox_.list(channel, "", 1'000'000).value().items;
    }
    std::size_t count(ChannelId channel, const std::string& status) {
        return static_cast<std::size_t>(
            std::ranges::count(all(channel), status, &NotificationDelivery::status));
    }
    void try_it(const NotificationDelivery& delivery, int number, std::optional<Instant> next_at) {
        NotificationAttempt attempt;
        attempt.channel = delivery.channel;
        attempt.delivery = delivery.id;
        attempt.attempt = std::to_string(number);
        attempt.status = next_at ? "waiting" : "failed";
        attempt.next_at = next_at;
        attempt.now = noon;
        ASSERT_TRUE(outbox_.record({attempt}));
    }

    NotificationChannels channels_{*database_, journal_};
    NotificationOutbox outbox_{*database_, journal_};
    std::uint64_t last_message_ = 1'000'000;
};

TEST_F(NotificationOutboxTest, NotesWhatHasNoRoomAndRemembersTheLast) {
    const ChannelId full = add_channel(1);
    const ChannelId other = add_channel(2);
    add(full, limits::notification_deliveries_waiting - 1);
    add(full, 3);
    EXPECT_EQ(count(full, "waiting"), limits::notification_deliveries_waiting);
    EXPECT_EQ(count(full, "dropped"), 2U);
    EXPECT_EQ(all(full).front().due_at, std::nullopt);
    add(full, limits::notification_deliveries + 5);
    EXPECT_EQ(count(full, "waiting"), limits::notification_deliveries_waiting);
    EXPECT_EQ(count(full, "dropped"), limits::notification_deliveries);
    add(other, 1);
    EXPECT_EQ(count(other, "waiting"), 1U);
    // What is done with makes room.
    try_it(outbox_.next(full).value().value(), 1, std::nullopt);
    add(full, 1);
    EXPECT_EQ(all(full).front().status, "waiting");
}

TEST_F(NotificationOutboxTest, RemembersTheLastAttempts) {
    const ChannelId channel = add_channel(1);
    add(channel, 1);
    const int many = static_cast<int>(limits::notification_attempts) + 2;
    for (int i = 1; i <= many; ++i) try_it(all(channel).front(), i, noon);
    const auto delivery = all(channel).front();
    EXPECT_EQ(delivery.attempt_count, many);
    const auto attempts = parse_json(delivery.attempts).value().as_array();
    ASSERT_EQ(attempts.size(), limits::notification_attempts);
    EXPECT_EQ(attempts.front().as_int64(), 3);
    EXPECT_EQ(attempts.back().as_int64(), many);
    // Sent again by hand, they stay to be read.
    try_it(delivery, 0, std::nullopt);
    ASSERT_TRUE(outbox_.send_again(channel, delivery.id, noon));
    EXPECT_EQ(parse_json(all(channel).front().attempts).value().as_array().back().as_int64(), 0);
    EXPECT_EQ(all(channel).front().attempt_count, 0);
}

TEST_F(NotificationOutboxTest, KnowsTheNewestOfEveryChannel) {
    const ChannelId first = add_channel(1);
    const ChannelId second = add_channel(2);
    add_channel(3);
    add(first, 3);
    add(second, 1);
    const auto newest = outbox_.newest().value();
    ASSERT_EQ(newest.size(), 2U);
    EXPECT_EQ(newest.at(first).id, all(first).front().id);
    EXPECT_EQ(newest.at(second).id, all(second).front().id);
}

TEST_F(NotificationOutboxTest, RemembersTheLastOfAllEntriesOfAFlowAndForgetsThemWithIt) {
    create(1, "flow");
    create(2, "other");
    const ChannelId channel = add_channel(1);
    add(channel, 1);
    const auto tell = [&](std::uint64_t entry, std::uint64_t flow) {
        auto message = message_to(ChannelId{uuid_of(entry)});
        message.delivery.flow = flow_of(flow);
        message.delivery.target = "{}";
        ASSERT_TRUE(outbox_.add({message}, 0, noon));
    };
    const auto all_of = [&](std::uint64_t flow) {
        return outbox_.list_of(flow_of(flow), "", 1'000'000).value().items;
    };
    tell(11, 1);
    tell(12, 1);
    tell(13, 2);
    tell(14, 3);
    EXPECT_EQ(all_of(1).size(), 2U);
    EXPECT_TRUE(all_of(3).empty()) << "there is no such flow";
    EXPECT_EQ(outbox_.waiting_entries()->size(), 3U);
    EXPECT_TRUE(outbox_.find_of(flow_of(1), all_of(1)[0].id).value());
    EXPECT_FALSE(outbox_.find_of(flow_of(2), all_of(1)[0].id).value());
    std::vector<NotificationAttempt> attempts;
    const auto end = [&](const NotificationDelivery& delivery) {
        NotificationAttempt attempt;
        attempt.channel = delivery.channel;
        attempt.delivery = delivery.id;
        attempt.of_flow = delivery.flow;
        attempt.attempt = "1";
        attempt.status = "failed";
        attempt.now = noon;
        attempts.push_back(attempt);
    };
    for (std::size_t i = 0; i < limits::notification_deliveries; ++i) tell(11 + i % 2, 1);
    for (const auto& delivery : all_of(1)) end(delivery);
    ASSERT_TRUE(outbox_.record(attempts));
    EXPECT_EQ(all_of(1).size(), limits::notification_deliveries);
    EXPECT_EQ(all_of(2).size(), 1U);
    EXPECT_EQ(all(channel).size(), 1U);
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {}, noon));
    EXPECT_TRUE(all_of(1).empty());
    EXPECT_EQ(all_of(2).size(), 1U);
    EXPECT_EQ(all(channel).size(), 1U) << "a channel keeps what it was told of it";
    ASSERT_TRUE(channels_.remove(channel, AuditEntry{}));
    EXPECT_TRUE(all(channel).empty());
}

TEST_F(NotificationOutboxTest, TellsAWaitOnce) {
    create(1, "flow");
    const ChannelId channel = add_channel(1);
    const auto waiting = [&](Instant since) {
        auto message = message_to(channel);
        message.delivery.run = run_of(7);
        message.waits_since = since;
        return message;
    };
    std::vector<NewNotification> messages{waiting(noon)};
    ASSERT_TRUE(outbox_.drop_told(messages));
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_TRUE(outbox_.add(messages, 0, noon));
    ASSERT_TRUE(outbox_.add({waiting(noon)}, 0, noon)) << "also when nobody looked before";
    EXPECT_EQ(all(channel).size(), 1U);
    messages = {waiting(noon), waiting(noon + Duration{1})};
    ASSERT_TRUE(outbox_.drop_told(messages));
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].waits_since, noon + Duration{1});
}

}  // namespace
}  // namespace swiftgrid::store
