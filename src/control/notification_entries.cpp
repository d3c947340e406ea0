#include "control/notification_entries.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/limits.h"
#include "expr/template.h"
#include "model/env_names.h"
#include "model/flow_notifications.h"

namespace swiftgrid::control {
namespace {

// The same entry of the same flow always has the same id; of equal ones each has its own.
ChannelId entry_id(FlowId flow, const model::FlowNotification& entry, std::size_t repetition) {
    const std::string what =
        to_json(json::array{to_string(flow), entry.type, entry.url, repetition});
    return ChannelId{Uuid{graph_id_of(what).bytes}};
}

// What is written into a document everybody sees there; an address without a placeholder may be
// one that lets people in.
std::string shown_address(const std::string& url) {
    return url.contains("{{") ? url : shown_url(url);
}

// `$env` with the names that one address reads, and nothing else of the vault.
class AddressScope : public expr::Scope {
public:
    AddressScope(const runtime::VaultContent& vault, std::vector<model::EnvName> names)
        : vault_(vault), names_(std::move(names)) {}

    std::optional<JsonText> root(std::string_view name) const override {
        if (name != "$env") return std::nullopt;
        json::object known;
        for (const model::EnvName& read : names_)
            if (const auto* item = vault_.find(read.name)) known[read.name] = item->value;
        return JsonText::from(known);
    }
    std::string why_missing(std::string_view name) const override {
        return fmt::format("'{}' cannot be read here", name);
    }

private:
    const runtime::VaultContent& vault_;
    const std::vector<model::EnvName> names_;
};

}  // namespace

std::vector<ChannelPtr> entries_of(FlowId flow, const json::value& list) {
    std::vector<ChannelPtr> entries;
    for (const model::FlowNotification& entry : model::read_notifications(list)) {
        const auto is_same = [&](const ChannelPtr& other) {
            return other->row.type == entry.type && other->secret.url == entry.url;
        };
        const auto repetition = static_cast<std::size_t>(std::ranges::count_if(entries, is_same));
        store::NotificationChannel row;
        row.id = entry_id(flow, entry, repetition);
        row.type = entry.type;
        row.enabled = entry.enabled;
        row.shown_url = shown_address(entry.url);
        row.events = to_json(json::array(entry.events.begin(), entry.events.end()));
        row.flows = to_json(json::array{to_string(flow)});
        row.gather_seconds = limits::notification_gather_seconds;
        auto channel = channel_of(std::move(row), ChannelSecret{entry.url, {}});
        if (!channel) continue;
        channel->owner = flow;
        entries.push_back(std::make_shared<const Channel>(*std::move(channel)));
    }
    return entries;
}

Result<ChannelPtr> with_address(const Channel& entry, const runtime::VaultContent& vault) {
    std::vector<expr::Template::Problem> problems;
    const auto compiled = expr::Template::compile(json::value(entry.secret.url), problems);
    if (!problems.empty() || compiled.has_scripts())
        return fail(ErrorCode::bad_request, "the address is not one that can be read here");
    auto names = model::env_names_in(compiled);
    for (const auto& [name, is_required] : names)
        if (is_required && vault.find(name) == nullptr)
            return fail(ErrorCode::bad_request,
                        fmt::format("there is no secret '{}'. {}", name,
                                    model::mend_of_unknown(name, vault.kinds())));
    const auto address = compiled.evaluate(AddressScope(vault, std::move(names)));
    if (!address) return std::unexpected(address.error());
    auto channel = channel_of(entry.row, ChannelSecret{address->as_plain_text(), {}});
    if (!channel) return std::unexpected(channel.error());
    channel->owner = entry.owner;
    return std::make_shared<const Channel>(*std::move(channel));
}

Result<void> NotificationEntries::load(store::Catalog& catalog) {
    const auto lists = catalog.active_notifications();
    if (!lists) return std::unexpected(lists.error());
    for (const store::FlowNotifications& each : *lists) put(each.flow, each.notifications);
    return {};
}

void NotificationEntries::put(FlowId flow, const std::optional<std::string>& notifications) {
    const auto list = parse_json(notifications.value_or("[]"));
    auto entries = std::make_shared<const std::vector<ChannelPtr>>(
        entries_of(flow, list.value_or(json::array())));
    {
        const std::lock_guard lock(mutex_);
        if (entries->empty())
            entries_.erase(flow);
        else
            entries_[flow] = entries;
    }
    causes_.want_of(flow, wanted_causes(*entries));
}

void NotificationEntries::erase(FlowId flow) { put(flow, std::nullopt); }

NotificationEntries::Entries NotificationEntries::of(FlowId flow) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(flow);
    return found == entries_.end() ? none_ : found->second;
}

ChannelPtr NotificationEntries::find(FlowId flow, ChannelId entry) const {
    const Entries entries = of(flow);
    const auto found = std::ranges::find_if(
        *entries, [&](const ChannelPtr& each) { return each->row.id == entry; });
    return found == entries->end() ? nullptr : *found;
}

std::vector<FlowId> NotificationEntries::flows(FlowId after, std::size_t limit) const {
    std::vector<FlowId> flows;
    const std::lock_guard lock(mutex_);
    for (auto next = entries_.upper_bound(after); next != entries_.end() && flows.size() < limit;
         ++next)
        flows.push_back(next->first);
    return flows;
}

}  // namespace swiftgrid::control
