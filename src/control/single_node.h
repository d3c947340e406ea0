#pragma once

// The graph of a draft cut down to one node: what is upstream stays only to stand for its result,
// and nothing comes after it.

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "control/answer.h"
#include "model/node_descriptor.h"
#include "model/plan.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

struct SingleNode {
    std::string pointer;                     // of the node in the draft
    std::vector<std::string> upstream;       // ids
    std::map<std::string, JsonText> pinned;  // results of nodes upstream, by id
    store::GraphDocument document;
};
// `not_found` when the draft has no such node.
Answer<SingleNode> cut_down(const store::FlowDraft& draft, const std::string& node_id,
                            const model::NodeTypes& types);

}  // namespace swiftgrid::control
