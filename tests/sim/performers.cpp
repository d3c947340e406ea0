#include "tests/sim/performers.h"

#include <algorithm>
#include <array>

namespace swiftgrid::sim {
namespace {

constexpr unsigned failures = 25;  // of the scripts, in percent

JsonText draw_value(Random& random) {
    static constexpr std::array values = {"null", "false",      "0",        R"("")",
                                          "{}",   R"({"x":1})", "[1,2.50]", R"({"x":{"y":"é\n"}})"};
    return JsonText::trusted(values[random.below(values.size())]);
}

bool is_truthy(const JsonText& value) {
    const std::string_view text = value.view();
    return text != "null" && text != "false" && text != "0" && text != R"("")";
}

std::vector<sandbox::ExpressionResult> draw_results(Random& random,
                                                    const sandbox::Expressions& asked) {
    std::vector<sandbox::ExpressionResult> results;
    for (std::size_t i = 0; i < asked.sources.size(); ++i) {
        if (asked.stop_at_first_true && random.chance(10)) {
            results.push_back({sandbox::ScriptError{"script_error", "Error: no", 1, 2}});
            continue;
        }
        const JsonText value = draw_value(random);
        results.push_back({sandbox::ExpressionValue{value, is_truthy(value)}});
        if (asked.stop_at_first_true && is_truthy(value)) break;
    }
    return results;
}

sandbox::Reply draw_reply(Random& random, const sandbox::Call& call, bool fails) {
    sandbox::Reply reply;
    reply.id = call.id;
    reply.duration_us = static_cast<std::int64_t>(random.below(9'000));
    if (fails) {
        const bool late = random.chance(50);
        reply.outcome = sandbox::ScriptError{late ? "script_timeout" : "script_error",
                                             "Error: it did not work", 1, 1};
        return reply;
    }
    if (const auto* asked = std::get_if<sandbox::Expressions>(&call.work))
        reply.outcome = draw_results(random, *asked);
    else
        reply.outcome = sandbox::CodeResult{draw_value(random)};
    if (random.chance(10)) reply.logs.push_back({sandbox::LogLevel::log, "said"});
    return reply;
}

}  // namespace

void SimScripts::cancel(std::uint64_t call_id) {
    std::erase_if(calls_, [&](const sandbox::Call& call) { return call.id == call_id; });
    // The answer may be on its way.
    if (random_.chance(50))
        std::erase_if(replies_, [&](const auto& reply) { return reply.id == call_id; });
}

void SimScripts::poll(std::int64_t, std::vector<sandbox::Reply>& replies) {
    polled_.swap(printed_);
    printed_.clear();
    for (sandbox::Reply& reply : replies_) replies.push_back(std::move(reply));
    replies_.clear();
}

bool SimScripts::answer_one() {
    if (calls_.empty()) return false;
    const auto place = calls_.begin() + static_cast<std::ptrdiff_t>(random_.below(calls_.size()));
    if (random_.chance(10)) {
        printed_.push_back({place->id, {{sandbox::LogLevel::log, "said"}}});
        if (random_.chance(50)) return true;
    }
    const bool fails = may_fail_ && random_.chance(failures);
    if (fails) tally_.count(Fault::failed_script);
    replies_.push_back(draw_reply(random_, *place, fails));
    calls_.erase(place);
    return true;
}

nodes::Outcome draw_outcome(Random& random, const nodes::PerformRequest& request, bool fails) {
    nodes::Outcome outcome;
    outcome.duration_ms = static_cast<std::int64_t>(random.below(50));
    if (!fails) {
        // Some servers send back what they got.
        outcome.result = random.chance(20) ? request.input : draw_value(random);
        return outcome;
    }
    const bool is_status = random.chance(50);
    engine::RunError error =
        engine::make_run_error(is_status ? "http_status" : "timeout", "the \"server\" is away\n");
    error.retryable = random.chance(70);
    if (is_status) error.details = JsonText::trusted(R"({"status":503})");
    if (random.chance(20)) outcome.retry_after_ms = static_cast<std::int64_t>(random.below(5'000));
    if (random.chance(20)) outcome.extras = JsonText::trusted(R"({"timing":{"ms":1}})");
    outcome.result = std::move(error);
    return outcome;
}

}  // namespace swiftgrid::sim
