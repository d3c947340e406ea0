#include "engine/fan_out_state.h"

#include <algorithm>

#include "base/assert.h"
#include "engine/json_slices.h"

namespace swiftgrid::engine {
namespace {

// The item's own members go before those of the mapping.
std::string mapping_members(const FanOutWait& wait, const JsonText& input) {
    const auto mapping = input.child(wait.mapping_member);
    if (!mapping || mapping->kind() != JsonKind::object) return "";
    json::value tree = mapping->to_value();
    tree.get_object().erase(wait.item_variable);
    tree.get_object().erase(wait.index_variable);
    const std::string text = to_json(tree);
    return text.substr(1, text.size() - 2);
}

}  // namespace

FanOutState begin_fan_out(const FanOutWait& wait, const JsonText& input) {
    FanOutState state;
    auto list = input.child(wait.items_member);
    SG_ASSERT(list.has_value(), "the input has the list that the event names");
    state.list = std::move(*list);
    state.slices = slice_array(state.list.view());
    SG_ASSERT(state.slices.size() == wait.total, "the list has as many items as the event says");
    state.items.resize(wait.total, FanOutState::Item::open);
    if (wait.collect_results) state.outcomes.resize(wait.total);
    state.mapping = mapping_members(wait, input);
    state.started = items_started(wait, 0);
    return state;
}

std::uint32_t items_started(const FanOutWait& wait, std::uint32_t settled) {
    return std::min(wait.total, settled + wait.concurrency);
}

}  // namespace swiftgrid::engine
