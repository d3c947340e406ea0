// Hostile bytes as a stored log: refused, or events that are written and read back unchanged.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "engine/event_codec.h"
#include "model/plan.h"
#include "model/test_types.h"

using namespace swiftgrid;

namespace {

model::PlanPtr small_plan() {
    static const model::NodeTypes types = model::test_types();
    model::Flow flow;
    flow.graph.nodes.push_back({.id = "a", .type = "work", .data = {{"url", "x"}}, .label = "a"});
    const auto plan = model::make_plan(flow, types, GraphId{});
    SG_ASSERT(plan.has_value(), "the small flow can be planned");
    return *plan;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const model::PlanPtr plan = small_plan();
    const Instant base{};
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto events = engine::decode_events(bytes, 1, base, *plan);
    if (!events) return 0;

    std::string text = "[";
    engine::encode_events(text, *events, base, *plan);
    text += ']';
    const auto again = engine::decode_events(text, 1, base, *plan);
    SG_ASSERT(again && *again == *events, "what we write, we read back");
    return 0;
}
