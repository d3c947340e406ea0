#include "flows.h"

#include "base/json.h"

namespace swiftgrid::e2e {
namespace {

json::object node(std::string_view id, std::string_view type, json::object data) {
    return {
        {"id", id}, {"type", type}, {"position", {{"x", 0}, {"y", 0}}}, {"data", std::move(data)}};
}

json::object edge(std::string_view source, std::string_view handle, std::string_view target) {
    json::object result{{"id", std::string(source) + "-" + std::string(target)},
                        {"source", source},
                        {"target", target}};
    if (!handle.empty()) result["sourceHandle"] = handle;
    return result;
}

std::string document(std::string_view name, json::array nodes, json::array edges) {
    return to_json(json::object{
        {"name", name}, {"graph", {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}}}});
}

}  // namespace

std::string three_step_flow(const std::string& name) {
    const json::object condition{{"id", "big"}, {"label", "Big"}, {"expression", "value > 10"}};
    return document(
        name,
        {node("double", "code-execution",
              {{"label", "Double"},
               {"inputs", {{"n", "{{$trigger.n ?? 1}}"}}},
               {"code", "return { n: INPUT.n * 2 };"}}),
         node("route", "router",
              {{"label", "Route"},
               {"routeBy", "{{double.n}}"},
               {"mode", "first_match"},
               {"conditions", json::array{condition}},
               {"defaultOutput", "small"}}),
         node("big", "code-execution", {{"label", "Big"}, {"code", "return 'big';"}}),
         node("small", "code-execution", {{"label", "Small"}, {"code", "return 'small';"}})},
        {edge("double", "", "route"), edge("route", "big", "big"),
         edge("route", "small", "small")});
}

std::string http_flow(int delay_ms, const std::string& name) {
    return document(name,
                    {node("call", "http-request",
                          {{"label", "Call"},
                           {"method", "GET"},
                           {"url", "/api/echo?delayMs=" + std::to_string(delay_ms)}})},
                    {});
}

std::string script_flow(const std::string& source, const std::string& name) {
    return document(
        name, {node("script", "code-execution", {{"label", "Script"}, {"code", source}})}, {});
}

std::string calling_flow(const std::string& flow, const std::string& more) {
    json::object data = parse_json("{" + more + "}").value().as_object();
    data["label"] = "Call";
    data["workflowId"] = flow;
    data["inputMapping"] = json::object{{"n", "{{$trigger}}"}};
    return document("Caller", {node("call", "sub-flow", std::move(data))}, {});
}

std::string delay_flow(int delay_ms) {
    return document("Wait", {node("wait", "delay", {{"label", "Wait"}, {"delayMs", delay_ms}})},
                    {});
}

std::string call_then_delay_flow(const std::string& flow) {
    return document("Call and wait",
                    {node("call", "sub-flow", {{"label", "Call"}, {"workflowId", flow}}),
                     node("wait", "delay", {{"label", "Wait"}, {"delayMs", 600'000}})},
                    {edge("call", "", "wait")});
}

std::string delay_then_script_flow() {
    return document("Wait and go on",
                    {node("wait", "delay", {{"label", "Wait"}, {"delayMs", 600'000}}),
                     node("after", "code-execution", {{"label", "After"}, {"code", "return 1;"}})},
                    {edge("wait", "", "after")});
}

std::string signal_then_script_flow() {
    return document("Ask and go on",
                    {node("approval", "webhook-wait", {{"label", "Approve"}}),
                     node("after", "code-execution", {{"label", "After"}, {"code", "return 1;"}})},
                    {edge("approval", "", "after")});
}

std::string map_flow(const std::string& flow, const std::string& more) {
    json::object data = parse_json("{" + more + "}").value().as_object();
    data["label"] = "Each";
    data["subflowId"] = flow;
    data["inputArray"] = "{{$trigger}}";
    return document("Map", {node("each", "map", std::move(data))}, {});
}

std::string chain_flow() {
    const auto step = [](std::string_view id, std::string_view before) {
        return node(id, "code-execution",
                    {{"label", id},
                     {"inputs", {{"before", before}}},
                     {"code", "return INPUT.before + '" + std::string(id) + "';"}});
    };
    return document("Chain", {step("a", "{{$trigger}}"), step("b", "{{a}}"), step("c", "{{b}}")},
                    {edge("a", "", "b"), edge("b", "", "c")});
}

std::string broken_flow() { return script_flow("return $env.TOKEN;", "Broken"); }

}  // namespace swiftgrid::e2e
