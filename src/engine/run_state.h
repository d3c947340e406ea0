#pragma once

// Everything a run is, at one event: the fold of its events up to that one. Time travel, recovery
// and the API's node results all read this, and only apply() changes it.

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/box.h"
#include "engine/event.h"
#include "engine/fan_out_state.h"

namespace swiftgrid::engine {

// What a suspended node waits for.
struct Waiting {
    Wait wait;
    Instant since;
    std::optional<FanOutState> fan_out;
    bool operator==(const Waiting&) const = default;
};

struct NodeState {
    NodeStatus status = NodeStatus::pending;
    std::uint32_t attempt = 0;  // 0: never started
    bool absorbed = false;      // failed, but a branch took it over
    bool kept = false;          // taken over from another run
    std::optional<JsonText> input;
    std::vector<JsonText> script_values;  // as in NodeStarted
    std::optional<JsonText> result;
    std::optional<RunError> error;                    // of the last attempt while it is retrying
    std::optional<std::vector<std::string>> outputs;  // as in NodeCompleted
    std::optional<JsonText> extras;
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    // Events that began the first attempt and ended the node; 0: there was none. An attempt sees
    // the results of the nodes that had ended when the first one began.
    std::uint64_t started_by = 0;
    std::uint64_t ended_by = 0;
    std::int64_t duration_ms = 0;
    Box<Waiting> waiting;                  // while suspended
    std::optional<Instant> retry_at;       // while retrying
    std::optional<RunId> child;            // the run it called last
    std::optional<JsonText> early_signal;  // came before the wait
    bool operator==(const NodeState&) const = default;
};

// Something that happens to a run at a time.
struct Timer {
    static constexpr NodeIndex whole_run = std::numeric_limits<NodeIndex>::max();
    static constexpr std::uint32_t whole_node = std::numeric_limits<std::uint32_t>::max();

    Instant at;
    NodeIndex node = whole_run;  // whole_run: the run's deadline
    std::uint32_t item = whole_node;
    auto operator<=>(const Timer&) const = default;
};

struct RunState {
    RunId id;
    RunStatus status = RunStatus::pending;
    std::uint64_t last_sequence = 0;  // 0: not created yet
    RunCreated created;
    Instant created_at;
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;
    std::optional<JsonText> output;
    std::optional<RunError> error;
    std::string cancel_reason;
    std::vector<NodeState> nodes;     // by NodeIndex; sized by the maker
    std::uint32_t open_nodes = 0;     // scheduled, running, suspended or retrying
    std::uint32_t waiting_nodes = 0;  // of these: suspended or retrying
    std::uint32_t calling_nodes = 0;  // of these: suspended on other runs
    std::uint32_t budget_spent = 0;   // of created.budget
    Spending spent;                   // by all attempts, and by the runs it called that have ended
    std::set<Timer> timers;

    RunState() = default;
    RunState(RunId run, std::size_t node_count) : id(run), nodes(node_count) {}
    bool exists() const { return last_sequence > 0; }
    // Work is in flight, or another run is: after a crash somebody has to ask for it again. (A map
    // whose items all wait for a retry counts too; asking finds nothing then.)
    bool owes() const { return open_nodes > waiting_nodes || calling_nodes > 0; }
    std::optional<Instant> next_timer() const {
        if (timers.empty()) return std::nullopt;
        return timers.begin()->at;
    }
    bool operator==(const RunState&) const = default;
};

}  // namespace swiftgrid::engine
