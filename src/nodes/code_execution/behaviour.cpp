#include "nodes/code_execution/behaviour.h"

#include <algorithm>
#include <array>

#include "nodes/code_execution/mentions.h"

namespace swiftgrid::nodes::code_execution {
namespace {

// Under `nodes` stand nodes only: `nodes.input` is not the run's input (details.md, reserved ids).
bool is_no_node(const std::string& name) {
    static constexpr std::array<std::string_view, 8> reserved = {
        "previous", "prev", "trigger", "input", "webhook", "map", "item", "index"};
    return name.starts_with('$') || std::ranges::find(reserved, name) != reserved.end();
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        engine::Perform perform;
        const json::value* code = node.data.if_contains("code");
        if (!code || !code->is_string()) return perform;
        Mentions mentions = mentions_of(code->get_string());
        perform.binds = std::move(mentions.nodes);
        std::erase_if(perform.binds, is_no_node);
        if (mentions.trigger) perform.binds.emplace_back("$trigger");
        perform.binds_all_upstream = mentions.all_nodes;
        return perform;
    }
};

}  // namespace

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::code_execution
