#include "nodes/router/perform.h"

#include "nodes/router/route.h"
#include "nodes/script_outcome.h"

namespace swiftgrid::nodes::router {
namespace {

// A condition that throws is false; one that runs out of time or memory says nothing about the
// value, and going on as if it were false would take a wrong way.
bool counts_as_false(const sandbox::ScriptError& error) {
    return error.code == "script_error" || error.code == "script_result_invalid" ||
           error.code == "script_result_too_large";
}

struct Verdict {
    std::vector<std::string> matched;
    std::string condition_errors;  // JSON objects with commas between
    std::optional<engine::RunError> failure;
};

Verdict judge(const std::vector<Condition>& conditions,
              const std::vector<sandbox::ExpressionResult>& results) {
    Verdict verdict;
    for (std::size_t i = 0; i < results.size() && i < conditions.size(); ++i) {
        if (const auto* value = std::get_if<sandbox::ExpressionValue>(&results[i].outcome)) {
            if (value->truthy) verdict.matched.push_back(conditions[i].id);
            continue;
        }
        const auto& error = std::get<sandbox::ScriptError>(results[i].outcome);
        if (!counts_as_false(error)) {
            verdict.failure = run_error_of(error);
            verdict.failure->message =
                "condition '" + conditions[i].id + "': " + verdict.failure->message;
            return verdict;
        }
        std::string& out = verdict.condition_errors;
        out += out.empty() ? "{\"id\":" : ",{\"id\":";
        append_json_string(out, conditions[i].id);
        out += ",\"message\":";
        append_json_string(out, error.message);
        out += '}';
    }
    return verdict;
}

class Performer : public ScriptPerformer {
public:
    sandbox::Call prepare(const PerformRequest& request) const override {
        sandbox::Expressions expressions;
        for (Condition& condition : conditions_of(request.node()))
            expressions.sources.push_back(std::move(condition.expression));
        expressions.bindings.push_back({"value", routed_value(request.input)});
        expressions.stop_at_first_true = stops_at_first_match(request.node());
        sandbox::Call call;
        call.work = std::move(expressions);
        call.time_ms = script_time_ms(request.node());
        return call;
    }

    Outcome finish(const PerformRequest& request, sandbox::Reply reply) const override {
        Outcome outcome;
        outcome.duration_ms = reply.duration_us / 1000;
        if (const auto* error = std::get_if<sandbox::ScriptError>(&reply.outcome)) {
            outcome.result = run_error_of(*error);
            return outcome;
        }
        const auto& results = std::get<std::vector<sandbox::ExpressionResult>>(reply.outcome);
        Verdict verdict = judge(conditions_of(request.node()), results);
        if (!verdict.condition_errors.empty())
            outcome.extras =
                JsonText::trusted("{\"conditionErrors\":[" + verdict.condition_errors + "]}");
        if (verdict.failure) {
            outcome.result = std::move(*verdict.failure);
            return outcome;
        }
        Route taken =
            route(request.node(), routed_value(request.input), std::move(verdict.matched));
        outcome.result = std::move(taken.result);
        outcome.outputs = std::move(taken.outputs);
        return outcome;
    }
};

}  // namespace

std::unique_ptr<ScriptPerformer> make_performer() { return std::make_unique<Performer>(); }

}  // namespace swiftgrid::nodes::router
