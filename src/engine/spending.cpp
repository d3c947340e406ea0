#include "engine/spending.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::engine {
namespace {

constexpr double nano = model::Budget::nano;

std::int64_t bounded(std::int64_t amount) {
    return std::clamp<std::int64_t>(amount, 0, limits::spending_max);
}

template <typename Number>
std::optional<Number> number_at(const JsonText& object, const char* name) {
    const auto member = object.child(std::string(name));
    if (!member) return std::nullopt;
    Number number{};
    const std::string_view text = member->view();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return std::nullopt;
    return number;
}

std::optional<std::int64_t> nano_usd_at(const JsonText& object, const char* name) {
    const auto usd = number_at<double>(object, name);
    if (!usd) return std::nullopt;
    return bounded(std::llround(std::min(*usd * nano, static_cast<double>(limits::spending_max))));
}

std::string usd_text(std::int64_t nano_usd) {
    return fmt::format("{}", static_cast<double>(nano_usd) / nano);
}

}  // namespace

double Spending::usd() const { return static_cast<double>(nano_usd) / nano; }

void Spending::add(const Spending& more) {
    tokens = bounded(tokens + more.tokens);
    nano_usd = bounded(nano_usd + more.nano_usd);
}

Spending spending_of(const std::optional<JsonText>& extras) {
    const auto usage = extras ? extras->child(std::string("usage")) : std::nullopt;
    if (!usage) return {};
    return {bounded(number_at<std::int64_t>(*usage, "total_tokens").value_or(0)),
            nano_usd_at(*usage, "cost_usd").value_or(0)};
}

JsonText to_json_text(const Spending& spending) {
    return JsonText::trusted(
        fmt::format(R"({{"tokens":{},"usd":{}}})", spending.tokens, usd_text(spending.nano_usd)));
}

JsonText to_json_text(const model::Budget& budget) {
    std::string out = "{";
    if (budget.tokens) out += fmt::format(R"("tokens":{})", *budget.tokens);
    if (budget.tokens && budget.nano_usd) out += ',';
    if (budget.nano_usd) out += fmt::format(R"("usd":{})", usd_text(*budget.nano_usd));
    out += '}';
    return JsonText::trusted(std::move(out));
}

Spending read_spending(const JsonText& object) {
    return {bounded(number_at<std::int64_t>(object, "tokens").value_or(0)),
            nano_usd_at(object, "usd").value_or(0)};
}

model::Budget read_budget(const JsonText& object) {
    return {number_at<std::int64_t>(object, "tokens"), nano_usd_at(object, "usd")};
}

}  // namespace swiftgrid::engine
