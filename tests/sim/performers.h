#pragma once

// The outside world of one process: attempts and scripts that were begun and wait to be answered.
// The simulator answers them when and how it likes.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "nodes/registry.h"
#include "runtime/script_runner.h"
#include "tests/sim/faults.h"

namespace swiftgrid::sim {

struct BegunAttempt {
    nodes::PerformRequest request;
    std::function<void(nodes::Outcome)> done;
    std::size_t shard = 0;
    bool is_cancelled = false;
    bool is_lost = false;   // never answers
    bool was_told = false;  // its outcome arrived by another way already
};

class SimPerformer : public nodes::OutsidePerformer {
public:
    using OnStart = std::function<void(BegunAttempt)>;
    using OnCancel = std::function<void(const nodes::AttemptKey&)>;

    SimPerformer(OnStart on_start, OnCancel on_cancel)
        : on_start_(std::move(on_start)), on_cancel_(std::move(on_cancel)) {}

    void start(nodes::PerformRequest request, std::function<void(nodes::Outcome)> done) override {
        on_start_({std::move(request), std::move(done)});
    }
    void cancel(const nodes::AttemptKey& key) override { on_cancel_(key); }

private:
    OnStart on_start_;
    OnCancel on_cancel_;
};

// The script workers of one shard.
class SimScripts : public runtime::ScriptRunner {
public:
    SimScripts(Random& random, Tally& tally, bool may_fail)
        : random_(random), tally_(tally), may_fail_(may_fail) {}

    void submit(sandbox::Call call) override { calls_.push_back(std::move(call)); }
    void flush() override {}
    void cancel(std::uint64_t call_id) override;
    void poll(std::int64_t monotonic_ms, std::vector<sandbox::Reply>& replies) override;
    const std::vector<sandbox::LiveLogs>& live_logs() const override { return polled_; }
    std::optional<std::int64_t> next_deadline_ms() const override { return std::nullopt; }
    int poll_fd() const override { return -1; }

    // One of the calls is answered with the next poll. False when there is none.
    bool answer_one();
    void never_fail() { may_fail_ = false; }
    std::size_t waiting() const { return calls_.size() + replies_.size(); }
    bool has_replies() const { return !replies_.empty(); }

private:
    Random& random_;
    Tally& tally_;
    bool may_fail_;
    std::vector<sandbox::Call> calls_;
    std::vector<sandbox::Reply> replies_;
    std::vector<sandbox::LiveLogs> printed_;
    std::vector<sandbox::LiveLogs> polled_;
};

// How the attempt may end.
nodes::Outcome draw_outcome(Random& random, const nodes::PerformRequest& request, bool fails);

}  // namespace swiftgrid::sim
