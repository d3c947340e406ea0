#include "nodes/map/behaviour.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "expr/json_walk.h"
#include "nodes/child_flow_fields.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::map {
namespace {

constexpr std::string_view items_member = "inputArray";
constexpr std::string_view mapping_member = "inputMapping";
constexpr std::int64_t concurrency_default = 10;

engine::Refuse refuse(std::string code, std::string message) {
    return {engine::make_run_error(std::move(code), std::move(message)), std::nullopt};
}

bool goes_on_after_an_error(const model::PlanNode& node) {
    return flag_at(node.data, "continueOnError", true);
}

std::string variable(const model::PlanNode& node, std::string_view field,
                     std::string_view otherwise) {
    const std::string_view name = text_at(node.data, field);
    return std::string(name.empty() ? otherwise : name);
}

// Nothing is copied: a list may have 16 MiB.
std::expected<std::uint32_t, engine::Refuse> count_items(const JsonText& input) {
    const auto list = expr::find_child(input.view(), std::string(items_member));
    if (!list || !list->starts_with('[')) {
        const JsonText found =
            list ? JsonText::trusted(std::string(expr::first_value(*list))) : JsonText();
        return std::unexpected(
            refuse("not_an_array", fmt::format("a map works on an array, found {}; choose a value "
                                               "that is one",
                                               found_value(found))));
    }
    const std::size_t count = expr::element_count(*list);
    if (count > limits::map_items)
        return std::unexpected(
            refuse("too_large", fmt::format("the list has {} items, the limit of a map is {}; "
                                            "divide the list",
                                            count, limits::map_items)));
    return static_cast<std::uint32_t>(count);
}

std::uint32_t bounded(const model::PlanNode& node, std::string_view field, std::int64_t otherwise,
                      std::pair<std::int64_t, std::int64_t> range) {
    const std::int64_t number = integer_at(node.data, field, otherwise);
    return static_cast<std::uint32_t>(std::clamp(number, range.first, range.second));
}

engine::Directive fan_out(const model::PlanNode& node, std::uint32_t total) {
    engine::FanOut fan_out;
    fan_out.call = call_of(node, "subflowId");
    fan_out.total = total;
    fan_out.concurrency =
        bounded(node, "maxConcurrent", concurrency_default, {1, limits::map_concurrency});
    fan_out.retries_max = bounded(node, "maxRetries", 0, {0, child_retries_max});
    fan_out.continue_on_error = goes_on_after_an_error(node);
    fan_out.collect_results = flag_at(node.data, "collectResults", true);
    fan_out.items_member = items_member;
    fan_out.mapping_member = mapping_member;
    fan_out.item_variable = variable(node, "itemVariable", "item");
    fan_out.index_variable = variable(node, "indexVariable", "index");
    return fan_out;
}

JsonText result_of(const model::PlanNode& node, const engine::FanOutSettled& settled) {
    std::string out = R"({"results":)";
    out += settled.results.view();
    out += fmt::format(R"(,"summary":{{"total":{},"succeeded":{},"failed":{})", settled.total,
                       settled.succeeded, settled.failed);
    if (!goes_on_after_an_error(node))
        out +=
            fmt::format(R"(,"not_started":{})", settled.total - settled.succeeded - settled.failed);
    out += fmt::format(R"(,"duration_ms":{}}}}})", settled.duration_ms);
    return JsonText::trusted(std::move(out));
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        auto total = count_items(input);
        if (!total) return std::move(total.error());
        return fan_out(node, *total);
    }

    engine::Directive resume(const model::PlanNode& node, const JsonText&,
                             const engine::WakeReason& reason) const override {
        if (const auto* settled = std::get_if<engine::FanOutSettled>(&reason))
            return engine::Continue{result_of(node, *settled), std::nullopt};
        SG_ASSERT(std::holds_alternative<engine::WaitExpired>(reason),
                  "a map ends with its items or with its time");
        return refuse("timeout", fmt::format("not all items were done within {}; raise the time "
                                             "limit or let more items run at the same time",
                                             duration_text(node.timeout_ms)));
    }
};

}  // namespace

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::map
