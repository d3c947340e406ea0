#pragma once

// For tests: real workers, and calls that wait for their answer. One zygote for the whole test
// binary, started before any thread exists.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "base/assert.h"
#include "sandbox/script_pool.h"

namespace swiftgrid::sandbox {

inline std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Has carried out a script, so that it starts workers at once.
inline Result<Zygote> start_warm_zygote() {
    auto zygote = Zygote::start();
    if (!zygote) return zygote;
    auto pool = ScriptPool::create(*zygote, {.workers = 1, .workers_max = 1});
    if (!pool) return std::unexpected(pool.error());
    (*pool)->submit(Call{1, Code{"return 1", JsonText(), {}}, 5'000});
    (*pool)->flush();
    for (std::vector<Reply> replies; replies.empty(); (*pool)->poll(steady_ms(), replies)) {
        pollfd wait{(*pool)->poll_fd(), POLLIN, 0};
        ::poll(&wait, 1, 10);
    }
    return zygote;
}

inline Zygote& test_zygote() {
    static Result<Zygote> zygote = start_warm_zygote();
    if (!zygote) std::fprintf(stderr, "%s\n", zygote.error().message.c_str());
    SG_ASSERT(zygote.has_value(), "scripts can be confined on this machine");
    return *zygote;
}

class ScriptWorld {
public:
    // On a busy machine any script may take long; tests that count workers want none replaced, and
    // none started in reserve.
    explicit ScriptWorld(ScriptPoolOptions options = {.workers = 1,
                                                      .workers_max = 4,
                                                      .long_after_ms = 600'000,
                                                      .step_back_after_ms = 600'000}) {
        auto created = ScriptPool::create(test_zygote(), options);
        SG_ASSERT(created.has_value(), "a pool can be made");
        pool_ = *std::move(created);
    }

    ScriptPool& pool() { return *pool_; }

    std::uint64_t submit_code(std::string source, std::string_view input = "null",
                              std::int64_t time_ms = 5'000) {
        return submit(Code{std::move(source), JsonText::trusted(std::string(input)), {}}, time_ms);
    }

    std::uint64_t submit(Work work, std::int64_t time_ms = 5'000) {
        const std::uint64_t id = next_id_++;
        pool_->submit(Call{id, std::move(work), time_ms});
        return id;
    }

    Reply run(Work work, std::int64_t time_ms = 5'000) {
        return wait_for(submit(std::move(work), time_ms));
    }

    Reply run_code(std::string source, std::string_view input = "null",
                   std::int64_t time_ms = 5'000) {
        return wait_for(submit_code(std::move(source), input, time_ms));
    }

    // The expression's value as JSON, or its error as "code: message".
    std::string value_of(std::string expression, std::string_view value = "null") {
        Reply reply = run(Expressions{{std::move(expression)},
                                      {{"value", JsonText::trusted(std::string(value))}}});
        if (auto* error = std::get_if<ScriptError>(&reply.outcome)) return text_of(*error);
        auto& result = std::get<std::vector<ExpressionResult>>(reply.outcome).at(0).outcome;
        if (auto* error = std::get_if<ScriptError>(&result)) return text_of(*error);
        return std::string(std::get<ExpressionValue>(result).value.view());
    }

    std::string result_of(std::string source, std::string_view input = "null",
                          std::int64_t time_ms = 5'000) {
        return text_of(run_code(std::move(source), input, time_ms));
    }

    static std::string text_of(const ScriptError& error) {
        return error.code + ": " + error.message;
    }

    static std::string text_of(const Reply& reply) {
        if (auto* error = std::get_if<ScriptError>(&reply.outcome)) return text_of(*error);
        return std::string(std::get<CodeResult>(reply.outcome).value.view());
    }

    Reply wait_for(std::uint64_t id) {
        pool_->flush();
        const std::int64_t give_up_ms = steady_ms() + 30'000;
        while (!replies_.contains(id)) {
            SG_ASSERT(steady_ms() < give_up_ms, "a reply comes");
            turn();
        }
        Reply reply = std::move(replies_.at(id));
        replies_.erase(id);
        return reply;
    }

    // Waits for what is next to do and does it.
    void turn() {
        const auto deadline = pool_->next_deadline_ms();
        const std::int64_t wait_ms =
            deadline ? std::max<std::int64_t>(*deadline - steady_ms(), 0) : 20;
        pollfd wait{pool_->poll_fd(), POLLIN, 0};
        ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(wait_ms, 100)));
        std::vector<Reply> replies;
        pool_->poll(steady_ms(), replies);
        for (const LiveLogs& logs : pool_->live_logs()) {
            EXPECT_FALSE(replies_.contains(logs.id)) << "live output after the reply";
            auto& lines = live_logs_[logs.id];
            lines.insert(lines.end(), logs.lines.begin(), logs.lines.end());
        }
        for (Reply& reply : replies) {
            const std::uint64_t id = reply.id;
            const bool is_new = replies_.emplace(id, std::move(reply)).second;
            EXPECT_TRUE(is_new) << "call " << id << " was answered twice";
        }
    }

    const std::map<std::uint64_t, Reply>& replies() const { return replies_; }
    // Everything a call has printed so far while it ran.
    const std::vector<LogLine>& live_logs(std::uint64_t id) { return live_logs_[id]; }

private:
    std::unique_ptr<ScriptPool> pool_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Reply> replies_;
    std::map<std::uint64_t, std::vector<LogLine>> live_logs_;
};

}  // namespace swiftgrid::sandbox
