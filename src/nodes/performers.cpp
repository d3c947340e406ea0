// The performers of the available node types: one line per type.

#include "nodes/code_execution/perform.h"
#include "nodes/http_request/perform.h"
#include "nodes/llm_chat/perform.h"
#include "nodes/registry.h"
#include "nodes/router/perform.h"

namespace swiftgrid::nodes {

ScriptPerformers make_script_performers() {
    ScriptPerformers performers;
    performers.emplace("code-execution", code_execution::make_performer());
    performers.emplace("router", router::make_performer());
    return performers;
}

Performers make_performers(net::HttpClient& client, llm_chat::PriceTable prices) {
    Performers performers;
    performers.scripts = make_script_performers();
    performers.outside.emplace("http-request", http_request::make_performer(client));
    performers.outside.emplace("llm-chat", llm_chat::make_performer(client, std::move(prices)));
    return performers;
}

}  // namespace swiftgrid::nodes
