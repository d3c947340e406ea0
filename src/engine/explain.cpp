#include "engine/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/overloaded.h"

namespace swiftgrid::engine {
namespace {

std::string name_of(const model::Plan& plan, NodeIndex node) {
    return node < plan.nodes.size() ? plan.nodes[node].id : fmt::format("node number {}", node);
}

std::string attempt_name(const model::Plan& plan, NodeIndex node, std::uint32_t attempt) {
    return attempt == 0 ? name_of(plan, node) : fmt::format("{}#{}", name_of(plan, node), attempt);
}

std::string outputs_text(const std::optional<std::vector<std::string>>& outputs) {
    return outputs ? fmt::format(" outputs={}", fmt::join(*outputs, ",")) : "";
}

std::string bindings_text(const std::vector<std::pair<std::string, JsonText>>& bindings) {
    std::string out;
    for (const auto& [name, value] : bindings)
        out += fmt::format("{}{}={}", out.empty() ? " " : ",", name, value.view());
    return out;
}

std::string item_text(const std::optional<std::uint32_t>& item) {
    return item ? fmt::format("[{}]", *item) : "";
}

std::string limit_text(const std::optional<Instant>& at, Instant now) {
    return at ? fmt::format(" until=+{}ms", (*at - now).milliseconds) : "";
}

std::string allowance_text(const model::Budget& allowance) {
    if (allowance == model::Budget{}) return "";
    return fmt::format(" allowance={}", to_json_text(allowance).view());
}

std::string wait_text(const Wait& wait, Instant now) {
    return std::visit(
        Overloaded{
            [&](const TimerWait& on) { return " timer" + limit_text(on.until, now); },
            [&](const SignalWait& on) { return " webhook" + limit_text(on.until, now); },
            [&](const ChildWait& on) {
                return fmt::format(" child flow={} version={}", on.call.flow,
                                   on.call.version.view()) +
                       allowance_text(on.call.allowance) + limit_text(on.call.deadline, now);
            },
            [&](const FanOutWait& on) {
                return fmt::format(" map total={} concurrency={} flow={}", on.total, on.concurrency,
                                   on.call.flow) +
                       allowance_text(on.call.allowance) + limit_text(on.until, now);
            },
        },
        wait);
}

std::string wakeup_text(const Wakeup& wakeup) {
    return std::visit(
        Overloaded{
            [](const SignalReceived& got) {
                return fmt::format(" payload={}", got.payload.view());
            },
            [](const ChildEnded& end) {
                const std::string what =
                    end.error ? end.error->code : "output=" + std::string(end.output.view());
                return fmt::format(" {} {}", to_string(end.status), what);
            },
            [](const ItemRetried& retried) { return item_text(retried.item) + " retry"; },
        },
        wakeup);
}

}  // namespace

std::string explain(const Event& event, const model::Plan& plan) {
    const std::string details = std::visit(
        Overloaded{
            [](const RunCreated& body) { return fmt::format(" input={}", body.input.view()); },
            [](const RunStarted&) { return std::string(); },
            [](const RunCompleted& body) { return fmt::format(" output={}", body.output.view()); },
            [](const RunFailed& body) {
                return fmt::format(" {}: {}", body.error.code, body.error.message);
            },
            [](const RunCancelled& body) { return " reason=" + body.reason; },
            [&](const NodeScheduled& body) { return " " + name_of(plan, body.node); },
            [&](const NodeRetryScheduled& body) {
                return fmt::format(" {}{} {}: {} retry_at=+{}ms",
                                   attempt_name(plan, body.node, body.attempt),
                                   item_text(body.item), body.error.code, body.error.message,
                                   (body.retry_at - event.at).milliseconds);
            },
            [&](const NodeSuspended& body) {
                return fmt::format(" {}{}", attempt_name(plan, body.node, body.attempt),
                                   wait_text(body.wait, event.at));
            },
            [&](const NodeResumed& body) {
                return fmt::format(" {}{}", attempt_name(plan, body.node, body.attempt),
                                   wakeup_text(body.wakeup));
            },
            [&](const MapItemSettled& body) {
                return fmt::format(" {}[{}] {}", attempt_name(plan, body.node, body.attempt),
                                   body.index,
                                   body.fulfilled ? fmt::format("value={}", body.value.view())
                                                  : "reason=" + body.reason);
            },
            [&](const NodeStarted& body) {
                return fmt::format(" {} input={}", attempt_name(plan, body.node, body.attempt),
                                   body.input.view());
            },
            [&](const NodeCompleted& body) {
                return fmt::format(" {} result={}{}{}", attempt_name(plan, body.node, body.attempt),
                                   body.result.view(), outputs_text(body.outputs),
                                   body.kept ? " kept" : "");
            },
            [&](const NodeFailed& body) {
                return fmt::format(" {}{} {}: {}", attempt_name(plan, body.node, body.attempt),
                                   body.kept       ? " kept"
                                   : body.absorbed ? " absorbed"
                                                   : "",
                                   body.error.code, body.error.message);
            },
            [&](const NodeSkipped& body) {
                return " " + name_of(plan, body.node) + (body.kept ? " kept" : "");
            },
            [&](const NodeCancelled& body) {
                return " " + attempt_name(plan, body.node, body.attempt);
            },
        },
        event.body);
    return std::string(type_name(event.body)) + details;
}

std::string explain(const Command& command, const model::Plan& plan) {
    return std::visit(Overloaded{
                          [](const StartRun& given) {
                              return fmt::format("StartRun input={}", given.created.input.view());
                          },
                          [&](const CompleteInput& given) {
                              std::string out =
                                  "CompleteInput " + attempt_name(plan, given.node, given.attempt);
                              for (const JsonText& value : given.values)
                                  out += fmt::format(" {}", value.view());
                              return out;
                          },
                          [&](const CompleteNode& given) {
                              return fmt::format("CompleteNode {} result={}{}",
                                                 attempt_name(plan, given.node, given.attempt),
                                                 given.result.view(), outputs_text(given.outputs));
                          },
                          [&](const FailNode& given) {
                              return fmt::format("FailNode {} {}: {}",
                                                 attempt_name(plan, given.node, given.attempt),
                                                 given.error.code, given.error.message);
                          },
                          [](const FireTimers&) { return std::string("FireTimers"); },
                          [&](const ResumeNode& given) {
                              return fmt::format("ResumeNode {} {}", name_of(plan, given.node),
                                                 given.payload.view());
                          },
                          [&](const CompleteChild& given) {
                              return fmt::format("CompleteChild {}{} {}",
                                                 attempt_name(plan, given.node, given.attempt),
                                                 item_text(given.item), wakeup_text(given.end));
                          },
                          [](const CancelRun& given) { return "CancelRun reason=" + given.reason; },
                      },
                      command);
}

std::string explain(const Effect& effect, const model::Plan& plan) {
    return std::visit(
        Overloaded{
            [&](const EvaluateInput& owed) {
                return fmt::format("EvaluateInput {}{}",
                                   attempt_name(plan, owed.node, owed.attempt),
                                   bindings_text(owed.bindings));
            },
            [&](const PerformNode& owed) {
                return fmt::format("PerformNode {} input={}{}",
                                   attempt_name(plan, owed.node, owed.attempt), owed.input.view(),
                                   bindings_text(owed.bindings));
            },
            [&](const CancelNode& owed) {
                return "CancelNode " + attempt_name(plan, owed.node, owed.attempt);
            },
            [&](const StartChildRun& owed) {
                return fmt::format("StartChildRun {}{} flow={} input={}",
                                   attempt_name(plan, owed.node, owed.attempt),
                                   item_text(owed.item), owed.call.flow, owed.input.view());
            },
            [](const CancelChildRun& owed) { return "CancelChildRun " + to_string(owed.child); },
            [](const EndRun& owed) { return fmt::format("EndRun {}", to_string(owed.status)); },
        },
        effect);
}

}  // namespace swiftgrid::engine
