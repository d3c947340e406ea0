#include "nodes/child_flow_fields.h"

#include "nodes/data_fields.h"

namespace swiftgrid::nodes {

void upgrade_flow_reference(json::object& data, std::string_view flow_name,
                            std::string_view old_version_name) {
    if (auto* flow = data.if_contains(flow_name); flow && (flow->is_int64() || flow->is_uint64()))
        *flow = to_json(*flow);
    auto version = take(data, old_version_name);
    if (version && !data.contains("version"))
        data["version"] = version->is_null() ? json::value("latest") : std::move(*version);
}

void check_version(const json::object& data, model::DataCheck& check) {
    const auto* version = data.if_contains("version");
    if (!version) return;
    const bool bad_number = version->is_number() && version->to_number<double>() < 1;
    const bool bad_text = version->is_string() && version->get_string().empty();
    if (bad_number || bad_text)
        check.error("/version", "invalid_value",
                    "expected latest, snapshot, a number from 1 up or the id of a version",
                    "Choose 'latest' if it does not matter.");
}

}  // namespace swiftgrid::nodes
