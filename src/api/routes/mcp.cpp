// The Model Context Protocol: assistants find workflows as tools and call them (ui.md 4.7).

#include <algorithm>

#include <fmt/format.h>

#include "api/access_gate.h"
#include "api/answers.h"
#include "api/mcp/answers.h"
#include "api/mcp/flow_call.h"
#include "api/mcp/open_calls.h"
#include "api/mcp/run_tools.h"
#include "api/mcp/tool_list.h"
#include "api/routes/routes.h"
#include "api/starts.h"
#include "base/json_fields.h"
#include "base/overloaded.h"
#include "control/tool_names.h"

namespace swiftgrid::api {
namespace {

constexpr std::string_view mcp_instructions =
    "Each tool but list_workflows, list_runs and get_run starts a workflow, waits for its end and "
    "gives its output. When a run takes long, the answer has its runId instead: ask get_run later.";
constexpr std::int64_t discover_ttl_ms = 3'600'000;

class McpExchange {
public:
    // What is referred to outlives the server's handlers.
    McpExchange(const Responder& respond, ApiParts& parts, Timer& timer,
                std::shared_ptr<OpenCalls> calls)
        : respond_(respond), parts_(parts), timer_(timer), calls_(std::move(calls)) {}

    // Blocking.
    void serve() {
        auto message = read_mcp(respond_.request());
        if (!message) {
            respond_(mcp_failure(message.error()));
            return;
        }
        std::visit(Overloaded{[&](McpRequest& request) { answer(request); },
                              [&](const McpNotification& notification) { take(notification); }},
                   *message);
    }

private:
    const control::Caller& caller() const { return respond_.request().caller; }
    void give(const McpRequest& message, std::string members) {
        respond_(mcp_result(message, {std::move(members), ""}, parts_.version));
    }

    // The newer generation takes a call back by closing its stream.
    void take(const McpNotification& notification) {
        if (notification.method == "notifications/cancelled") {
            const auto* id = notification.params.if_contains("requestId");
            const auto call = id ? calls_->only(open_call_key(respond_.request(), *id)) : nullptr;
            if (call) call->give_up();
        }
        respond_(empty_response(202));
    }

    void answer(McpRequest& message) {
        const bool is_modern = message.era == McpEra::modern;
        if (message.method == "tools/list")
            respond_(list_tools(message, caller(), parts_));
        else if (message.method == "tools/call")
            call(message);
        else if (is_modern && message.method == "server/discover")
            discover(message);
        else if (!is_modern && message.method == "initialize")
            initialize(message);
        else if (!is_modern && message.method == "ping")
            give(message, "");
        else
            respond_(mcp_failure({is_modern ? 404 : 200,
                                  message.id,
                                  mcp_code::method_not_found,
                                  "there is no such method here; tools are what this server has",
                                  {}}));
    }

    void discover(const McpRequest& message) {
        std::string members = "\"supportedVersions\":" + to_json(mcp_versions());
        members += R"(,"capabilities":{"tools":{}},"instructions":)";
        append_json_string(members, mcp_instructions);
        members += fmt::format(R"(,"ttlMs":{},"cacheScope":"private")", discover_ttl_ms);
        give(message, std::move(members));
    }

    void initialize(const McpRequest& message) {
        const std::string_view asked = text_at(message.params, "protocolVersion");
        const bool is_known =
            std::ranges::find(mcp_legacy_versions, asked) != mcp_legacy_versions.end();
        std::string members = fmt::format(R"("protocolVersion":"{}")",
                                          is_known ? asked : mcp_legacy_versions.front());
        members += R"(,"capabilities":{"tools":{}},"serverInfo":)";
        members += mcp_server_info(parts_.version) + ",\"instructions\":";
        append_json_string(members, mcp_instructions);
        give(message, std::move(members));
    }

    void call(McpRequest& message) {
        const std::string name(text_at(message.params, "name"));
        json::object arguments;
        if (auto* given = message.params.if_contains("arguments"); given && !given->is_null()) {
            if (!given->is_object()) return refuse(message, "'arguments' must be an object");
            arguments = std::move(given->get_object());
        }
        if (control::is_run_tool(name)) {
            const ToolResult result = call_run_tool(name, arguments, parts_);
            respond_(mcp_result(message, written(result, message.era), parts_.version));
            return;
        }
        const auto tool = parts_.flow_tools.find(name);
        if (!tool) {
            respond_(mcp_error(message, mcp_code::internal_error, tool.error().message));
            return;
        }
        if (!*tool) return refuse(message, "there is no such tool; tools/list names them all");
        if (!caller().may(control::Role::operator_)) return forbid(message);
        call_flow(message, *std::move(*tool), std::move(arguments));
    }

    void call_flow(McpRequest& message, store::OfferedTool tool, json::object arguments) {
        std::optional<control::KeyOfRequest> key;
        if (const auto given = idempotency_key_of(respond_.request())) {
            if (auto fits = check_key(*given); !fits) {
                respond_(problem_response(respond_.request(), fits.error()));
                return;
            }
            // Of the arguments: a client that asks again has another request id.
            key = control::KeyOfRequest{"mcp " + to_string(tool.flow), std::string(*given),
                                        to_string(graph_id_of(canonical_json(arguments)))};
        }
        std::make_shared<FlowCall>(respond_,
                                   FlowCall::Order{std::move(message), std::move(tool),
                                                   std::move(arguments), std::move(key)},
                                   parts_, timer_, calls_)
            ->begin();
    }

    void refuse(const McpRequest& message, std::string why) {
        respond_(mcp_error(message, mcp_code::invalid_params, std::move(why)));
    }
    void forbid(const McpRequest& message) {
        respond_(mcp_failure(
            {403,
             message.id,
             mcp_code::forbidden,
             fmt::format("this needs the role 'operator', and you are '{}'; use a token that may "
                         "start runs",
                         to_string(caller().role)),
             {}}));
    }

    const Responder& respond_;
    ApiParts& parts_;
    Timer& timer_;
    std::shared_ptr<OpenCalls> calls_;
};

// A page of another site may not speak for a browser that it runs in, whatever token it has.
std::optional<Response> mcp_refusal(const Request& request, const ApiParts& parts) {
    if (request.header("Origin") && !is_same_origin(request, parts.public_origin))
        return problem_response(
            request, Error{ErrorCode::forbidden, "a page of another site may not call this"});
    const auto type = request.header("Content-Type");
    if (!type || !type->starts_with("application/json"))
        return problem_response(request, Error{ErrorCode::unsupported_media_type,
                                               "expected a JSON-RPC message as application/json"});
    return std::nullopt;
}

}  // namespace

void add_mcp_route(Router& router, ApiParts& parts, Timer& timer) {
    router.add("POST", "/mcp",
               [&parts, &timer, calls = std::make_shared<OpenCalls>()](const Request& request,
                                                                       const Responder& respond) {
                   if (auto refusal = mcp_refusal(request, parts)) {
                       respond(*std::move(refusal));
                       return;
                   }
                   post_or_refuse(parts.workers, respond, [respond, &parts, &timer, calls] {
                       McpExchange(respond, parts, timer, calls).serve();
                   });
               });
}

}  // namespace swiftgrid::api
