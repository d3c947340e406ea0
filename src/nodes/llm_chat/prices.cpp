#include "nodes/llm_chat/prices.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/assert.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

constexpr double tokens_per_price = 1'000'000;
constexpr double price_usd_max = 1'000'000;
constexpr std::array<std::string_view, 5> known_members{"provider", "model", "input", "cachedInput",
                                                        "output"};

// "gpt-4o" of "gpt-4o-2024-08-06" and of "gpt-4o:free", not of "gpt-4o-mini".
bool is_form_of(std::string_view model, std::string_view priced) {
    if (model == priced || priced == "*") return true;
    if (!model.starts_with(priced)) return false;
    const std::string_view rest = model.substr(priced.size());
    if (rest.starts_with(':') || rest.starts_with('@') || rest == "-latest") return true;
    return rest.size() > 4 && rest.front() == '-' &&
           std::ranges::all_of(rest, [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

// How well a line fits; 0 when it does not.
std::size_t fit_of(const ModelPrice& price, std::string_view provider, std::string_view model) {
    if (price.provider != "*" && price.provider != provider) return 0;
    if (!is_form_of(model, price.model)) return 0;
    const std::size_t exact_provider = price.provider == "*" ? 0 : 1;
    return 2 * (price.model == "*" ? 1 : price.model.size() + 1) + exact_provider;
}

Error wrong(std::size_t line, std::string_view what) {
    return {ErrorCode::invalid_document, fmt::format("models[{}]: {}", line, what)};
}

Result<std::optional<double>> price_at(const json::object& entry, std::string_view name,
                                       std::size_t line) {
    const auto* member = entry.if_contains(name);
    if (!member || member->is_null()) return std::nullopt;
    const double price = member->is_number() ? member->to_number<double>() : -1;
    if (!(price >= 0 && price <= price_usd_max))
        return std::unexpected(
            wrong(line, fmt::format("'{}' must be dollars per million tokens, from 0 to {}", name,
                                    price_usd_max)));
    return price;
}

Result<ModelPrice> read_price(const json::value& value, std::size_t line) {
    const auto* entry = value.if_object();
    if (!entry) return std::unexpected(wrong(line, "expected an object"));
    for (const auto& member : *entry) {
        if (std::ranges::find(known_members, std::string_view(member.key())) != known_members.end())
            continue;
        return std::unexpected(wrong(
            line, fmt::format("'{}' is not known; a line has {}", std::string_view(member.key()),
                              fmt::join(known_members, ", "))));
    }
    ModelPrice price;
    price.provider = text_at(*entry, "provider");
    price.model = text_at(*entry, "model");
    if (price.provider.empty()) price.provider = "*";
    if (price.model.empty())
        return std::unexpected(wrong(line, "'model' is missing; give a name or \"*\""));
    const auto input = price_at(*entry, "input", line);
    if (!input) return std::unexpected(input.error());
    const auto cached = price_at(*entry, "cachedInput", line);
    if (!cached) return std::unexpected(cached.error());
    const auto output = price_at(*entry, "output", line);
    if (!output) return std::unexpected(output.error());
    if (!*input || !*output)
        return std::unexpected(wrong(line, "'input' and 'output' are both needed"));
    price.input_usd = **input;
    price.cached_input_usd = *cached;
    price.output_usd = **output;
    return price;
}

}  // namespace

double cost_usd(const ModelPrice& price, const Usage& usage) {
    const auto cached =
        static_cast<double>(std::min(usage.cached_tokens.value_or(0), usage.prompt_tokens));
    const double fresh = static_cast<double>(usage.prompt_tokens) - cached;
    const double sum = fresh * price.input_usd +
                       cached * price.cached_input_usd.value_or(price.input_usd) +
                       static_cast<double>(usage.completion_tokens) * price.output_usd;
    return sum / tokens_per_price;
}

const PriceTable& PriceTable::defaults() {
    static const PriceTable table = [] {
        PriceTable made;
        auto prices = read(parse_json(default_prices_json()).value());
        SG_ASSERT(prices.has_value(), "prices.json is right");
        made.prices_ = std::move(*prices);
        return made;
    }();
    return table;
}

Result<PriceTable> PriceTable::with(const json::value& document) {
    auto prices = read(document);
    if (!prices) return std::unexpected(prices.error());
    PriceTable table;
    table.prices_ = std::move(*prices);
    const auto& known = defaults().prices_;
    table.prices_.insert(table.prices_.end(), known.begin(), known.end());
    return table;
}

Result<std::vector<ModelPrice>> PriceTable::read(const json::value& document) {
    const auto* object = document.if_object();
    const auto* models = object ? object->if_contains("models") : nullptr;
    if (!models || !models->is_array())
        return fail(ErrorCode::invalid_document,
                    "expected an object with the list 'models', as in docs/llm.md");
    std::vector<ModelPrice> prices;
    for (const json::value& entry : models->get_array()) {
        auto price = read_price(entry, prices.size());
        if (!price) return std::unexpected(price.error());
        prices.push_back(std::move(*price));
    }
    return prices;
}

const ModelPrice* PriceTable::find(std::string_view provider, std::string_view model) const {
    const ModelPrice* best = nullptr;
    std::size_t best_fit = 0;
    for (const ModelPrice& price : prices_) {
        const std::size_t fit = fit_of(price, provider, model);
        if (fit <= best_fit) continue;
        best = &price;
        best_fit = fit;
    }
    return best;
}

std::optional<double> PriceTable::cost_usd(std::string_view provider, std::string_view model,
                                           const Usage& usage) const {
    const ModelPrice* price = find(provider, model);
    if (!price) return std::nullopt;
    return llm_chat::cost_usd(*price, usage);
}

}  // namespace swiftgrid::nodes::llm_chat
