#include "runtime/shard_metrics.h"

#include <charconv>

#include "base/limits.h"
#include "base/overloaded.h"
#include "engine/event_types.h"
#include "observe/span.h"

namespace swiftgrid::runtime {
namespace {

std::optional<std::int64_t> integer_at(const JsonText& object, const char* name) {
    const auto member = object.child(std::string(name));
    if (!member) return std::nullopt;
    std::int64_t number = 0;
    const std::string_view text = member->view();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || number < 0) return std::nullopt;
    return number;
}

// As long as in a span: a server says what its model is called, and a metric keeps it for ever.
std::string text_at_member(const JsonText& object, const char* name) {
    const auto member = object.child(std::string(name));
    return member ? observe::attribute_text(member->as_plain_text()) : std::string();
}

}  // namespace

ShardMetrics::ShardMetrics(SharedMetrics& shared)
    : ended_by_flow(shared.flows.most() + 1), shared_(shared) {
    slots_.reserve(shared.flows.most());
}

void ShardMetrics::note(const engine::Event& event, const model::Plan& plan,
                        const engine::RunState& run) {
    using namespace engine;
    if (const auto end = run_end(event.body)) return note_end(*end, event, run);
    std::visit(Overloaded{
                   [&](const RunCreated& created) {
                       started[static_cast<std::size_t>(created.trigger)].add();
                   },
                   [&](const NodeCompleted& end) {
                       if (!end.kept)
                           note_attempt(plan.nodes[end.node], AttemptEnd::completed,
                                        end.duration_ms, end.extras);
                   },
                   [&](const NodeFailed& end) {
                       if (!end.kept)
                           note_attempt(plan.nodes[end.node], AttemptEnd::failed, end.duration_ms,
                                        end.extras);
                   },
                   // That of an item is an attempt of the item's run.
                   [&](const NodeRetryScheduled& end) {
                       if (!end.item)
                           note_attempt(plan.nodes[end.node], AttemptEnd::retried, end.duration_ms,
                                        end.extras);
                   },
                   // Nothing was begun of what was only going to be.
                   [&](const NodeCancelled& end) {
                       if (end.attempt > 0)
                           counts_of(*plan.nodes[end.node].descriptor)
                               .ends[static_cast<std::size_t>(AttemptEnd::cancelled)]
                               .add();
                   },
                   [&](const NodeSkipped& end) {
                       if (!end.kept)
                           counts_of(*plan.nodes[end.node].descriptor)
                               .ends[static_cast<std::size_t>(AttemptEnd::skipped)]
                               .add();
                   },
                   [](const auto&) {},
               },
               event.body);
}

void ShardMetrics::note_end(engine::RunStatus status, const engine::Event& event,
                            const engine::RunState& run) {
    const auto place =
        static_cast<std::size_t>(status) - static_cast<std::size_t>(engine::RunStatus::completed);
    ended[place].add();
    run_durations.observe((event.at - run.created_at).milliseconds);
    if (shared_.flows.most() > 0) ended_by_flow[slot_of(run.created.flow)][place].add();
}

void ShardMetrics::note_attempt(const model::PlanNode& node, AttemptEnd end,
                                std::int64_t duration_ms, const std::optional<JsonText>& extras) {
    NodeType& counts = counts_of(*node.descriptor);
    counts.ends[static_cast<std::size_t>(end)].add();
    counts.durations.observe(duration_ms);
    if (node.descriptor->has_outside_effect && extras) note_model(*extras, end);
}

// Whatever type a node has: what asked a language model says which one.
void ShardMetrics::note_model(const JsonText& extras, AttemptEnd end) {
    const std::string provider = text_at_member(extras, "provider");
    if (provider.empty()) return;
    const auto status = attempt_end_names[static_cast<std::size_t>(end)];
    shared_.llm_requests.add({provider, std::string(status)});
    if (const auto timing = extras.child(std::string("timing"))) {
        if (const auto first = integer_at(*timing, "firstTokenMs")) first_tokens.observe(*first);
    }
    const auto usage = extras.child(std::string("usage"));
    if (!usage) return;
    const std::string model = text_at_member(extras, "model");
    const auto add = [&](const char* direction, const char* member) {
        const auto tokens = integer_at(*usage, member);
        if (tokens)
            shared_.llm_tokens.add({provider, model, direction},
                                   static_cast<std::uint64_t>(*tokens));
    };
    add("input", "prompt_tokens");
    add("output", "completion_tokens");
}

// Some ten types: looking through them costs less than a hash. Beyond the last place all share it.
ShardMetrics::NodeType& ShardMetrics::counts_of(const model::NodeDescriptor& descriptor) {
    const std::size_t count = type_count_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < count; ++i)
        if (types_[i].descriptor == &descriptor) return *types_[i].counts;
    if (count == types_.size()) return *types_.back().counts;
    Known& known = types_[count];
    known.descriptor = &descriptor;
    known.counts = std::make_unique<NodeType>();
    known.counts->type = count + 1 == types_.size() ? "other" : descriptor.type;
    type_count_.store(count + 1, std::memory_order_release);
    return *known.counts;
}

std::vector<const ShardMetrics::NodeType*> ShardMetrics::node_types() const {
    std::vector<const NodeType*> all;
    const std::size_t count = type_count_.load(std::memory_order_acquire);
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) all.push_back(types_[i].counts.get());
    return all;
}

std::size_t ShardMetrics::slot_of(FlowId flow) {
    if (const auto known = slots_.find(flow); known != slots_.end()) return known->second;
    const std::size_t most = shared_.flows.most();
    if (slots_.size() == most) return most;
    // Once, when all are given away: afterwards nobody has to be asked.
    if (shared_.flows.is_full()) {
        const auto keys = shared_.flows.keys();
        for (std::size_t slot = 0; slot < keys.size(); ++slot) slots_.emplace(keys[slot], slot);
        return slot_of(flow);
    }
    const auto slot = shared_.flows.slot_of(flow);
    if (slot) slots_.emplace(flow, *slot);
    return slot.value_or(most);
}

}  // namespace swiftgrid::runtime
