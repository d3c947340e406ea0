#pragma once

// What runs spend on language models, counted in whole tokens and billionths of a US dollar so that
// sums are exact. Bounded: whatever a server claims, no sum overflows.

#include <cstdint>
#include <optional>

#include "base/json.h"
#include "model/flow.h"

namespace swiftgrid::engine {

struct Spending {
    std::int64_t tokens = 0;
    std::int64_t nano_usd = 0;  // as far as prices are known

    bool is_nothing() const { return tokens == 0 && nano_usd == 0; }
    double usd() const;
    void add(const Spending& more);
    bool operator==(const Spending&) const = default;
};

// What an attempt says in its extras: `usage { total_tokens, cost_usd }`.
Spending spending_of(const std::optional<JsonText>& extras);

// `{ "tokens": 12, "usd": 0.5 }`; of a budget, what is limited.
JsonText to_json_text(const Spending& spending);
JsonText to_json_text(const model::Budget& budget);
Spending read_spending(const JsonText& object);
model::Budget read_budget(const JsonText& object);

}  // namespace swiftgrid::engine
