#pragma once

// The flows of one world: random graphs of every node type, which call each other and themselves.
// Stands where `control` stands in the product: it resolves which graph a call means.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/node_descriptor.h"
#include "runtime/child_flows.h"
#include "tests/property/random.h"

namespace swiftgrid::sim {

using testing::Random;

struct FlowVersion {
    model::PlanPtr plan;
    store::GraphDocument graph;
};

struct BookedFlow {
    FlowId id;
    std::vector<FlowVersion> versions;
    std::optional<std::int64_t> timeout_ms;
};

// Never changes, so that many histories share one.
class FlowBook {
public:
    FlowBook(const model::NodeTypes& types, std::uint64_t seed);

    const std::vector<BookedFlow>& flows() const { return flows_; }
    const BookedFlow* find(FlowId flow) const;
    // Null for a graph that is none of the book's.
    model::PlanPtr plan_of(GraphId graph) const;

private:
    std::vector<BookedFlow> flows_;
    std::map<GraphId, model::PlanPtr> plans_;
};

// Which versions are active, and which flows are gone, in one history.
class Publications : public runtime::ChildFlows {
public:
    explicit Publications(const FlowBook& book)
        : book_(book), active_(book.flows().size(), 0), gone_(book.flows().size(), false) {}

    std::expected<runtime::ChildFlow, engine::RunError> resolve(std::string_view flow,
                                                                const JsonText& version) override;

    std::size_t active(std::size_t flow) const { return active_[flow]; }
    void publish_another(std::size_t flow) {
        active_[flow] = (active_[flow] + 1) % book_.flows()[flow].versions.size();
    }
    void remove(std::size_t flow) { gone_[flow] = true; }
    void bring_all_back() { gone_.assign(gone_.size(), false); }

private:
    const FlowBook& book_;
    std::vector<std::size_t> active_;
    std::vector<bool> gone_;
};

}  // namespace swiftgrid::sim
