#include "runtime/vault.h"

#include <algorithm>
#include <ranges>

#include "base/limits.h"
#include "runtime/resume_tokens.h"

namespace swiftgrid::runtime {
namespace {

void forget_oldest(std::vector<std::string>& retired) {
    std::size_t bytes = 0;
    std::size_t kept = 0;
    for (const std::string& value : std::views::reverse(retired)) {
        bytes += value.size();
        if (kept == limits::retired_secrets || bytes > limits::retired_secret_bytes) break;
        ++kept;
    }
    retired.erase(retired.begin(), retired.end() - static_cast<std::ptrdiff_t>(kept));
}

}  // namespace

VaultContent::VaultContent(VaultItems items, const std::vector<std::string>& retired)
    : items_(std::move(items)) {
    std::vector<std::string> secrets = retired;
    for (const auto& [name, item] : items_)
        if (item.kind == model::EnvKind::secret) secrets.push_back(item.value);
    redactor_ = std::make_shared<const Redactor>(secrets);
}

const VaultItem* VaultContent::find(std::string_view name) const {
    const auto found = items_.find(name);
    return found == items_.end() ? nullptr : &found->second;
}

model::EnvKinds VaultContent::kinds() const {
    model::EnvKinds kinds;
    for (const auto& [name, item] : items_) kinds.emplace(name, item.kind);
    return kinds;
}

VaultContentPtr Vault::content() const {
    const std::lock_guard lock(mutex_);
    return content_;
}

void Vault::replace(VaultItems items) {
    const std::lock_guard writing(writing_);
    retire(items);
    // Takes a while when there are many.
    auto content = std::make_shared<const VaultContent>(std::move(items), retired_);
    const std::lock_guard lock(mutex_);
    content_ = std::move(content);
}

void Vault::retire(const VaultItems& items) {
    for (const auto& [name, old] : content_->items()) {
        const auto found = items.find(name);
        const bool stays = found != items.end() && found->second.kind == model::EnvKind::secret &&
                           found->second.value == old.value;
        if (old.kind != model::EnvKind::secret || stays) continue;
        std::erase(retired_, old.value);
        retired_.push_back(old.value);
    }
    forget_oldest(retired_);
}

std::optional<std::string> RecordedEnvironment::value(std::string_view name) const {
    const VaultItem* item = vault_.find(name);
    if (item == nullptr) return std::nullopt;
    return item->kind == model::EnvKind::secret ? std::string(limits::redacted_text) : item->value;
}

bool RecordedEnvironment::is_secret(std::string_view name) const {
    const VaultItem* item = vault_.find(name);
    return item != nullptr && item->kind == model::EnvKind::secret;
}

std::vector<std::string> RecordedEnvironment::names() const {
    std::vector<std::string> names;
    names.reserve(vault_.items().size());
    for (const auto& [name, item] : vault_.items()) names.push_back(name);
    return names;
}

std::optional<std::string> OutgoingEnvironment::value(std::string_view name) const {
    const VaultItem* item = vault().find(name);
    if (item == nullptr) return std::nullopt;
    return item->value;
}

std::string OutgoingEnvironment::resume_url(RunId run, std::string_view node_id) const {
    return tokens_ ? tokens_->resume_url(run, node_id)
                   : RecordedEnvironment::resume_url(run, node_id);
}

}  // namespace swiftgrid::runtime
