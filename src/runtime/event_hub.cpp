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

void EventHub::watch_runs(std::shared_ptr<RunsWatcher> watcher) {
    const std::lock_guard lock(mutex_);
    runs_watchers_.push_back(std::move(watcher));
    runs_watcher_count_ = runs_watchers_.size();
}

void EventHub::unwatch_runs(const RunsWatcher* watcher) {
    const std::lock_guard lock(mutex_);
    std::erase_if(runs_watchers_,
                  [&](const auto& candidate) { return candidate.get() == watcher; });
    runs_watcher_count_ = runs_watchers_.size();
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

std::vector<std::shared_ptr<RunsWatcher>> EventHub::runs_watchers() const {
    const std::lock_guard lock(mutex_);
    return runs_watchers_;
}

void EventHub::publish_run(const store::RunRow& row) {
    for (const auto& watcher : runs_watchers()) watcher->on_run(row);
}

void EventHub::publish_run_deleted(RunId run, FlowId flow) {
    for (const auto& watcher : runs_watchers()) watcher->on_run_deleted(run, flow);
}

}  // namespace swiftgrid::runtime
