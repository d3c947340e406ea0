#include "runtime/dry_run.h"

#include <algorithm>
#include <deque>

#include <poll.h>

#include "base/assert.h"
#include "base/limits.h"
#include "base/overloaded.h"
#include "engine/handle.h"
#include "runtime/attempt_commands.h"
#include "runtime/outside_stand_in.h"

namespace swiftgrid::runtime {
namespace {

class DryRun {
public:
    DryRun(const DryRunParts& parts, DryRunStart start, OutsideWorld& world,
           const engine::Environment& environment, const DryRunBounds& bounds)
        : parts_(parts),
          plan_(std::move(start.plan)),
          start_(std::move(start.command)),
          behaviours_(parts_, *plan_, end_.state, world),
          environment_(environment),
          bounds_(bounds) {
        end_.state = engine::RunState(start.run, plan_->nodes.size());
        end_.at = start.at;
    }

    DryRunEnd carry_out() {
        handle(std::move(start_));
        while (!must_end()) {
            if (owed_.empty()) {
                let_time_pass();
            } else {
                engine::Effect effect = std::move(owed_.front());
                owed_.pop_front();
                answer(effect);
            }
        }
        return std::move(end_);
    }

private:
    bool must_end() {
        if (engine::is_final(end_.state.status) || end_.unanswered || end_.stopped) return true;
        if (bounds_.stop)
            end_.stopped = Error{ErrorCode::cancelled, "it was stopped"};
        else if (parts_.clock.monotonic_ms() >= bounds_.until_monotonic_ms)
            end_.stopped = Error{ErrorCode::timeout,
                                 "its time is over: its scripts, or those of the runs before it, "
                                 "are too slow"};
        return end_.stopped.has_value();
    }

    void handle(const engine::Command& command) {
        engine::Turn turn =
            engine::handle(end_.state, *plan_, behaviours_, command, end_.at, environment_);
        if (turn.rejection) {
            end_.stopped = std::move(turn.rejection);
            return;
        }
        for (engine::Effect& effect : turn.effects) {
            if (const auto* cancel = std::get_if<engine::CancelNode>(&effect))
                forget(cancel->node);
            else if (!std::holds_alternative<engine::EndRun>(effect))
                owed_.push_back(std::move(effect));
        }
    }

    void forget(model::NodeIndex node) {
        std::erase_if(owed_, [node](const engine::Effect& effect) {
            const auto* evaluate = std::get_if<engine::EvaluateInput>(&effect);
            const auto* perform = std::get_if<engine::PerformNode>(&effect);
            return (evaluate && evaluate->node == node) || (perform && perform->node == node);
        });
    }

    void let_time_pass() {
        const auto next = end_.state.next_timer();
        SG_ASSERT(next.has_value(), "an open run that is owed nothing waits for a time");
        end_.at = std::max(end_.at, *next);
        handle(engine::FireTimers{});
    }

    void answer(engine::Effect& effect) {
        if (auto* evaluate = std::get_if<engine::EvaluateInput>(&effect)) return answer(*evaluate);
        auto* perform = std::get_if<engine::PerformNode>(&effect);
        SG_ASSERT(perform != nullptr, "calls of flows are asked of the outside world");
        answer(*perform);
    }

    void answer(engine::EvaluateInput& effect) {
        const nodes::AttemptKey key{end_.state.id, effect.node, effect.attempt};
        auto reply = ask_sandbox(input_call_of(plan_->nodes[effect.node], effect));
        if (reply) handle(input_command_of(key, *reply));
    }

    void answer(engine::PerformNode& effect) {
        const nodes::AttemptKey key{end_.state.id, effect.node, effect.attempt};
        if (auto reply = behaviours_.take_reply(effect.node, effect.attempt)) {
            take(key, *reply);
            return;
        }
        nodes::PerformRequest request;
        request.key = key;
        request.plan = plan_;
        request.input = std::move(effect.input);
        request.bindings = std::move(effect.bindings);
        const auto performer = parts_.performers.find(request.node().descriptor->type);
        SG_ASSERT(performer != parts_.performers.end(), "the rest is the sandbox's");
        auto reply = ask_sandbox(performer->second->prepare(request));
        if (reply) handle(command_of(key, performer->second->finish(request, *std::move(reply))));
    }

    void take(const nodes::AttemptKey& key, OutsideReply& reply) {
        if (auto* none = std::get_if<NoAnswer>(&reply)) {
            end_.unanswered = {key.node, key.attempt, std::move(*none)};
            return;
        }
        auto* given = std::get_if<OutsideAnswer>(&reply);
        SG_ASSERT(given != nullptr, "what nobody calls is not performed");
        handle(command_of(key, std::move(given->outcome)));
    }

    // Nothing when the run is over before the script is.
    std::optional<sandbox::Reply> ask_sandbox(sandbox::Call call) {
        call.id = ++last_call_;
        const std::uint64_t id = call.id;
        parts_.scripts.submit(std::move(call));
        parts_.scripts.flush();
        std::vector<sandbox::Reply> replies;
        for (;;) {
            parts_.scripts.poll(parts_.clock.monotonic_ms(), replies);
            // What was cancelled by a run before this one does not come any more.
            if (!replies.empty()) return std::move(replies.front());
            if (must_end()) {
                parts_.scripts.cancel(id);
                return std::nullopt;
            }
            pollfd wait{parts_.scripts.poll_fd(), POLLIN, 0};
            ::poll(&wait, 1, static_cast<int>(limits::dry_run_glance_ms));
        }
    }

    const DryRunParts& parts_;
    model::PlanPtr plan_;
    engine::StartRun start_;
    DryRunEnd end_;
    OutsideStandIn behaviours_;  // borrows the state of end_
    const engine::Environment& environment_;
    const DryRunBounds& bounds_;
    std::deque<engine::Effect> owed_;
    std::uint64_t last_call_ = 0;
};

}  // namespace

DryRunEnd carry_out_dry(const DryRunParts& parts, DryRunStart start, OutsideWorld& world,
                        const engine::Environment& environment, const DryRunBounds& bounds) {
    return DryRun(parts, std::move(start), world, environment, bounds).carry_out();
}

}  // namespace swiftgrid::runtime
