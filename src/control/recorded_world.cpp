#include "control/recorded_world.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "base/overloaded.h"

namespace swiftgrid::control {
namespace {

using runtime::NoAnswer;
using runtime::OutsideAnswer;

OutsideAnswer completed_as(const engine::NodeCompleted& event) {
    OutsideAnswer answer;
    answer.outcome.duration_ms = event.duration_ms;
    answer.outcome.extras = event.extras;
    if (event.error) {
        // A failure that was absorbed, with what took the place of its result.
        answer.outcome.result = *event.error;
        answer.result_if_absorbed = event.result;
    } else {
        answer.outcome.result = event.result;
        answer.outcome.outputs = event.outputs;
    }
    return answer;
}

OutsideAnswer failed_as(const engine::RunError& error, std::int64_t duration_ms,
                        const std::optional<JsonText>& extras) {
    OutsideAnswer answer;
    answer.outcome.result = error;
    answer.outcome.duration_ms = duration_ms;
    answer.outcome.extras = extras;
    return answer;
}

NoAnswer new_node(const model::PlanNode& node) {
    return {fmt::format("'{}' ({}) is new: the recorded run has no step with this id", node.id,
                        node.descriptor->label),
            "Test it alone, or write a test with a mock for it."};
}

NoAnswer other_type(const model::PlanNode& node, const std::string& recorded) {
    return {fmt::format("'{}' is of the type {} now; in the recorded run it was {}", node.id,
                        node.descriptor->type, recorded),
            "Test it alone, or write a test with a mock for it."};
}

NoAnswer not_recorded(const runtime::OutsideQuestion& question) {
    return {fmt::format("attempt {} of '{}' asks the outside, and the recorded run did not get "
                        "that far",
                        question.attempt, question.node.id),
            "Write a test with a mock for it if it matters."};
}

}  // namespace

void RecordedWorld::note(const engine::Event& event, const model::Plan& plan) {
    std::visit(Overloaded{
                   [&](const engine::NodeStarted& started) {
                       attempt_at(plan, started.node, started.attempt).input = started.input;
                   },
                   [&](const engine::NodeCompleted& completed) {
                       attempt_at(plan, completed.node, completed.attempt).answer =
                           completed_as(completed);
                   },
                   [&](const engine::NodeFailed& failed) {
                       attempt_at(plan, failed.node, failed.attempt).answer =
                           failed_as(failed.error, failed.duration_ms, failed.extras);
                   },
                   [&](const engine::NodeRetryScheduled& retried) {
                       // That of a map's item is a matter between the map and the item.
                       if (retried.item) return;
                       attempt_at(plan, retried.node, retried.attempt).answer =
                           failed_as(retried.error, retried.duration_ms, retried.extras);
                   },
                   [](const auto&) {},
               },
               event.body);
}

runtime::OutsideReply RecordedWorld::answer(const runtime::OutsideQuestion& question) {
    const auto node = nodes_.find(question.node.id);
    if (node == nodes_.end()) return new_node(question.node);
    if (node->second.type != question.node.descriptor->type)
        return other_type(question.node, node->second.type);
    const auto attempt = node->second.attempts.find(question.attempt);
    if (attempt == node->second.attempts.end() || !attempt->second.answer)
        return not_recorded(question);
    if (attempt->second.input) compare(question, *attempt->second.input);
    return *attempt->second.answer;
}

// A node that was taken over from another run has no attempt; it counts as the first.
RecordedWorld::Attempt& RecordedWorld::attempt_at(const model::Plan& plan, model::NodeIndex node,
                                                  std::uint32_t attempt) {
    const model::PlanNode& of = plan.nodes[node];
    Node& recorded = nodes_[of.id];
    recorded.type = of.descriptor->type;
    return recorded.attempts[std::max<std::uint32_t>(attempt, 1)];
}

void RecordedWorld::compare(const runtime::OutsideQuestion& question, const JsonText& recorded) {
    if (question.input == recorded || asked_else_.size() >= limits::flow_test_differences) return;
    Differences differences(Match::exact, limits::flow_test_differences);
    differences.compare("", recorded.to_value(), question.input.to_value());
    if (!differences.items().empty())
        asked_else_.push_back({question.node.id, question.attempt, differences.items()});
}

}  // namespace swiftgrid::control
