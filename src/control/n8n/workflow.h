#pragma once

// One workflow of n8n, or the body of one of its loops, as a flow document.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "control/n8n/shape.h"
#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {

// What all workflows of a file share.
struct FileState {
    std::vector<json::object> documents;
    ImportReport report;
    std::set<std::string> ids;  // of the documents

    std::string unused_id(const std::string& wanted);
};

class WorkflowConverter {
public:
    // `depth`: how many workflows are around this one.
    WorkflowConverter(const Source& source, std::string id, std::size_t depth, FileState& file);

    // Adds its document, and those that belong to it.
    void convert();

private:
    struct MadeStep {
        std::size_t node = 0;  // of the source; trigger_index for one of our own
        Step step;
        double x = 0;
        double y = 0;
    };
    struct MadeEdge {
        std::string source;
        std::string handle;
        std::string target;

        auto operator<=>(const MadeEdge&) const = default;
    };
    // What the body of a loop reads of what is around it.
    struct Outer {
        WorkflowConverter* around = nullptr;
        std::size_t loop = 0;  // its node
    };

    WorkflowConverter(const Source& source, std::string id, std::size_t depth, FileState& file,
                      const Outer& outer);

    void convert_members(const std::set<std::size_t>& members, const Loop* body_of);
    void convert_step(std::size_t node);
    void put_loop(const Loop& loop, StepMaker& maker);
    std::vector<std::optional<DataPlace>> inputs_of(std::size_t node);
    DataPlace pick(std::size_t node, std::vector<DataPlace> candidates);
    Places places_for(std::optional<DataPlace> input);
    std::optional<DataPlace> place_of(std::string_view name);
    std::optional<DataPlace> place_around(std::size_t node);
    DataPlace trigger_place() const;
    DataPlace place_of_edge(const ShapeEdge& edge) const;
    bool leaves_by(std::size_t node, std::size_t output) const;
    void put_common(StepMaker& maker);
    void put_error_output(StepMaker& maker);

    void connect(const ShapeEdge& edge);
    void report_others(const std::set<std::size_t>& members);
    void report_cut(const std::vector<ShapeEdge>& cut);
    void note(const SourceNode* node, NoteSeverity severity, std::string reason,
              std::string mend = "");
    std::string step_id(std::string_view name);
    json::object document_of(const std::set<std::size_t>& members) const;
    json::object graph_of() const;

    const Source& source_;
    std::string id_;
    std::string name_;
    std::size_t depth_;
    FileState& file_;
    std::optional<Outer> outer_;
    std::map<std::string, std::string> outer_reads_;  // our name of it: its template around
    Shape shape_;
    std::map<std::size_t, Loop> loops_;
    std::map<std::string, std::size_t, std::less<>> index_by_name_;
    std::set<std::string> step_ids_;
    std::map<std::size_t, std::string> id_by_node_;
    std::map<std::size_t, std::size_t> made_by_node_;   // index into made_
    std::map<std::size_t, std::string> entry_by_node_;  // where edges to it lead, if elsewhere
    std::map<std::size_t, std::string> exit_by_node_;   // where edges of it begin, if elsewhere
    std::vector<MadeStep> made_;
    std::set<MadeEdge> edges_;
};

// Reads and converts, within limits; the id of the document, nothing when it is too deep or large.
std::optional<std::string> convert_workflow(const json::object& workflow,
                                            const std::string& pointer, std::size_t depth,
                                            FileState& file);

}  // namespace swiftgrid::control::n8n
