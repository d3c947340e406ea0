#include "runtime/event_hub.h"

#include <algorithm>

namespace swiftgrid::runtime {

void EventHub::watch_run(RunId run, std::shared_ptr<RunWatcher> watcher) {
    const std::lock_guard lock(mutex_);
    run_watchers_[run].push_back(std::move(watcher));
    ++run_watcher_count_;
}

void EventHub::unwatch_run(RunId run, const RunWatcher* watcher) {
    const std::lock_guard lock(mutex_);
    const auto found = run_watchers_.find(run);
    if (found == run_watchers_.end()) return;
    const auto removed = std::erase_if(
        found->second, [&](const auto& candidate) { return candidate.get() == watcher; });
    run_watcher_count_ -= removed;
    if (found->second.empty()) run_watchers_.erase(found);
}

std::uint64_t EventHub::watch_runs(RunsWatcher watcher) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t watch_id = next_watch_id_++;
    runs_watchers_.emplace(watch_id, std::move(watcher));
    ++runs_watcher_count_;
    return watch_id;
}

void EventHub::unwatch_runs(std::uint64_t watch_id) {
    const std::lock_guard lock(mutex_);
    runs_watcher_count_ -= runs_watchers_.erase(watch_id);
}

bool EventHub::is_watched(RunId run) const {
    if (run_watcher_count_.load(std::memory_order_relaxed) == 0) return false;
    const std::lock_guard lock(mutex_);
    return run_watchers_.contains(run);
}

std::vector<std::shared_ptr<RunWatcher>> EventHub::watchers_of(RunId run) const {
    const std::lock_guard lock(mutex_);
    const auto found = run_watchers_.find(run);
    if (found == run_watchers_.end()) return {};
    return found->second;
}

// Watchers are called outside the lock, so that one may unwatch itself.
void EventHub::publish_event(RunId run, const PublishedEvent& event) {
    for (const auto& watcher : watchers_of(run)) watcher->on_event(event);
}

void EventHub::publish_chunk(RunId run, const PublishedChunk& chunk) {
    for (const auto& watcher : watchers_of(run)) watcher->on_chunk(chunk);
}

void EventHub::publish_run(const store::RunRow& row) {
    std::vector<RunsWatcher> watchers;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [watch_id, watcher] : runs_watchers_) watchers.push_back(watcher);
    }
    for (const RunsWatcher& watcher : watchers) watcher(row);
}

}  // namespace swiftgrid::runtime
