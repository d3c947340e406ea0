#pragma once

// What tokens cost: a table that is part of the program and that an operator can add to or replace,
// line by line. Immutable.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "nodes/llm_chat/answer.h"

namespace swiftgrid::nodes::llm_chat {

struct ModelPrice {
    std::string provider;  // "*": any
    std::string model;     // and its dated forms: "gpt-4o" is also "gpt-4o-2024-08-06"; "*": any
    double input_usd = 0;  // per million tokens
    std::optional<double> cached_input_usd;
    double output_usd = 0;
};

double cost_usd(const ModelPrice& price, const Usage& usage);

class PriceTable {
public:
    // Those of prices.json.
    static const PriceTable& defaults();

    // The defaults with the lines of `document` before them. Fails with a sentence that names the
    // line and the member.
    static Result<PriceTable> with(const json::value& document);

    const ModelPrice* find(std::string_view provider, std::string_view model) const;

    // Nothing when the model is not known.
    std::optional<double> cost_usd(std::string_view provider, std::string_view model,
                                   const Usage& usage) const;

private:
    static Result<std::vector<ModelPrice>> read(const json::value& document);

    std::vector<ModelPrice> prices_;  // the first of equally good ones counts
};

// The text of prices.json.
std::string_view default_prices_json();

}  // namespace swiftgrid::nodes::llm_chat
