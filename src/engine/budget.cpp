#include "engine/budget.h"

#include <algorithm>

#include <fmt/format.h>

namespace swiftgrid::engine {
namespace {

// The tighter of two limits, and whether it is the caller's.
struct Limit {
    std::optional<std::int64_t> amount;
    bool is_inherited = false;
};

Limit limit_of(const std::optional<std::int64_t>& own,
               const std::optional<std::int64_t>& inherited) {
    if (!inherited || (own && *own <= *inherited)) return {own, false};
    return {inherited, true};
}

Limit tokens_limit(const RunState& run, const model::Plan& plan) {
    return limit_of(plan.budget.tokens, run.created.allowance.tokens);
}
Limit usd_limit(const RunState& run, const model::Plan& plan) {
    return limit_of(plan.budget.nano_usd, run.created.allowance.nano_usd);
}

std::optional<std::int64_t> rest(const Limit& limit, std::int64_t spent) {
    if (!limit.amount) return std::nullopt;
    return std::max<std::int64_t>(*limit.amount - spent, 0);
}

std::string dollars(std::int64_t nano_usd) {
    return fmt::format("{} US$", Spending{0, nano_usd}.usd());
}

RunError budget_error(std::string_view name, const Limit& limit, std::string spent,
                      std::string allowed) {
    return make_run_error(
        "budget_exceeded",
        limit.is_inherited
            ? fmt::format("the run has spent {} on language models, and the run that called it had "
                          "{} of its {} budget left; raise the budget of the calling flow, or "
                          "let the models say less",
                          spent, allowed, name)
            : fmt::format("the run has spent {} on language models, and its {} budget is {}; raise "
                          "the budget of the flow, or let the models say less",
                          spent, name, allowed));
}

}  // namespace

model::Budget left_to_spend(const RunState& run, const model::Plan& plan) {
    return {rest(tokens_limit(run, plan), run.spent.tokens),
            rest(usd_limit(run, plan), run.spent.nano_usd)};
}

std::optional<RunError> overspending(const RunState& run, const model::Plan& plan) {
    const Limit tokens = tokens_limit(run, plan);
    const Limit usd = usd_limit(run, plan);
    const bool tokens_spent = tokens.amount && run.spent.tokens > *tokens.amount;
    const bool usd_spent = usd.amount && run.spent.nano_usd > *usd.amount;
    if (!tokens_spent && !usd_spent) return std::nullopt;
    RunError error =
        tokens_spent
            ? budget_error("token", tokens, fmt::format("{} tokens", run.spent.tokens),
                           fmt::format("{}", *tokens.amount))
            : budget_error("money", usd, dollars(run.spent.nano_usd), dollars(*usd.amount));
    error.details =
        JsonText::trusted(fmt::format(R"({{"budget":{},"spent":{}}})",
                                      to_json_text(model::Budget{tokens.amount, usd.amount}).view(),
                                      to_json_text(run.spent).view()));
    return error;
}

}  // namespace swiftgrid::engine
