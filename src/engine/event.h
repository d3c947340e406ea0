#pragma once

// What has happened to a run: facts in the past tense, the only truth. An event records the outcome
// of a decision (resolved input, chosen outputs), never something to be decided again, so that code
// may change and history may not. A released event is never edited: add a version.
// The public form is { id, runId, nodeId, eventType, attempt, payload, createdAt }.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/run_error.h"
#include "engine/spending.h"
#include "engine/status.h"
#include "model/plan.h"

namespace swiftgrid::engine {

using model::NodeIndex;

// Names in a run's `$env` with the vault's names they stand for.
using SecretNames = std::vector<std::pair<std::string, std::string>>;

// Which version of another flow `snapshot` means, by the flow's id as the graph spells it.
using Snapshots = std::vector<std::pair<std::string, std::int64_t>>;

struct RunCreated {
    FlowId flow;
    std::optional<std::int64_t> version;  // none: the draft
    GraphId graph;
    Trigger trigger = Trigger::manual;
    JsonText input;
    std::optional<RunId> parent;
    std::string calling_node_id;
    // Which of the parent's calls this is; the parent wants its end.
    std::uint32_t calling_attempt = 0;
    std::optional<std::uint32_t> calling_item;
    std::uint32_t depth = 0;
    std::optional<RunId> replay_of;
    std::optional<std::uint64_t> forked_at;  // event of that run
    std::optional<Instant> deadline;
    std::optional<SecretNames> secrets;  // none: the vault's own names (a run without a parent)
    Snapshots snapshots;
    std::uint32_t budget = limits::descendants;  // runs below this one
    model::Budget allowance;                     // what the caller had left to spend
    std::string traceparent;  // of whoever asked for the run, as W3C Trace Context has it; "": none
    bool operator==(const RunCreated&) const = default;
};
struct RunStarted {
    bool operator==(const RunStarted&) const = default;
};
struct RunCompleted {
    JsonText output;
    bool operator==(const RunCompleted&) const = default;
};
struct RunFailed {
    RunError error;
    bool operator==(const RunFailed&) const = default;
};
struct RunCancelled {
    std::string reason;
    bool operator==(const RunCancelled&) const = default;
};
struct NodeScheduled {
    NodeIndex node = 0;
    bool operator==(const NodeScheduled&) const = default;
};
struct NodeStarted {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText input;
    // The values of the template's scripts, kept when the input is evaluated again because parts of
    // it may not be recorded.
    std::vector<JsonText> script_values = {};
    bool operator==(const NodeStarted&) const = default;
};
struct NodeCompleted {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText result;
    // The handles whose edges become live; none given: the normal output "".
    std::optional<std::vector<std::string>> outputs;
    std::int64_t duration_ms = 0;
    // Set when onError `continue` absorbed a failure; the result is then { error }.
    std::optional<RunError> error;
    // What the node type adds for people: logs, usage, model … An object.
    std::optional<JsonText> extras;
    bool kept = false;  // taken over from another run: nothing was done in this one
    bool operator==(const NodeCompleted&) const = default;
};
struct NodeFailed {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    RunError error;
    std::int64_t duration_ms = 0;
    bool absorbed = false;  // onError `branch` with a connected branch: the edge `error` is live
    std::optional<JsonText> extras;
    bool kept = false;
    bool operator==(const NodeFailed&) const = default;
};
// The attempt failed and is followed by another. With `item`, a map's item did; the node goes on.
struct NodeRetryScheduled {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    RunError error;
    Instant retry_at;
    std::int64_t duration_ms = 0;
    std::optional<std::uint32_t> item;
    std::optional<JsonText> extras;
    Spending spent = {};  // by the item's run
    bool operator==(const NodeRetryScheduled&) const = default;
};

// What a suspended node waits for, with everything that was decided when it began to.
struct TimerWait {
    Instant until;
    bool operator==(const TimerWait&) const = default;
};
struct SignalWait {
    Instant until;  // then the wait has expired
    bool operator==(const SignalWait&) const = default;
};
// How another flow is called.
struct FlowCall {
    std::string flow;  // id as the graph spells it
    JsonText version;  // "latest", a number, or a version's id
    SecretNames secrets;
    std::optional<Instant> deadline;
    std::uint32_t budget = 0;  // of each run started
    model::Budget allowance = {};
    bool operator==(const FlowCall&) const = default;
};
struct ChildWait {
    FlowCall call;
    RunId child;
    bool operator==(const ChildWait&) const = default;
};
struct FanOutWait {
    FlowCall call;
    std::uint32_t total = 0;
    std::uint32_t concurrency = 1;
    std::uint32_t retries_max = 0;  // per item
    bool continue_on_error = true;
    bool collect_results = true;
    // Members of the node's input: the list, and what every item gets besides itself.
    std::string items_member;
    std::string mapping_member;
    // Members of the child's input.
    std::string item_variable = "item";
    std::string index_variable = "index";
    std::optional<Instant> until;
    bool beside_parent = false;  // the runs of the items are on the shard of this run
    bool operator==(const FanOutWait&) const = default;
};
using Wait = std::variant<TimerWait, SignalWait, ChildWait, FanOutWait>;

struct NodeSuspended {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    Wait wait;
    bool operator==(const NodeSuspended&) const = default;
};

// What ended the wait. A timer that fires and a wait that expires show in what follows.
struct SignalReceived {
    JsonText payload;
    bool operator==(const SignalReceived&) const = default;
};
struct ChildEnded {
    RunId child;
    RunStatus status = RunStatus::completed;
    JsonText output;
    std::optional<RunError> error;
    std::int64_t duration_ms = 0;
    Spending spent = {};
    bool operator==(const ChildEnded&) const = default;
};
// A map's item is tried again; the node goes on waiting.
struct ItemRetried {
    std::uint32_t item = 0;
    bool operator==(const ItemRetried&) const = default;
};
using Wakeup = std::variant<SignalReceived, ChildEnded, ItemRetried>;

// Of a pending node: the signal came before the wait and is kept for it.
struct NodeResumed {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;  // the node's, or the item's
    Wakeup wakeup;
    bool operator==(const NodeResumed&) const = default;
};
struct MapItemSettled {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;  // the item's
    std::uint32_t index = 0;
    bool fulfilled = false;
    JsonText value;      // when fulfilled
    std::string reason;  // when rejected
    RunId child;
    std::int64_t duration_ms = 0;
    Spending spent = {};
    bool operator==(const MapItemSettled&) const = default;
};
struct NodeSkipped {
    NodeIndex node = 0;
    bool kept = false;
    bool operator==(const NodeSkipped&) const = default;
};
struct NodeCancelled {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    bool operator==(const NodeCancelled&) const = default;
};

using EventBody =
    std::variant<RunCreated, RunStarted, RunCompleted, RunFailed, RunCancelled, NodeScheduled,
                 NodeStarted, NodeCompleted, NodeFailed, NodeRetryScheduled, NodeSuspended,
                 NodeResumed, NodeSkipped, NodeCancelled, MapItemSettled>;

struct Event {
    std::uint64_t sequence = 0;  // from 1 without gaps within a run
    Instant at;
    EventBody body;
    bool operator==(const Event&) const = default;
};

// "NODE_COMPLETED".
std::string_view type_name(const EventBody& body);

}  // namespace swiftgrid::engine
