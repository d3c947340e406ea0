#pragma once

// Flows and versions as the API shows them (openapi.yaml).

#include <optional>
#include <string>
#include <vector>

#include "model/problem.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

// What is told of a flow besides what is stored.
struct FlowFindings {
    std::vector<std::string> missing_secrets = {};  // names
    std::optional<std::vector<model::Problem>> problems = {};
};
std::string flow_json(const store::Flow& flow, const FlowFindings& findings);
std::string flow_page_json(const store::Page<store::FlowSummary>& page);
std::string version_json(const store::Version& version);
std::string version_page_json(const store::Page<store::Version>& page);

// { items, nextCursor } around items that are JSON already.
std::string page_json(const std::string& items, const std::optional<std::string>& next_cursor);

}  // namespace swiftgrid::control
