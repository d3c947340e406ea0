#include "nodes/child_flow_fields.h"

#include <algorithm>

#include "nodes/data_fields.h"

namespace swiftgrid::nodes {
namespace {

// A number stays one when it was typed as text.
bool is_number_text(std::string_view text) {
    return !text.empty() && text.size() <= 9 && text.front() != '0' &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

JsonText version_of(const json::object& data) {
    const std::string_view text = text_at(data, "version");
    if (is_number_text(text)) return JsonText::trusted(std::string(text));
    const auto* version = data.if_contains("version");
    return version ? JsonText::from(*version) : JsonText::string("latest");
}

engine::SecretNames secrets_of(const json::object& data) {
    engine::SecretNames names;
    const auto* mapping = data.if_contains("secretMapping");
    if (!mapping || !mapping->is_object()) return names;
    for (const auto& entry : mapping->get_object())
        if (entry.value().is_string())
            names.emplace_back(std::string(entry.key()), std::string(entry.value().get_string()));
    return names;
}

}  // namespace

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

engine::CallFlow call_of(const model::PlanNode& node, std::string_view flow_name) {
    engine::CallFlow call;
    call.flow = text_at(node.data, flow_name);
    call.version = version_of(node.data);
    call.secrets = secrets_of(node.data);
    if (node.timeout_ms > 0) call.at_most = Duration{node.timeout_ms};
    return call;
}

}  // namespace swiftgrid::nodes
