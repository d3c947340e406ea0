#pragma once

// Which flows mention which secrets and variables: in their drafts and active versions. What is in
// a graph is found out once and remembered by the graph's address. Thread-safe and blocking.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "model/env_names.h"
#include "model/node_descriptor.h"
#include "store/catalog.h"

namespace swiftgrid::control {

// A flow that mentions a name.
struct SecretUse {
    FlowId flow;
    std::string flow_name;
    std::set<std::string> nodes;  // of both
    bool in_draft = false;
    bool in_active_version = false;
};

struct SecretUses {
    std::map<std::string, std::vector<SecretUse>, std::less<>> by_name;
    // As by_name, but only where the name has to exist: there is no default, and no flow hands the
    // name on to this one.
    std::map<std::string, std::vector<SecretUse>, std::less<>> required;
};

class SecretUsage {
public:
    // Both outlive it.
    SecretUsage(store::Catalog& catalog, const model::NodeTypes& types)
        : catalog_(catalog), types_(types) {}

    Result<SecretUses> all();
    // Who mentions this name.
    Result<std::vector<SecretUse>> of(const std::string& name);

    // The names that other flows hand on to this one.
    Result<std::set<std::string>> handed_to(FlowId flow);

    // What a graph mentions.
    std::vector<model::EnvUse> in_graph(const store::GraphDocument& graph);
    // The same of a flow document that is stored nowhere.
    std::vector<model::EnvUse> in_document(const json::value& document) const;

private:
    // What one graph says.
    struct Mentions {
        std::vector<model::EnvUse> uses;
        std::vector<model::EnvHandedOn> handed_on;
    };
    using MentionsPtr = std::shared_ptr<const Mentions>;  // owners: the cache, and its readers

    MentionsPtr mentions_of(const store::GraphDocument& graph);

    store::Catalog& catalog_;
    const model::NodeTypes& types_;
    std::mutex mutex_;
    std::map<GraphId, MentionsPtr> known_;
};

}  // namespace swiftgrid::control
