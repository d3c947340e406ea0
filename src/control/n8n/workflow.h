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
    std::size_t nodes = 0;      // of all workflows

    bool has_room_for(std::size_t count);  // and takes it
    std::string unused_id(const std::string& wanted);
};

class WorkflowConverter {
public:
    // `depth`: how many workflows are around this one.
    WorkflowConverter(const Source& source, std::string id, std::size_t depth, FileState& file);

    // Adds its document, and those that belong to it.
    void convert();

private:
    struct Position {
        double x = 0;
        double y = 0;
    };
    struct MadeStep {
        std::size_t node = 0;  // of the source; trigger_index for one of our own
        Step step;
        Position position;
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
    void put_loop_items(std::size_t node);
    void put_output(const Loop* body_of);
    std::vector<ShapeEdge> edges_to_end(const Loop* body_of) const;
    bool is_asked_for_output() const;
    std::string inner_id(std::string_view what) const;
    Step& add_step(const std::string& wanted_id, const std::string& label, std::string code,
                   Position position);
    static Position place_on_canvas(const SourceNode& node, int rows_below = 0);
    std::vector<std::optional<DataPlace>> inputs_of(std::size_t node);
    DataPlace first_of(std::size_t node, const std::vector<DataPlace>& candidates);
    DataPlace pick(std::size_t node, std::vector<DataPlace> candidates);
    std::string pick_code(std::vector<DataPlace> candidates) const;
    Places places_for(std::optional<DataPlace> input);
    std::optional<DataPlace> place_of(std::string_view name, ItemChoice item);
    std::optional<DataPlace> place_around(std::size_t node, ItemChoice item);
    DataPlace trigger_place() const;
    DataPlace place_of_edge(const ShapeEdge& edge) const;
    bool leaves_by(std::size_t node, std::size_t output) const;
    void put_common(StepMaker& maker);
    void put_error_output(StepMaker& maker);

    std::vector<std::string> handles_of(const ShapeEdge& edge) const;
    void connect(const ShapeEdge& edge);
    void connect_to(const ShapeEdge& edge, const std::string& target);
    void report_others(const std::set<std::size_t>& members);
    void report_cut();
    void note(const SourceNode* node, NoteSeverity severity, std::string reason,
              std::string mend = "");
    std::string step_id(std::string_view name);
    json::object document_of(const std::set<std::size_t>& members) const;
    json::object graph_of() const;
    json::array parts_of(std::size_t node) const;

    const Source& source_;
    std::string id_;
    std::string name_;
    std::size_t depth_;
    FileState& file_;
    bool is_apart_ = false;  // holds what nothing starts
    std::optional<Outer> outer_;
    std::map<std::string, std::string> outer_reads_;  // our name of it: its template around
    Shape shape_;
    std::map<std::size_t, Loop> loops_;
    std::map<std::string, std::size_t, std::less<>> index_by_name_;
    // Of nodes that only pass on: what has their data, nothing where nothing leads to them.
    std::map<std::size_t, std::optional<std::size_t>> origin_;
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
