#pragma once

// Nodes that call a flow's `snapshot` mean the version that was active when their own flow was
// published, or when the run of its draft started. Here these versions are found and written down.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/event.h"
#include "model/flow.h"
#include "model/node_descriptor.h"
#include "model/plan.h"
#include "model/problem.h"

namespace swiftgrid::control {

struct SnapshotCall {
    std::size_t node = 0;  // its place in the document
    std::string node_id;
    std::string member;  // of its data that names the flow
    std::string flow;    // id as the graph spells it
};
std::vector<SnapshotCall> snapshot_calls(const model::Graph& graph, const model::NodeTypes& types);
std::vector<SnapshotCall> snapshot_calls(const model::Plan& plan);

// Answers the number of a flow's active version; nothing when it has none.
using FindActiveVersion =
    std::function<Result<std::optional<std::int64_t>>(const std::string& flow)>;

struct RecordedSnapshots {
    engine::Snapshots versions;            // each flow once
    std::vector<model::Problem> problems;  // nodes whose flow was never published
};
RecordedSnapshots record_snapshots(const std::vector<SnapshotCall>& calls,
                                   const FindActiveVersion& find);

// As the store keeps them; nothing for none.
std::optional<std::string> write_snapshots(const engine::Snapshots& snapshots);
engine::Snapshots read_snapshots(const std::optional<std::string>& text);

}  // namespace swiftgrid::control
