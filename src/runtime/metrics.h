#pragma once

// What the runtime counts. Relaxed atomics: any thread may read, nobody waits.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/shard_metrics.h"

namespace swiftgrid::runtime {

// One shard's share of a number that is the sum of all shards'.
class GaugeShare {
public:
    explicit GaugeShare(std::atomic<std::int64_t>& total) : total_(total) {}
    ~GaugeShare() { set(0); }

    GaugeShare(const GaugeShare&) = delete;
    GaugeShare& operator=(const GaugeShare&) = delete;

    void set(std::size_t value) {
        const auto share = static_cast<std::int64_t>(value);
        if (share == share_) return;
        total_.fetch_add(share - share_, std::memory_order_relaxed);
        share_ = share;
    }

private:
    std::atomic<std::int64_t>& total_;
    std::int64_t share_ = 0;
};

class RuntimeMetrics {
public:
    RuntimeMetrics() : RuntimeMetrics(0) {}
    // The runs of so many flows are told apart.
    explicit RuntimeMetrics(std::size_t flows) : shared(flows) {}

    // For one shard to count in; lives as long as this, so that nothing that was counted is lost
    // with a shard.
    ShardMetrics& add_shard() {
        const std::lock_guard lock(mutex_);
        shards_.push_back(std::make_unique<ShardMetrics>(shared));
        return *shards_.back();
    }
    std::vector<const ShardMetrics*> shards() const {
        const std::lock_guard lock(mutex_);
        std::vector<const ShardMetrics*> all;
        all.reserve(shards_.size());
        for (const auto& shard : shards_) all.push_back(shard.get());
        return all;
    }

    SharedMetrics shared;
    std::atomic<std::uint64_t> events = 0;
    std::atomic<std::uint64_t> scripts = 0;
    std::atomic<std::uint64_t> outside_attempts = 0;
    std::atomic<std::uint64_t> commands_refused = 0;
    std::atomic<std::uint64_t> retries = 0;
    std::atomic<std::uint64_t> children_started = 0;
    std::atomic<std::uint64_t> timers_fired = 0;
    std::atomic<std::int64_t> timers_in_memory = 0;  // wake-ups; later ones are only on disk
    std::atomic<std::int64_t> runs_in_memory = 0;
    std::atomic<std::int64_t> outside_in_flight = 0;
    // Runs that were open when the server started; what began and ended since is with the shards.
    std::atomic<std::int64_t> runs_open_at_start = 0;

private:
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<ShardMetrics>> shards_;
};

}  // namespace swiftgrid::runtime
