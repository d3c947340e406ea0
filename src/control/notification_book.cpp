#include "control/notification_book.h"

#include <algorithm>

#include "base/json.h"

namespace swiftgrid::control {

Result<void> NotificationBook::load() {
    auto rows = parts_.stored.all();
    if (!rows) return std::unexpected(rows.error());
    std::vector<ChannelPtr> channels;
    for (store::NotificationChannel& row : *rows) {
        auto text = parts_.secrets.find_own(store::notification_secret_name(row.id));
        if (!text) return std::unexpected(text.error());
        // Without its address it is shown all the same: whoever lost the key enters it again.
        auto secret = *text ? ChannelSecret::parse(**text) : Result<ChannelSecret>(ChannelSecret{});
        if (!secret) return std::unexpected(secret.error());
        auto channel = channel_of(std::move(row), *std::move(secret));
        if (!channel) return std::unexpected(channel.error());
        channels.push_back(std::make_shared<const Channel>(*std::move(channel)));
    }
    publish(std::move(channels));
    return {};
}

NotificationBook::Channels NotificationBook::channels() const {
    const std::lock_guard lock(mutex_);
    return channels_;
}

Result<ChannelPtr> NotificationBook::find(ChannelId channel) const {
    const Channels all = channels();
    const auto found =
        std::ranges::find_if(*all, [&](const ChannelPtr& each) { return each->row.id == channel; });
    if (found != all->end()) return *found;
    return fail(ErrorCode::not_found, "there is no channel " + to_string(channel));
}

Result<void> NotificationBook::put(Channel channel, bool secret_changed,
                                   const store::AuditEntry& audit) {
    const std::lock_guard lock(writing_);
    const auto changed = std::make_shared<const Channel>(std::move(channel));
    auto after = others_than(changed->row.id);
    after.push_back(changed);
    std::ranges::sort(after, {}, [](const ChannelPtr& each) { return each->row.id; });
    // Both what it wanted and what it will want, until it is known which of them is on disk.
    auto both = *channels();
    both.push_back(changed);
    parts_.stored.causes().want(wanted_causes(both));
    const auto write = [&](const std::optional<store::SecretRow>& secret) {
        return parts_.stored.put(changed->row, secret, audit);
    };
    auto done = secret_changed ? parts_.secrets.put_own_with(
                                     store::notification_secret_name(changed->row.id),
                                     changed->secret.to_text(), audit.created_at, write)
                               : write(std::nullopt);
    publish(done ? std::move(after) : std::vector<ChannelPtr>(*channels()));
    return done;
}

Result<void> NotificationBook::remove(ChannelId channel, const store::AuditEntry& audit) {
    const std::lock_guard lock(writing_);
    // The change of a key must not bring its secret back.
    auto done =
        parts_.secrets.while_unchanged([&] { return parts_.stored.remove(channel, audit); });
    if (done) publish(others_than(channel));
    return done;
}

Result<void> NotificationBook::disable(const Channel& told, const std::string& because) {
    const std::lock_guard lock(writing_);
    const ChannelId channel = told.row.id;
    const auto known = find(channel);
    if (!known || (*known)->secret.url != told.secret.url) return {};
    store::AuditEntry audit;
    audit.action = "NOTIFICATION_CHANNEL_CHANGED";
    audit.actor = "system";
    audit.created_at = parts_.clock.now();
    audit.metadata = to_json(json::object{{"id", to_string(channel)},
                                          {"name", (*known)->row.name},
                                          {"enabled", false},
                                          {"reason", because}});
    if (auto done = parts_.stored.disable(channel, because, audit); !done) return done;
    Channel disabled = **known;
    disabled.row.enabled = false;
    disabled.row.disabled_because = because;
    disabled.row.updated_at = audit.created_at;
    auto after = others_than(channel);
    after.push_back(std::make_shared<const Channel>(std::move(disabled)));
    std::ranges::sort(after, {}, [](const ChannelPtr& each) { return each->row.id; });
    publish(std::move(after));
    return {};
}

std::vector<ChannelPtr> NotificationBook::others_than(ChannelId channel) const {
    std::vector<ChannelPtr> others = *channels();
    std::erase_if(others, [&](const ChannelPtr& each) { return each->row.id == channel; });
    return others;
}

void NotificationBook::publish(std::vector<ChannelPtr> channels) {
    parts_.stored.causes().want(wanted_causes(channels));
    {
        const std::lock_guard lock(mutex_);
        channels_ = std::make_shared<const std::vector<ChannelPtr>>(std::move(channels));
    }
    if (parts_.changed) parts_.changed();
}

}  // namespace swiftgrid::control
