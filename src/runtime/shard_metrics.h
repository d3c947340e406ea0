#pragma once

// What one shard counts of the events that got to disk. Its thread alone counts, without a lock and
// without memory; whoever shows the numbers adds up those of all shards (metrics.h).

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "engine/event.h"
#include "engine/run_state.h"
#include "observe/counters.h"
#include "observe/histogram.h"
#include "observe/slots.h"

namespace swiftgrid::runtime {

// In milliseconds: from a script to a wait for a person.
inline constexpr std::array<std::int64_t, 16> node_bounds_ms{
    1,     2,     5,      10,     25,      50,      100,       250,
    1'000, 2'500, 10'000, 30'000, 120'000, 600'000, 3'600'000, 86'400'000};
inline constexpr std::array<std::int64_t, 16> run_bounds_ms = node_bounds_ms;
inline constexpr std::array<std::int64_t, 10> first_token_bounds_ms{
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 30'000, 60'000};

// How an attempt of a node has ended.
enum class AttemptEnd : std::uint8_t { completed, failed, retried, cancelled, skipped };
constexpr std::array<std::string_view, 5> attempt_end_names{"completed", "failed", "retried",
                                                            "cancelled", "skipped"};

constexpr std::array<engine::RunStatus, 3> end_statuses{
    engine::RunStatus::completed, engine::RunStatus::failed, engine::RunStatus::cancelled};
constexpr std::size_t trigger_count = static_cast<std::size_t>(engine::Trigger::mcp) + 1;

using EndCounts = std::array<observe::Count, end_statuses.size()>;

// What all shards share, because it is counted too seldom to be worth a copy for each.
struct SharedMetrics {
    explicit SharedMetrics(std::size_t flows) : flows(flows) {}

    // The flows whose runs are told apart; those that come later are `other`.
    observe::Slots<FlowId> flows;
    observe::Counters llm_requests{{"provider", "status"}};
    observe::Counters llm_tokens{{"provider", "model", "direction"}};
};

class ShardMetrics {
public:
    // `shared` outlives this.
    explicit ShardMetrics(SharedMetrics& shared);

    // Of the shard's thread: an event that is on disk. `run` may be further on by now.
    void note(const engine::Event& event, const model::Plan& plan, const engine::RunState& run);

    // Attempts that wait because too many are under way; the oldest since then, 0 for none.
    void note_waiting(std::size_t count, std::int64_t since_ms) {
        waiting_outside.store(count, std::memory_order_relaxed);
        waiting_since_ms.store(since_ms, std::memory_order_relaxed);
    }

    // Any thread.
    struct NodeType {
        std::string type;
        std::array<observe::Count, attempt_end_names.size()> ends;
        observe::Histogram durations{node_bounds_ms};
    };
    // Of each type that was seen; they are not moved.
    std::vector<const NodeType*> node_types() const;

    std::array<observe::Count, trigger_count> started;
    EndCounts ended;
    observe::Histogram run_durations{run_bounds_ms};
    observe::Histogram first_tokens{first_token_bounds_ms};
    std::vector<EndCounts> ended_by_flow;  // by slot; the last of them is that of all others
    std::atomic<std::size_t> waiting_outside = 0;
    std::atomic<std::int64_t> waiting_since_ms = 0;

private:
    void note_end(engine::RunStatus status, const engine::Event& event,
                  const engine::RunState& run);
    void note_attempt(const model::PlanNode& node, AttemptEnd end, std::int64_t duration_ms,
                      const std::optional<JsonText>& extras);
    void note_model(const JsonText& extras, AttemptEnd end);
    NodeType& counts_of(const model::NodeDescriptor& descriptor);
    std::size_t slot_of(FlowId flow);

    SharedMetrics& shared_;
    std::unordered_map<FlowId, std::size_t> slots_;  // those it was given
    struct Known {
        const model::NodeDescriptor* descriptor = nullptr;
        std::unique_ptr<NodeType> counts;
    };
    std::array<Known, limits::metric_node_types> types_;
    std::atomic<std::size_t> type_count_ = 0;
};

}  // namespace swiftgrid::runtime
