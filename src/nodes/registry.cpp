// The descriptors of every node type, in the order of the palette: one line per type.

#include "nodes/registry.h"

#include "nodes/code_execution/node.h"
#include "nodes/delay/node.h"
#include "nodes/http_request/node.h"
#include "nodes/llm_chat/node.h"
#include "nodes/map/node.h"
#include "nodes/router/node.h"
#include "nodes/sub_flow/node.h"
#include "nodes/webhook_wait/node.h"

namespace swiftgrid::nodes {

model::NodeTypes make_node_types() {
    std::vector<model::NodeDescriptor> descriptors;
    descriptors.push_back(http_request::make_descriptor());
    descriptors.push_back(code_execution::make_descriptor());
    descriptors.push_back(router::make_descriptor());
    descriptors.push_back(llm_chat::make_descriptor());
    descriptors.push_back(delay::make_descriptor());
    descriptors.push_back(webhook_wait::make_descriptor());
    descriptors.push_back(sub_flow::make_descriptor());
    descriptors.push_back(map::make_descriptor());
    return model::NodeTypes(std::move(descriptors));
}

}  // namespace swiftgrid::nodes
