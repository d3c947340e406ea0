#pragma once

// Finds what a run means when it calls another flow. A published version never changes, so what was
// read once is kept; the usual call reads no database.

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "base/result.h"
#include "control/flow_heads.h"
#include "runtime/child_flows.h"
#include "runtime/plan_cache.h"
#include "store/catalog.h"

namespace swiftgrid::control {

class ChildFlows : public runtime::ChildFlows {
public:
    struct Parts {
        store::Catalog& catalog;
        FlowHeads& heads;
        runtime::PlanCache& plans;
    };
    explicit ChildFlows(Parts parts) : parts_(parts) {}

    std::expected<runtime::ChildFlow, engine::RunError> resolve(std::string_view flow,
                                                                const JsonText& version) override;

private:
    using Found = std::expected<VersionHead, engine::RunError>;

    Found find_version(FlowId flow, const JsonText& version);
    Found find_published(FlowId flow, const JsonText& version);
    Result<std::optional<store::Version>> read_version(FlowId flow, const JsonText& version);
    void remember(FlowId flow, const std::string& version, const VersionHead& head);

    Parts parts_;
    std::mutex mutex_;
    // By flow and version as it is called; the oldest is forgotten first.
    std::map<std::pair<FlowId, std::string>, VersionHead> versions_;
    std::deque<std::pair<FlowId, std::string>> order_;
};

}  // namespace swiftgrid::control
