#include "nodes/webhook_wait/behaviour.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::webhook_wait {
namespace {

JsonText resumed_with(const JsonText& payload) {
    std::string out = R"({"resumed":true,"webhook_payload":)";
    out += payload.view();
    out += '}';
    return JsonText::trusted(std::move(out));
}

engine::Refuse expired(const model::PlanNode& node) {
    const std::string waited = duration_text(node.timeout_ms);
    return {engine::make_run_error(
                "wait_expired",
                fmt::format("nobody called the resume address within {}; allow more time, or let "
                            "the flow go on without a call through its error handling",
                            waited)),
            std::nullopt};
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return engine::AwaitSignal{Duration{node.timeout_ms}};
    }

    engine::Directive resume(const model::PlanNode& node, const JsonText&,
                             const engine::WakeReason& reason) const override {
        if (const auto* signal = std::get_if<engine::SignalReceived>(&reason))
            return engine::Continue{resumed_with(signal->payload), std::nullopt};
        SG_ASSERT(std::holds_alternative<engine::WaitExpired>(reason),
                  "a webhook wait ends by a call or by its time");
        return expired(node);
    }
};

}  // namespace

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::webhook_wait
