#pragma once

// Which flows assistants may call as tools. Thread-safe; blocking. What the settings mean is known
// by `control`.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

struct ToolSettings {
    bool enabled = false;
    std::string name;         // "" before the first time
    std::string description;  // "": the flow's own
    bool reads_only = false;
    bool cancels_run = true;  // when the caller goes away

    bool operator==(const ToolSettings&) const = default;
};

// A flow that is switched on and has an active version.
struct OfferedTool {
    FlowId flow;
    std::string flow_name;
    std::string flow_description;
    ToolSettings settings;
    std::int64_t version = 0;
    std::optional<std::string> input_schema;  // of that version
    std::optional<std::string> output_schema;
};

class FlowTools {
public:
    // Both outlive this; the journal writes to the same database.
    FlowTools(Database& database, Journal& journal) : database_(database), journal_(journal) {}

    // `not_found` when there is no such flow.
    Result<ToolSettings> get(FlowId flow);
    // `conflict` when another flow is offered under that name.
    Result<void> put(FlowId flow, const ToolSettings& settings, const AuditEntry& audit);

    Result<std::optional<OfferedTool>> find(const std::string& name);
    // In order of name, those behind `after`.
    Result<std::vector<OfferedTool>> list(const std::string& after, std::size_t limit);
    // Another text whenever something of the whole list is another.
    Result<std::string> stamp();

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
