#pragma once

// Imports flow files. A flow that calls others names them by the `id` of their documents: these are
// looked for among the other .json files of its folder, imported before it and published, and the
// reference becomes the id that they get here. An id that no file has may be one of a flow that is
// there.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "control/flow_service.h"
#include "model/node_descriptor.h"

namespace swiftgrid::app {

class FlowFiles {
public:
    // Both must outlive this.
    FlowFiles(control::FlowService& flows, const model::NodeTypes& types)
        : flows_(flows), types_(types) {}

    // Every file is imported once.
    control::Answer<FlowId> import(const std::string& file);
    // Of a document that was read from this file ("-": from standard input).
    control::Answer<FlowId> import(const std::string& file, json::value document);

    std::size_t imported() const { return ids_.size(); }

private:
    control::Answer<void> import_called(const std::string& file, json::value& document);
    control::Answer<void> publish(FlowId flow);

    control::FlowService& flows_;
    const model::NodeTypes& types_;
    std::map<std::string, FlowId> ids_;  // by file
    std::set<FlowId> published_;
    std::vector<std::string> importing_;  // files whose called flows are being imported
};

}  // namespace swiftgrid::app
