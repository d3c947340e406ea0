#pragma once

// The notifier over a real store, with a clock that is set and another side that answers when the
// test says so.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/notification_entries.h"
#include "control/notifier.h"
#include "store/schedules.h"
#include "store/testing/catalog_world.h"

namespace swiftgrid::control {

using store::testing::CatalogTest;
using store::testing::flow_of;
using store::testing::noon;

class NoticeClock : public runtime::Clock {
public:
    Instant now() const override { return at; }
    std::int64_t monotonic_ms() const override { return at.milliseconds_since_epoch; }

    Instant at = noon + Duration{3'600'000};
};

class NoticeIds : public IdSource {
public:
    Uuid next() override { return store::testing::uuid_of(1'000'000 + ++last_); }

private:
    std::uint64_t last_ = 0;
};

class NotifierTest : public CatalogTest {
protected:
    NotifierTest() { create(1, "Daily"); }

    ChannelId add_channel(const std::string& members, const std::string& type = "webhook") {
        auto tree = parse_json(members).value().as_object();
        tree["type"] = type;
        tree["name"] = "ops";
        if (!tree.contains("url")) tree["url"] = "https://example.com/in";
        auto channel = read_channel(tree, nullptr);
        SG_ASSERT(channel.has_value(), "the channel is well-formed");
        channel->row.id = ChannelId{ids_.next()};
        auto complete = channel_of(channel->row, channel->secret);
        store::AuditEntry audit;
        audit.action = "NOTIFICATION_CHANNEL_CREATED";
        audit.created_at = clock_.at;
        SG_ASSERT(book_.put(*complete, true, audit).has_value(), "a channel is stored");
        return channel->row.id;
    }

    // As after a start of the server.
    void restart() {
        sent_.clear();
        notifier_ = std::make_unique<Notifier>(parts());
    }
    std::optional<Instant> turn() {
        if (!notifier_) restart();
        return notifier_->turn();
    }
    void pass(std::int64_t seconds) { clock_.at = clock_.at + Duration{seconds * 1'000}; }

    void end(std::int64_t second, const std::string& status) { store_run(second, status); }

    // What has gone out since the last call: the event, and how often it has happened.
    std::vector<std::string> sent() {
        std::vector<std::string> found;
        for (; seen_ < sent_.size(); ++seen_) {
            const auto body = parse_json(sent_[seen_].request.body).value().as_object();
            const auto count = integer_at(body, "count", 1);
            found.push_back(std::string(text_at(body, "event")) +
                            (count > 1 ? " x" + std::to_string(count) : ""));
        }
        return found;
    }
    // The other side answers what it got last.
    void answer(int status, std::vector<net::HttpHeader> headers = {}) {
        net::HttpResponse response;
        response.status = status;
        response.headers = std::move(headers);
        sent_.back().done(std::move(response));
    }
    // With this body.
    void answer_with(int status, const std::string& said) {
        sent_.back().request.on_body({}, said);
        answer(status);
    }
    std::string id_of_last() const {
        return *net::find_header(sent_.back().request.headers, "webhook-id");
    }
    std::vector<store::NotificationDelivery> log(ChannelId channel) {
        return outbox_.list(channel, "", 100).value().items;
    }
    std::int64_t causes_left() { return outbox_.causes(1'000).value().last; }

    Notifier::Parts parts() {
        return {outbox_,
                book_,
                entries_,
                vault_,
                clock_,
                ids_,
                [this](net::HttpRequest request, net::HttpDone done) {
                    sent_.push_back({std::move(request), std::move(done)});
                },
                [this] { ++woken_; },
                [](const std::string& text) { ADD_FAILURE() << text; },
                &metrics_};
    }
    // "webhook delivered 1", in order.
    std::vector<std::string> counted() const {
        std::vector<std::string> lines;
        for (const auto& [values, count] : metrics_.notifications.series())
            lines.push_back(values[0] + " " + values[1] + " " + std::to_string(count));
        return lines;
    }

    struct Sent {
        net::HttpRequest request;
        net::HttpDone done;
    };
    NoticeClock clock_;
    NoticeIds ids_;
    runtime::Vault vault_;
    store::NotificationChannels channels_{*database_, journal_};
    store::NotificationOutbox outbox_{*database_, journal_};
    store::Schedules schedules_{*database_, journal_};
    SecretStore secrets_{{catalog_, vault_, KeyRing({ServerKey(ServerKey::Bytes{1})})}};
    NotificationBook book_{{channels_, secrets_, clock_, {}}};
    NotificationEntries entries_{database_->causes()};
    ControlMetrics metrics_;
    std::unique_ptr<Notifier> notifier_;
    std::vector<Sent> sent_;
    std::size_t seen_ = 0;
    int woken_ = 0;
};

}  // namespace swiftgrid::control
