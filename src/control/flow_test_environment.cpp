#include "control/flow_test_environment.h"

#include "base/limits.h"

namespace swiftgrid::control {

FlowTestEnvironment::FlowTestEnvironment(const std::map<std::string, std::string>& given,
                                         runtime::VaultContentPtr vault, const model::Plan& plan)
    : given_(given), vault_(std::move(vault)) {
    for (const model::PlanNode& node : plan.nodes)
        for (model::EnvName& each : model::env_names_in(node.input))
            if (each.is_required) required_.insert(std::move(each.name));
}

std::optional<std::string> FlowTestEnvironment::value(std::string_view name) const {
    if (const auto given = given_.find(std::string(name)); given != given_.end())
        return given->second;
    if (const auto stored = runtime::RecordedEnvironment(*vault_).value(name)) return stored;
    if (required_.contains(name)) return std::string(limits::redacted_text);
    return std::nullopt;
}

bool FlowTestEnvironment::is_secret(std::string_view name) const {
    return !given_.contains(std::string(name)) &&
           runtime::RecordedEnvironment(*vault_).is_secret(name);
}

std::vector<std::string> FlowTestEnvironment::names() const {
    // Who has no names has no `$env` at all, and here every name that is required has a value.
    std::set<std::string, std::less<>> names = required_;
    for (const std::string& name : runtime::RecordedEnvironment(*vault_).names())
        names.insert(name);
    for (const auto& [name, value] : given_) names.insert(name);
    return {names.begin(), names.end()};
}

}  // namespace swiftgrid::control
