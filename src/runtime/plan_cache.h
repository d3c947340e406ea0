#pragma once

// Plans by graph, shared by all runs of a graph. Thread-safe. Loads what it does not have from the
// stored graph document; a stored graph was valid when it was stored.

#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "model/node_descriptor.h"
#include "model/plan.h"

namespace swiftgrid::runtime {

class PlanCache {
public:
    using ReadGraph = std::function<Result<std::string>(GraphId)>;

    PlanCache(const model::NodeTypes& types, ReadGraph read_graph, std::size_t plans_max)
        : types_(types), read_graph_(std::move(read_graph)), plans_max_(plans_max) {}

    // May read from disk.
    Result<model::PlanPtr> get(GraphId graph);

    // The stored document of a graph.
    Result<std::string> read_graph(GraphId graph) const { return read_graph_(graph); }

    // Null when it is not in memory.
    model::PlanPtr find(GraphId graph);
    void put(model::PlanPtr plan);

private:
    struct Entry {
        model::PlanPtr plan;
        std::list<GraphId>::iterator place;
    };

    const model::NodeTypes& types_;
    ReadGraph read_graph_;
    std::size_t plans_max_;
    std::mutex mutex_;
    std::list<GraphId> recent_;  // most recently used first
    std::unordered_map<GraphId, Entry> entries_;
};

// The plan of a stored graph document (the text of `graph`).
Result<model::PlanPtr> plan_of_graph_text(GraphId graph, std::string_view text,
                                          const model::NodeTypes& types);

}  // namespace swiftgrid::runtime
