#include "control/cut_short.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"

namespace swiftgrid::control {

class CutShort::Behaviour : public engine::NodeBehaviour {
public:
    Behaviour(const engine::NodeBehaviour& real, CutShort& owner, const runtime::Clock& clock)
        : real_(real), owner_(owner), clock_(clock) {}

    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        engine::Directive directive = real_.enter(node, input);
        if (const auto* sleep = std::get_if<engine::Sleep>(&directive)) {
            const Duration planned = length_of(*sleep);
            owner_.note(node, fmt::format("the wait of {} ms was cut short", planned.milliseconds));
            return real_.resume(node, input, engine::TimerFired{planned});
        }
        if (std::holds_alternative<engine::AwaitSignal>(directive)) {
            owner_.note(node, "nothing was waited for: it went on as if called with null");
            return real_.resume(node, input, engine::SignalReceived{JsonText()});
        }
        return directive;
    }

    engine::Directive resume(const model::PlanNode& node, const JsonText& input,
                             const engine::WakeReason& reason) const override {
        return real_.resume(node, input, reason);
    }

private:
    Duration length_of(const engine::Sleep& sleep) const {
        if (const auto* length = std::get_if<Duration>(&sleep.until)) return *length;
        const Duration left = std::get<Instant>(sleep.until) - clock_.now();
        return Duration{std::max<std::int64_t>(left.milliseconds, 0)};
    }

    const engine::NodeBehaviour& real_;
    CutShort& owner_;
    const runtime::Clock& clock_;
};

CutShort::CutShort(const engine::NodeBehaviours& behaviours, const model::NodeTypes& types,
                   const runtime::Clock& clock) {
    for (const model::NodeDescriptor& type : types.all())
        if (type.available)
            behaviours_.emplace(
                type.type, std::make_unique<Behaviour>(behaviours.of(type.type), *this, clock));
}

CutShort::~CutShort() = default;

const engine::NodeBehaviour& CutShort::of(std::string_view type) const {
    const auto found = behaviours_.find(type);
    SG_ASSERT(found != behaviours_.end(), "plans hold available types only");
    return *found->second;
}

void CutShort::note(const model::PlanNode& node, std::string text) {
    if (!plan_ || notes_.size() >= limits::log_lines_per_node) return;
    const auto is_node = [&](const model::PlanNode& own) { return &own == &node; };
    if (std::ranges::any_of(plan_->nodes, is_node)) notes_.push_back(std::move(text));
}

}  // namespace swiftgrid::control
