#pragma once

// One call of a webhook, from its signature to its answer. Small calls of flows that are known are
// decided on the thread that read them; the rest on a worker thread.

#include <memory>
#include <optional>
#include <string>

#include "api/api_parts.h"
#include "api/responder.h"
#include "api/timer.h"
#include "base/json.h"
#include "control/webhook_gate.h"

namespace swiftgrid::api {

class HookCall : public std::enable_shared_from_this<HookCall> {
public:
    using Purpose = control::WebhookGate::Purpose;

    // `parts` and `timer` outlive it.
    HookCall(Responder respond, FlowId flow, Purpose purpose, ApiParts& parts, Timer& timer)
        : respond_(std::move(respond)),
          flow_(flow),
          purpose_(purpose),
          parts_(parts),
          timer_(timer) {}

    void receive();

private:
    struct Outcome {
        std::string name;  // started repeated refused tested
        std::string code;
        std::string detail;
        std::optional<RunId> run;
    };

    const Request& request() const { return respond_.request(); }
    void take(const control::WebhookGate::Admitted& admitted);
    void refuse(const control::HookRefusal& refusal);
    void start(control::StartRequest start_request);
    void started(const control::Answer<control::Started>& started);
    void answer_repeat(RunId run);
    void note(const Outcome& outcome);
    void show(const Outcome& outcome);

    Responder respond_;
    FlowId flow_;
    Purpose purpose_;
    ApiParts& parts_;
    Timer& timer_;
    control::Admission admission_;
    JsonText input_;
    std::string key_;
    std::function<void(RunId)> wait_;  // empty: the call is answered at once
};

}  // namespace swiftgrid::api
