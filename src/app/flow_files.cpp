#include "app/flow_files.h"

#include <algorithm>
#include <filesystem>

#include "app/files.h"
#include "control/caller.h"
#include "model/flow_references.h"

namespace swiftgrid::app {
namespace {

namespace fs = std::filesystem;

bool has_id(const std::string& file, const json::string& id) {
    const auto document = read_json_file(file);
    if (!document || !document->is_object()) return false;
    const auto* own = document->get_object().if_contains("id");
    return own && own->is_string() && own->get_string() == id;
}

// The file beside `file` whose document has this id; "" when there is none.
std::string file_with_id(const std::string& file, const json::string& id) {
    const fs::path folder = fs::path(file).parent_path();
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
        const std::string candidate = entry.path().lexically_normal().string();
        if (entry.path().extension() == ".json" && has_id(candidate, id)) return candidate;
    }
    return "";
}

}  // namespace

control::Answer<FlowId> FlowFiles::import(const std::string& file) {
    const std::string normal = fs::path(file).lexically_normal().string();
    if (const auto known = ids_.find(normal); known != ids_.end()) return known->second;
    auto document = read_json_file(normal);
    if (!document) return control::refuse(document.error());
    return import(normal, std::move(*document));
}

control::Answer<FlowId> FlowFiles::import(const std::string& file, json::value document) {
    const std::string normal = fs::path(file).lexically_normal().string();
    if (std::ranges::find(importing_, normal) != importing_.end())
        return control::refuse(ErrorCode::not_available,
                               normal +
                                   ": flows that call each other in a circle cannot be "
                                   "imported from files");
    importing_.push_back(normal);
    const auto called = import_called(normal, document);
    importing_.pop_back();
    if (!called) return std::unexpected(called.error());
    auto flow = flows_.import_document(document);
    if (flow) ids_.emplace(normal, *flow);
    return flow;
}

control::Answer<void> FlowFiles::import_called(const std::string& file, json::value& document) {
    control::Answer<void> answer;
    model::visit_flow_references(document, types_, [&](json::string& id) {
        if (!answer) return;
        const std::string called = file_with_id(file, id);
        if (called.empty()) return;
        const auto flow = import(called);
        if (flow) answer = publish(*flow);
        if (flow)
            id = to_string(*flow);
        else
            answer = std::unexpected(flow.error());
    });
    return answer;
}

// Only published versions can be called.
control::Answer<void> FlowFiles::publish(FlowId flow) {
    if (!published_.insert(flow).second) return {};
    const auto version = flows_.publish(flow, "Imported with a flow that calls it",
                                        std::string(control::server_token_name));
    if (!version) return std::unexpected(version.error());
    return {};
}

}  // namespace swiftgrid::app
