#pragma once

// A validated graph made ready to run: indices instead of names, edges both ways, compiled
// templates. One plan per graph, immutable and shared by all its runs; a run never carries a copy
// of its graph. The index of a node is its place in the document's `nodes` array, for ever.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "expr/template.h"
#include "model/flow.h"
#include "model/node_descriptor.h"

namespace swiftgrid::model {

using NodeIndex = std::uint32_t;
using EdgeIndex = std::uint32_t;

enum class JoinMode : std::uint8_t { all, any };
enum class OnError : std::uint8_t { fail, carry_on, branch };  // `continue` in the document

struct PlanEdge {
    NodeIndex source = 0;
    NodeIndex target = 0;
    std::string source_handle;  // "" = normal output; "error" = the error branch
};

struct RetryPolicy {
    std::uint32_t retries_max = 0;
    std::int64_t backoff_ms = 1'000;
    double backoff_factor = 2.0;
    std::int64_t backoff_ms_max = 60'000;
    double jitter = 0.2;
    std::vector<std::string> retry_on;  // empty: the default list of details.md

    bool operator==(const RetryPolicy&) const = default;
};

struct PlanNode {
    std::string id;
    std::string label;
    const NodeDescriptor* descriptor = nullptr;  // lives as long as the NodeTypes
    json::object data;                           // canonical, defaults filled in
    JoinMode join = JoinMode::all;
    OnError on_error = OnError::fail;
    std::int64_t timeout_ms = 0;  // 0: the type's own default
    RetryPolicy retry;
    expr::Template input;             // descriptor->input_template(data), compiled
    bool has_input = false;           // false: the type has no input template
    bool reads_secrets = false;       // parts of its input may not be recorded
    std::vector<EdgeIndex> incoming;  // in document order
    std::vector<EdgeIndex> outgoing;
    std::vector<NodeIndex> predecessors;  // distinct sources of incoming edges, document order
    std::vector<NodeIndex> upstream;      // every node from which this one can be reached, sorted
};

struct Plan {
    GraphId graph_id;
    std::int64_t timeout_ms = 0;
    Budget budget;
    std::vector<PlanNode> nodes;
    std::vector<PlanEdge> edges;
    std::vector<NodeIndex> topological;  // every edge goes from left to right
    std::map<std::string, NodeIndex, std::less<>> index_by_id;

    std::optional<NodeIndex> find(std::string_view node_id) const;
};

using PlanPtr = std::shared_ptr<const Plan>;  // owners: the plan cache and every run that uses it

// Requires a flow without validation errors; anything else is an error here too, never a crash.
Result<PlanPtr> make_plan(const Flow& flow, const NodeTypes& types, GraphId graph_id);

}  // namespace swiftgrid::model
