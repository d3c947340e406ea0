#include "control/n8n/convert.h"

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/handed_secrets.h"
#include "control/n8n/workflow.h"

namespace swiftgrid::control::n8n {
namespace {

// What is kept of a node stands a little deeper in our document than in n8n's.
constexpr std::size_t depth_max = limits::json_depth - limits::import_depth_around;

bool is_workflow(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) return false;
    const auto* nodes = object->if_contains("nodes");
    return nodes && nodes->is_array() && !object->contains("graph") && !object->contains("edges") &&
           text_at(*object, "format").empty();
}

Answer<void> add(const json::value& workflow, const std::string& pointer, FileState& file) {
    const std::size_t count = workflow.at("nodes").as_array().size();
    if (count > limits::graph_nodes)
        return refuse_member(problem_at(pointer + "/nodes", "too_large",
                                        fmt::format("a workflow has at most {} nodes, this one has "
                                                    "{}",
                                                    limits::graph_nodes, count),
                                        "Divide it in n8n."));
    if (count > limits::bundle_nodes - file.nodes)
        return refuse_member(
            problem_at(pointer + "/nodes", "too_large",
                       fmt::format("all workflows of a file together have at most {} nodes",
                                   limits::bundle_nodes),
                       "Import them in several files."));
    if (count == 0)
        return refuse_member(problem_at(pointer + "/nodes", "empty_graph",
                                        "this workflow has no nodes", "Export one that has some."));
    if (!convert_workflow(workflow.get_object(), pointer, 0, file))
        return refuse_member(problem_at(
            pointer, "too_large",
            fmt::format("the workflows of this file become more than {}, with those that are made "
                        "of their loops",
                        limits::bundle_flows),
            "Import them in several files."));
    return {};
}

}  // namespace

bool looks_like_n8n(const json::value& file) {
    const auto* list = file.if_array();
    if (!list) return is_workflow(file);
    if (list->empty()) return false;
    for (const json::value& each : *list)
        if (!is_workflow(each)) return false;
    return true;
}

Answer<Conversion> convert(const json::value& file) {
    if (JsonText::from(file).is_deeper_than(depth_max))
        return refuse_member(problem_at(
            "", "too_large", fmt::format("the file is nested deeper than {} levels", depth_max),
            "Simplify the parameters of its nodes in n8n."));
    FileState state;
    const auto* list = file.if_array();
    if (list && list->size() > limits::bundle_flows)
        return refuse_member(problem_at("", "too_large",
                                        fmt::format("a file has at most {} workflows, this one "
                                                    "has {}",
                                                    limits::bundle_flows, list->size()),
                                        "Export them in several files."));
    if (!list) {
        if (auto added = add(file, "", state); !added) return std::unexpected(added.error());
    } else {
        for (std::size_t i = 0; i < list->size(); ++i)
            if (auto added = add((*list)[i], fmt::format("/{}", i), state); !added)
                return std::unexpected(added.error());
    }
    hand_over_secrets(state.documents, state.report);
    return Conversion{std::move(state.documents), std::move(state.report)};
}

}  // namespace swiftgrid::control::n8n
