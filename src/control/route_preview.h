#pragma once

// Tries the conditions of a router on a value, as a run would, and says how each of them ended.
// Nothing needs to be saved for it.

#include <functional>
#include <string>

#include "base/json.h"
#include "control/answer.h"
#include "runtime/shards.h"

namespace swiftgrid::control {

struct RoutePreviewRequest {
    JsonText value;
    json::object data;  // `conditions`, `mode` and `defaultOutput` of the node
};

class RoutePreview {
public:
    struct Parts {
        runtime::Shards& shards;
        const model::NodeTypes& types;
        const nodes::Performers& performers;
    };
    explicit RoutePreview(Parts parts) : parts_(parts) {}

    // `done` is called once, on any thread, with { matchedOutputs, conditions, error? }.
    void evaluate(RoutePreviewRequest request, std::function<void(Answer<std::string>)> done);

private:
    Parts parts_;
};

}  // namespace swiftgrid::control
