#include "api/mcp/open_calls.h"

#include "base/limits.h"

namespace swiftgrid::api {

std::optional<OpenCalls::Id> OpenCalls::enter(std::string key, std::weak_ptr<OpenCall> call) {
    const std::lock_guard lock(mutex_);
    if (calls_.size() >= limits::tool_calls) return std::nullopt;
    const Id id = next_id_++;
    calls_.emplace(id, Entry{std::move(key), std::move(call)});
    return id;
}

void OpenCalls::leave(Id id) {
    const std::lock_guard lock(mutex_);
    calls_.erase(id);
}

std::shared_ptr<OpenCall> OpenCalls::only(const std::string& key) const {
    std::shared_ptr<OpenCall> found;  // destroyed, if at all, after the lock is released
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : calls_) {
        if (entry.key != key) continue;
        if (found) return nullptr;
        found = entry.call.lock();
    }
    return found;
}

}  // namespace swiftgrid::api
