#pragma once

// Workflows that are offered to assistants as tools ("Offer as a tool"): as people set it, and as
// assistants find them. Blocking: called on API worker threads. JSON out is the API's.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "control/answer.h"
#include "control/flow_heads.h"
#include "runtime/clock.h"
#include "store/catalog.h"
#include "store/tools.h"

namespace swiftgrid::control {

struct ToolInput {
    store::ToolSettings settings;  // an empty name keeps the one it has, or makes one
    bool keeps_enabled = false;    // it stays on or off as it is
};

class ToolService {
public:
    struct Parts {
        store::FlowTools& stored;
        FlowHeads& heads;
        store::Catalog& catalog;
        const runtime::Clock& clock;
    };
    explicit ToolService(Parts parts) : parts_(parts) {}

    // What addresses begin with, without a slash at the end. Before the first request.
    void set_public_url(std::string url) { public_url_ = std::move(url); }

    Answer<std::string> get(FlowId flow);
    Answer<std::string> put(FlowId flow, ToolInput input, const std::string& actor);

    // By its tool's name; nothing when no workflow is offered under it.
    Result<std::optional<store::OfferedTool>> find(const std::string& name) {
        return parts_.stored.find(name);
    }
    // In order of name, those behind `after`; `next` is what to ask for the rest with.
    struct Page {
        std::vector<store::OfferedTool> tools;
        std::optional<std::string> next;
        std::string stamp;  // another one whenever something of the whole list is another
    };
    Result<Page> list(const std::string& after);

private:
    Result<std::string> free_name(FlowId flow, const std::string& flow_name);
    Answer<std::string> shown(FlowId flow, const FlowHead& head, store::ToolSettings settings);

    Parts parts_;
    std::string public_url_;
};

}  // namespace swiftgrid::control
