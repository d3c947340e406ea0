#pragma once

// A run with everything that belongs to it as one JSON document: its graph, events and results, and
// those of all runs it has started. No secret is in it: neither those that are stored nor those
// that somebody typed into the graph of any of them. Made piece by piece.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/text_source.h"
#include "model/node_descriptor.h"
#include "runtime/clock.h"
#include "runtime/plan_cache.h"
#include "runtime/redactor.h"
#include "runtime/vault.h"
#include "store/backend.h"
#include "store/catalog.h"

namespace swiftgrid::control {

class ObjectWriter;

// { format, formatVersion, exportedAt, runId, runs: [{ run, graphId, graph?, nodeResults, events }]
// } The run itself is the first one, then depth first what it has started; a graph is with the
// first run that has it.
class RunExport : public TextSource {
public:
    // All of it outlives the export.
    struct Parts {
        store::Catalog& catalog;
        store::Backend& backend;
        runtime::PlanCache& plans;
        const model::NodeTypes& types;
        const runtime::Vault& vault;
        const runtime::Clock& clock;
    };
    RunExport(Parts parts, RunId run) : parts_(parts), root_(run) {}

    Result<bool> next(std::string& out) override;

private:
    // The children of a run that are still to come, newest first.
    struct Level {
        RunId parent;
        std::vector<RunId> children;  // of the present page, the next one last
        std::string cursor;
        bool has_more = true;
    };
    enum class Stage { start, learn, begin, runs, events };

    Result<void> start_learning();
    Result<void> learn_more();
    Result<void> write_begin(std::string& out);
    Result<bool> write_next_run(std::string& out);
    Result<void> begin_run(std::string& out, RunId run);
    Result<void> write_events(std::string& out);
    Result<std::optional<RunId>> next_child();
    Result<void> read_children(Level& level);
    Result<void> write_graph(ObjectWriter& object, GraphId graph);
    Result<void> learn_graph(GraphId graph);
    void learn_secrets(const std::string& graph);
    std::string redacted(std::string json) const;

    Parts parts_;
    RunId root_;
    Stage stage_ = Stage::start;
    std::vector<Level> levels_;  // from the run itself to the one that was looked at last
    std::set<GraphId> learned_;  // graphs whose secrets are known
    std::set<GraphId> graphs_;   // that were written
    std::vector<std::string> typed_secrets_;
    std::optional<runtime::Redactor> typed_redactor_;
    model::PlanPtr plan_;  // of the present run
    std::uint64_t events_until_ = 0;
    bool has_events_ = false;
};

}  // namespace swiftgrid::control
