#include "control/mocked_world.h"

#include <fmt/format.h>

namespace swiftgrid::control {
namespace {

runtime::NoAnswer no_mock(const model::PlanNode& node) {
    return {fmt::format("'{}' ({}) asks the outside, which a test never does, and has no mock",
                        node.id, node.descriptor->label),
            fmt::format(R"(Add "{}": {{"result": …}} to the test's mocks.)", node.id)};
}

runtime::NoAnswer no_mock_left(const runtime::OutsideQuestion& question, std::size_t count) {
    return {fmt::format("attempt {} of '{}' has no mock: its list has {}", question.attempt,
                        question.node.id, count),
            "Add an entry for it, or write one mock instead of a list for all attempts."};
}

engine::RunError timeout_error(const model::PlanNode& node) {
    engine::RunError error = engine::make_run_error(
        "timeout", fmt::format("'{}' was not answered in time: the test says so", node.id));
    error.retryable = true;
    return error;
}

}  // namespace

runtime::OutsideReply MockedWorld::answer(const runtime::OutsideQuestion& question) {
    const auto found = test_.mocks.find(question.node.id);
    if (found == test_.mocks.end()) return no_mock(question.node);
    const FlowTestMocks& mocks = found->second;
    const std::size_t place = mocks.repeats ? 0 : question.attempt - 1;
    if (place >= mocks.attempts.size()) return no_mock_left(question, mocks.attempts.size());
    const FlowTestMock& mock = mocks.attempts[place];
    runtime::OutsideAnswer answer;
    if (mock.times_out) {
        if (question.node.descriptor->awaits_signal) return runtime::NobodyCalls{};
        answer.outcome.result = timeout_error(question.node);
    } else if (mock.error) {
        answer.outcome.result = *mock.error;
    } else {
        answer.outcome.result = mock.result.value_or(JsonText());
        answer.outcome.outputs = mock.outputs;
    }
    return answer;
}

}  // namespace swiftgrid::control
