#pragma once

// Every node type: its descriptor, its pure behaviour and its performer. Adding a type is one
// folder beside this file and one line in registry.cpp.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"
#include "nodes/llm_chat/prices.h"
#include "nodes/perform.h"

namespace swiftgrid::net {
class HttpClient;
}

namespace swiftgrid::nodes {

// Descriptors in the order of the palette.
model::NodeTypes make_node_types();

// The pure behaviours of the available types.
std::unique_ptr<engine::NodeBehaviours> make_node_behaviours();

using ScriptPerformers = std::map<std::string, std::unique_ptr<ScriptPerformer>, std::less<>>;

struct Performers {
    std::map<std::string, std::unique_ptr<OutsidePerformer>, std::less<>> outside;
    ScriptPerformers scripts;
};

// Those that only ask the sandbox.
ScriptPerformers make_script_performers();

// `client` must outlive the performers; `prices` are those of language models.
Performers make_performers(net::HttpClient& client, llm_chat::PriceTable prices);

}  // namespace swiftgrid::nodes
