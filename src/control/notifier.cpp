#include "control/notifier.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/assert.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/notification_message.h"
#include "control/notification_rules.h"

namespace swiftgrid::control {
namespace {

// Since it was last sent by hand, and as far as its attempts are remembered.
std::optional<Instant> first_attempt_at(const store::NotificationDelivery& delivery) {
    const auto attempts = parse_json(delivery.attempts);
    const auto* list = attempts ? attempts->if_array() : nullptr;
    if (!list || list->empty() || delivery.attempt_count == 0) return std::nullopt;
    const auto count = std::min(list->size(), static_cast<std::size_t>(delivery.attempt_count));
    const auto* attempt = (*list)[list->size() - count].if_object();
    const auto at = parse_rfc3339(attempt ? text_at(*attempt, "at") : "");
    return at ? std::optional(*at) : std::nullopt;
}

}  // namespace

struct Notifier::Answered {
    ChannelId channel;
    net::HttpResult result;
};

// What came back, from the threads of the client; outlives the notifier while requests do.
class Notifier::Answers {
public:
    explicit Answers(std::function<void()> wake) : wake_(std::move(wake)) {}

    void add(ChannelId channel, net::HttpResult result) {
        {
            const std::lock_guard lock(mutex_);
            arrived_.push_back({channel, std::move(result)});
        }
        wake_();
    }
    std::vector<Answered> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(arrived_, {});
    }
    // They could not be written down; the next turn tries again.
    void put_back(std::vector<Answered> answers) {
        const std::lock_guard lock(mutex_);
        std::ranges::move(answers, std::back_inserter(arrived_));
    }

private:
    std::function<void()> wake_;
    std::mutex mutex_;
    std::vector<Answered> arrived_;
};

Notifier::Notifier(Parts parts)
    : parts_(std::move(parts)), answers_(std::make_shared<Answers>(parts_.wake)) {}

std::optional<Instant> Notifier::turn() {
    const Instant now = parts_.clock.now();
    next_.reset();
    auto worked = work(now);
    if (worked) {
        is_in_trouble_ = false;
        return next_;
    }
    knows_agenda_ = false;  // what was taken from it may not have gone out
    if (!std::exchange(is_in_trouble_, true))
        parts_.warn("notifications: " + worked.error().message);
    return now + Duration{limits::notification_trouble_ms};
}

void Notifier::finish() {
    if (auto done = take_answers(parts_.clock.now()); !done)
        parts_.warn("notifications: " + done.error().message);
}

Result<void> Notifier::work(Instant now) {
    take_channels();
    if (auto done = take_agenda(now); !done) return done;
    if (auto done = take_answers(now); !done) return done;
    if (auto done = make_messages(now); !done) return done;
    if (auto done = look_for_waiting(now); !done) return done;
    return send_due(now);
}

void Notifier::take_channels() {
    const auto channels = parts_.book.channels();
    if (channels == known_channels_) return;
    known_channels_ = channels;
    // What nobody wanted to hear of was not noted: what is remembered may be old.
    has_failed_.clear();
    next_look_.reset();
    looked_until_ = {};
}

// After a start, after trouble, or when somebody has sent a message again.
Result<void> Notifier::take_agenda(Instant now) {
    if (knows_agenda_.exchange(true)) return {};
    const auto entries = parts_.outbox.waiting_entries();
    if (!entries) {
        knows_agenda_ = false;
        return std::unexpected(entries.error());
    }
    for (const ChannelId entry : *entries) agenda_.put(entry, now);
    return {};
}

void Notifier::call_again(Instant at) { next_ = std::min(next_.value_or(at), at); }

Result<void> Notifier::take_answers(Instant now) {
    auto answers = answers_->take();
    std::vector<store::NotificationAttempt> attempts;
    attempts.reserve(answers.size());
    for (const Answered& answered : answers) attempts.push_back(judge(answered, now));
    if (auto done = parts_.outbox.record(attempts); !done) {
        answers_->put_back(std::move(answers));
        return done;
    }
    for (const store::NotificationAttempt& attempt : attempts) {
        count(sending_.at(attempt.channel).channel->row.type, attempt);
        sending_.erase(attempt.channel);
        if (attempt.of_flow) agenda_.put(attempt.channel, now);
    }
    while (!gone_.empty()) {
        const auto first = gone_.begin();
        if (auto done = parts_.book.disable(
                *first->second, "the other side answered 410: it wants no more messages");
            !done)
            return done;
        gone_.erase(first);
    }
    return {};
}

store::NotificationAttempt Notifier::judge(const Answered& answered, Instant now) {
    const auto found = sending_.find(answered.channel);
    SG_ASSERT(found != sending_.end(), "what is answered was sent");
    const Sending& sent = found->second;
    store::NotificationAttempt attempt;
    attempt.channel = answered.channel;
    attempt.delivery = sent.delivery.id;
    if (sent.delivery.target) attempt.of_flow = sent.delivery.flow;
    attempt.now = now;
    SendVerdict verdict = judge_answer(*sent.channel, answered.result, *sent.seen,
                                       *parts_.vault.content()->redactor(), now);
    // Whoever is where it went before cannot refuse it for who is there now.
    const auto channel = parts_.book.find(answered.channel);
    const bool is_elsewhere = channel && (*channel)->secret.url != sent.channel->secret.url;
    if (is_elsewhere && verdict.outcome != SendOutcome::delivered) {
        verdict.outcome = SendOutcome::retry;
        verdict.asked_wait.reset();
    }
    if (verdict.asked_wait) {
        std::erase_if(asked_to_wait_, [&](const auto& each) { return each.second <= now; });
        asked_to_wait_[answered.channel] = now + *verdict.asked_wait;
    }
    // A document is people's to change: of it, each message is given up by itself.
    if (verdict.outcome == SendOutcome::gone && !attempt.of_flow)
        gone_[answered.channel] = sent.channel;
    const std::int64_t took = parts_.clock.monotonic_ms() - sent.started_ms;
    attempt.attempt = attempt_json(sent.started_at, took, verdict);
    attempt.status = verdict.outcome == SendOutcome::delivered ? "delivered" : "failed";
    if (verdict.outcome != SendOutcome::retry) return attempt;
    const auto pause = retry_pause(
        sent.delivery.id,
        {sent.delivery.attempt_count + 1,
         now - first_attempt_at(sent.delivery).value_or(sent.started_at), verdict.asked_wait});
    if (!pause) return attempt;
    attempt.status = "waiting";
    attempt.next_at = now + *pause;
    return attempt;
}

// By the kind of the channel: its name is people's, and may be changed.
void Notifier::count(std::string_view type, const store::NotificationAttempt& attempt) const {
    if (!parts_.metrics) return;
    const bool goes_again = attempt.status == "waiting";
    parts_.metrics->notifications.add({std::string(type), goes_again ? "retried" : attempt.status});
}

Result<void> Notifier::make_messages(Instant now) {
    const auto vault = parts_.vault.content();
    const NotificationRules rules{*known_channels_, parts_.ids, *vault->redactor()};
    const bool wants_recoveries =
        std::ranges::any_of(*known_channels_, [](const ChannelPtr& channel) {
            return channel->row.enabled &&
                   std::ranges::find(channel->events, notification_event::recovered) !=
                       channel->events.end();
        });
    // Every channel may want a message of each: one commit holds up all others for so many.
    const std::size_t limit =
        limits::notification_causes / std::max<std::size_t>(known_channels_->size(), 1);
    auto found = parts_.outbox.causes(limit);
    if (!found) return std::unexpected(found.error());
    if (found->last == 0) return {};
    std::vector<store::NewNotification> messages;
    for (const store::NotificationCause& cause : found->causes) {
        // So may every entry of its flow's document: the rest is for the next turn.
        if (messages.size() >= limits::notification_causes) {
            found->last = cause.number - 1;
            found->has_more = true;
            break;
        }
        const auto recovery = is_recovery(cause, wants_recoveries);
        if (!recovery) return std::unexpected(recovery.error());
        std::ranges::move(messages_of(cause, *recovery, rules), std::back_inserter(messages));
        if (!cause.run) continue;
        const auto entries = parts_.entries.of(cause.flow);
        std::ranges::move(messages_of(cause, false, {*entries, parts_.ids, *vault->redactor()}),
                          std::back_inserter(messages));
    }
    if (auto done = parts_.outbox.add(messages, found->last, now); !done) {
        has_failed_.clear();
        return done;
    }
    for (const store::NewNotification& message : messages)
        if (message.delivery.target) agenda_.put(message.delivery.channel, now);
    if (found->has_more) call_again(now);
    return {};
}

Result<bool> Notifier::is_recovery(const store::NotificationCause& cause, bool is_wanted) {
    const bool counts = cause.status == "failed" || cause.status == "completed";
    if (!is_wanted || !counts) return false;
    if (has_failed_.size() >= limits::flow_heads) has_failed_.clear();
    const bool has_failed_now = cause.status == "failed";
    const auto [known, is_new] = has_failed_.try_emplace(cause.flow, has_failed_now);
    if (!is_new) return std::exchange(known->second, has_failed_now) && !has_failed_now;
    if (has_failed_now) return false;
    const auto before = parts_.outbox.status_before(cause);
    if (before) return *before == "failed";
    has_failed_.clear();
    return std::unexpected(before.error());
}

Result<void> Notifier::look_for_waiting(Instant now) {
    const auto shortest = shortest_wait(*known_channels_);
    if (!shortest) return {};
    if (next_look_ && now < *next_look_) {
        call_again(*next_look_);
        return {};
    }
    const auto vault = parts_.vault.content();
    const NotificationRules rules{*known_channels_, parts_.ids, *vault->redactor()};
    const Instant before = now + Duration{-shortest->milliseconds};
    const auto interested = std::ranges::count_if(*known_channels_, [](const ChannelPtr& channel) {
        return channel->row.waiting_longer_than_ms.has_value();
    });
    auto found = parts_.outbox.waiting(
        looked_until_, before, limits::notification_runs / static_cast<std::size_t>(interested));
    if (!found) return std::unexpected(found.error());
    std::vector<store::NewNotification> messages;
    for (const store::WaitingRun& run : found->runs)
        std::ranges::move(messages_of(run, now, rules), std::back_inserter(messages));
    if (auto done = parts_.outbox.drop_told(messages); !done) return done;
    if (!messages.empty()) {
        if (auto done = parts_.outbox.add(messages, 0, now); !done) return done;
    }
    if (found->last) {
        looked_until_ = *found->last;
        call_again(now);
        return {};
    }
    looked_until_ = {};
    if (auto done = parts_.outbox.forget_waits(); !done) return done;
    next_look_ =
        now + Duration{std::clamp(shortest->milliseconds, limits::notification_sweep_ms_min,
                                  limits::notification_sweep_ms)};
    call_again(*next_look_);
    return {};
}

// The next message of everybody who has none on its way.
Result<void> Notifier::send_due(Instant now) {
    std::vector<Due> due;
    // In turn, so that neither waits for the other however busy it is.
    are_entries_first_ = !are_entries_first_;
    if (are_entries_first_) {
        if (auto done = due_of_entries(now, due); !done) return done;
    }
    if (auto done = due_of_channels(now, due); !done) return done;
    if (!are_entries_first_) {
        if (auto done = due_of_entries(now, due); !done) return done;
    }
    std::vector<DeliveryId> gathered;
    for (const auto& [channel, delivery] : due)
        if (delivery.is_gathering) gathered.push_back(delivery.id);
    if (auto done = parts_.outbox.close(gathered); !done) return done;
    for (auto& [channel, delivery] : due) send(channel, std::move(delivery), now);
    return {};
}

Result<void> Notifier::due_of_channels(Instant now, std::vector<Due>& due) {
    // Each time another one is the first, so that the last ones get their turn however busy the
    // first ones are.
    const std::size_t count = known_channels_->size();
    const std::size_t first = count == 0 ? 0 : first_channel_++ % count;
    for (std::size_t i = 0; i < count; ++i) {
        const ChannelPtr& channel = (*known_channels_)[(first + i) % count];
        const ChannelId id = channel->row.id;
        if (sending_.size() + due.size() >= limits::notification_sends) break;
        if (!channel->row.enabled || sending_.contains(id)) continue;
        auto next = parts_.outbox.next(id);
        if (!next) return std::unexpected(next.error());
        if (!*next) continue;
        const Instant at = not_before(id, *(*next)->due_at, now);
        if (at > now)
            call_again(at);
        else
            due.push_back({channel, **std::move(next)});
    }
    return {};
}

Result<void> Notifier::due_of_entries(Instant now, std::vector<Due>& due) {
    for (std::size_t looks = 0; sending_.size() + due.size() < limits::notification_sends;
         ++looks) {
        const auto first = agenda_.first();
        if (!first) return {};
        const auto [at, id] = *first;
        if (at > now || looks == limits::notification_runs) {
            call_again(std::max(at, now));
            return {};
        }
        agenda_.remove(id);
        // It is looked at again when that is answered.
        if (sending_.contains(id)) continue;
        auto next = parts_.outbox.next(id);
        if (!next) return std::unexpected(next.error());
        if (!*next) continue;
        const Instant due_at = not_before(id, *(*next)->due_at, now);
        if (due_at > now)
            agenda_.put(id, due_at);
        else if (auto done = due_of_entry(**std::move(next), now, due); !done)
            return done;
    }
    return {};
}

// As the active version says now: whom it tells no more is not told.
Result<void> Notifier::due_of_entry(store::NotificationDelivery delivery, Instant now,
                                    std::vector<Due>& due) {
    const ChannelPtr entry = parts_.entries.find(*delivery.flow, delivery.channel);
    if (!entry || !entry->row.enabled)
        return give_up(delivery, "the active version does not have this notification any more",
                       now);
    auto channel = with_address(*entry, *parts_.vault.content());
    if (!channel) return give_up(delivery, channel.error().message, now);
    due.push_back({*std::move(channel), std::move(delivery)});
    return {};
}

// The other side may have asked to wait for longer.
Instant Notifier::not_before(ChannelId channel, Instant at, Instant now) {
    const auto wait = asked_to_wait_.find(channel);
    if (wait == asked_to_wait_.end()) return at;
    if (wait->second > now) return std::max(at, wait->second);
    asked_to_wait_.erase(wait);
    return at;
}

// Somebody has to mend something first, and can have it sent again then.
Result<void> Notifier::give_up(const store::NotificationDelivery& delivery, const std::string& why,
                               Instant now) {
    SendVerdict verdict;
    verdict.outcome = SendOutcome::refused;
    verdict.detail = why;
    parts_.vault.content()->redactor()->redact_in(verdict.detail);
    store::NotificationAttempt attempt;
    attempt.channel = delivery.channel;
    attempt.delivery = delivery.id;
    attempt.of_flow = delivery.flow;
    attempt.attempt = attempt_json(now, 0, verdict);
    attempt.status = "failed";
    attempt.now = now;
    if (auto done = parts_.outbox.record({attempt}); !done) return done;
    const auto target = parse_json(delivery.target.value_or("{}"));
    if (target && target->is_object()) count(text_at(target->get_object(), "type"), attempt);
    agenda_.put(delivery.channel, now);
    return {};
}

void Notifier::send(const ChannelPtr& channel, store::NotificationDelivery delivery, Instant now) {
    auto facts = NotificationFacts::parse(delivery.facts);
    Notice notice;
    notice.event = delivery.event;
    if (delivery.flow) notice.flow_id = to_string(*delivery.flow);
    notice.flow_name = delivery.flow_name;
    if (delivery.run) notice.run_id = to_string(*delivery.run);
    notice.count = delivery.count;
    if (facts) notice.facts = *std::move(facts);
    auto seen = std::make_shared<SeenAnswer>();
    auto request = notification_request(*channel, to_string(delivery.id),
                                        payload_of(channel->row.type, notice), now, seen);
    const ChannelId id = channel->row.id;
    sending_[id] = {channel, std::move(delivery), now, parts_.clock.monotonic_ms(),
                    std::move(seen)};
    parts_.send(std::move(request), [answers = answers_, id](net::HttpResult result) {
        answers->add(id, std::move(result));
    });
}

}  // namespace swiftgrid::control
