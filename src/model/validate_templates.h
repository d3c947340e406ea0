#pragma once

// The rules about placeholders: their syntax, that they name something which exists and comes
// before the node, and that secrets exist.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/flow.h"
#include "model/node_descriptor.h"
#include "model/order.h"
#include "model/problem_list.h"
#include "model/validate.h"

namespace swiftgrid::model {

struct TemplateContext {
    const Graph& graph;
    const std::map<std::string, std::uint32_t, std::less<>>& index_by_id;
    const std::vector<Arrow>& arrows;
    const Reach* reach;  // null: the graph has a cycle, so nobody knows what comes before
    const Surroundings& surroundings;
    std::function<bool(std::string_view node_id)> awaits_signal;
};

void validate_templates(const TemplateContext& context, std::uint32_t index,
                        const NodeDescriptor& descriptor, ProblemList& list);

}  // namespace swiftgrid::model
