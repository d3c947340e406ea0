#pragma once

// How a shard has scripts carried out: the sandbox in the product, scripted answers in the
// simulator. Belongs to one shard's thread and never blocks.

#include <cstdint>
#include <optional>
#include <vector>

#include "sandbox/script_pool.h"

namespace swiftgrid::runtime {

class ScriptRunner {
public:
    virtual ~ScriptRunner() = default;
    virtual void submit(sandbox::Call call) = 0;
    // Sends what was submitted since the last flush.
    virtual void flush() = 0;
    virtual void cancel(std::uint64_t call_id) = 0;
    virtual void poll(std::int64_t monotonic_ms, std::vector<sandbox::Reply>& replies) = 0;
    // What running scripts have printed, as it came with the last poll().
    virtual const std::vector<sandbox::LiveLogs>& live_logs() const = 0;
    virtual std::optional<std::int64_t> next_deadline_ms() const = 0;
    // Readable when poll() has work; -1 when there is none to wait on.
    virtual int poll_fd() const = 0;
};

class SandboxScriptRunner : public ScriptRunner {
public:
    explicit SandboxScriptRunner(sandbox::ScriptPool& pool) : pool_(pool) {}
    void submit(sandbox::Call call) override { pool_.submit(std::move(call)); }
    void flush() override { pool_.flush(); }
    void cancel(std::uint64_t call_id) override { pool_.cancel(call_id); }
    void poll(std::int64_t monotonic_ms, std::vector<sandbox::Reply>& replies) override {
        pool_.poll(monotonic_ms, replies);
    }
    const std::vector<sandbox::LiveLogs>& live_logs() const override { return pool_.live_logs(); }
    std::optional<std::int64_t> next_deadline_ms() const override {
        return pool_.next_deadline_ms();
    }
    int poll_fd() const override { return pool_.poll_fd(); }

private:
    sandbox::ScriptPool& pool_;
};

}  // namespace swiftgrid::runtime
