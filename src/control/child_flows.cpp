#include "control/child_flows.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

using engine::RunError;

std::unexpected<RunError> refuse_call(std::string code, std::string message) {
    return std::unexpected(engine::make_run_error(std::move(code), std::move(message)));
}

// The database failed, not the flow: another try may help.
std::unexpected<RunError> no_answer(const Error& error) {
    RunError trouble = engine::make_run_error("storage_error", error.message);
    trouble.retryable = true;
    return std::unexpected(std::move(trouble));
}

std::unexpected<RunError> no_flow(std::string_view flow) {
    return refuse_call(
        "flow_not_found",
        fmt::format("there is no flow '{}'; it may have been deleted. Choose another "
                    "one in the step that calls it",
                    flow));
}

}  // namespace

std::expected<runtime::ChildFlow, RunError> ChildFlows::resolve(std::string_view flow,
                                                                const JsonText& version) {
    const auto id = parse_id<FlowId>(flow);
    if (!id) return no_flow(flow);
    auto head = find_version(*id, version);
    if (!head) return std::unexpected(std::move(head.error()));
    auto plan = parts_.plans.get(head->graph);
    if (!plan && plan.error().code == ErrorCode::not_available)
        return refuse_call("not_available", plan.error().message);
    if (!plan) return no_answer(plan.error());
    return runtime::ChildFlow{*id,          head->number,     std::move(*plan),
                              std::nullopt, head->timeout_ms, std::move(head->snapshots)};
}

ChildFlows::Found ChildFlows::find_version(FlowId flow, const JsonText& version) {
    // Also for a version that is known: its flow may have been deleted.
    auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head && head.error().code == ErrorCode::not_found) return no_flow(to_string(flow));
    if (!head) return no_answer(head.error());
    const std::string text = version.as_plain_text();
    if (text == "latest") {
        if (head->active) return *std::move(head->active);
        return refuse_call("flow_not_published",
                           fmt::format("the flow '{}' has no published version; publish it, then "
                                       "it can be called",
                                       head->name));
    }
    // A snapshot that was recorded is a number.
    if (text == "snapshot")
        return refuse_call("snapshot_missing",
                           fmt::format("it was not recorded which version of the flow '{}' is "
                                       "meant by 'snapshot'; publish the flow that calls it again",
                                       head->name));
    return find_published(flow, version);
}

ChildFlows::Found ChildFlows::find_published(FlowId flow, const JsonText& version) {
    const std::string text = version.as_plain_text();
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = versions_.find({flow, text}); known != versions_.end())
            return known->second;
    }
    auto found = read_version(flow, version);
    if (!found) return no_answer(found.error());
    if (!*found)
        return refuse_call("version_not_found",
                           fmt::format("flow {} has no version {}; choose 'latest' or one of its "
                                       "versions in the step that calls it",
                                       to_string(flow), version.view()));
    VersionHead head = head_of(**found);
    remember(flow, text, head);
    return head;
}

Result<std::optional<store::Version>> ChildFlows::read_version(FlowId flow,
                                                               const JsonText& version) {
    const json::value value = version.to_value();
    if (value.is_int64()) {
        auto found = parts_.catalog.get_version(flow, value.get_int64());
        if (!found && found.error().code == ErrorCode::not_found) return std::nullopt;
        if (!found) return std::unexpected(found.error());
        return *std::move(found);
    }
    const auto id = parse_id<VersionId>(version.as_plain_text());
    if (!id) return std::nullopt;
    return parts_.catalog.find_version(flow, *id);
}

void ChildFlows::remember(FlowId flow, const std::string& version, const VersionHead& head) {
    const std::lock_guard lock(mutex_);
    if (!versions_.emplace(std::pair(flow, version), head).second) return;
    order_.emplace_back(flow, version);
    if (order_.size() <= limits::plans_in_memory) return;
    versions_.erase(order_.front());
    order_.pop_front();
}

}  // namespace swiftgrid::control
