// The pure behaviours of the available node types: one line per type.

#include "base/assert.h"
#include "nodes/code_execution/behaviour.h"
#include "nodes/delay/behaviour.h"
#include "nodes/http_request/node.h"
#include "nodes/llm_chat/node.h"
#include "nodes/map/behaviour.h"
#include "nodes/registry.h"
#include "nodes/router/behaviour.h"
#include "nodes/sub_flow/behaviour.h"
#include "nodes/webhook_wait/behaviour.h"

namespace swiftgrid::nodes {
namespace {

class Behaviours : public engine::NodeBehaviours {
public:
    Behaviours() {
        by_type_.emplace("code-execution", code_execution::make_behaviour());
        by_type_.emplace("http-request", http_request::make_behaviour());
        by_type_.emplace("router", router::make_behaviour());
        by_type_.emplace("llm-chat", llm_chat::make_behaviour());
        by_type_.emplace("delay", delay::make_behaviour());
        by_type_.emplace("webhook-wait", webhook_wait::make_behaviour());
        by_type_.emplace("sub-flow", sub_flow::make_behaviour());
        by_type_.emplace("map", map::make_behaviour());
    }

    const engine::NodeBehaviour& of(std::string_view type) const override {
        const auto found = by_type_.find(type);
        SG_ASSERT(found != by_type_.end(), "a plan has only available types");
        return *found->second;
    }

private:
    std::map<std::string, std::unique_ptr<engine::NodeBehaviour>, std::less<>> by_type_;
};

}  // namespace

std::unique_ptr<engine::NodeBehaviours> make_node_behaviours() {
    return std::make_unique<Behaviours>();
}

}  // namespace swiftgrid::nodes
