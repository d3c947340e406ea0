#pragma once

// Workflows that are offered as tools, and messages of the Model Context Protocol.

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "account_fixture.h"

namespace swiftgrid::e2e {

const std::string adding_script = "return { sum: input.a + (input.b ?? 0) };";
const std::string number_schema =
    R"({"type":"object","properties":{"a":{"type":"number","required":true},"b":{"type":"number"}}})";

inline json::object modern_meta() {
    return {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
            {"io.modelcontextprotocol/clientInfo", {{"name", "e2e"}, {"version", "1"}}},
            {"io.modelcontextprotocol/clientCapabilities", json::object()}};
}

class Mcp : public AccountApi {
protected:
    // A published workflow, offered as a tool of this name.
    std::string offered(const std::string& document, const std::string& name,
                        json::object members = {}, json::object settings = {}) {
        json::value all = parse_json(document).value();
        for (auto& member : members) all.as_object()[member.key()] = member.value();
        const std::string flow = client.create_flow(to_json(all));
        EXPECT_EQ(client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})").status,
                  201);
        settings["enabled"] = true;
        settings["name"] = name;
        const Answer set = client.put("/api/flows/" + flow + "/tool", to_json(settings));
        EXPECT_EQ(set.status, 200) << set.body;
        return flow;
    }
    std::string adder(json::object members = {}) {
        members["inputSchema"] = parse_json(number_schema).value();
        return offered(script_flow(adding_script, "Add numbers"), "add", std::move(members));
    }

    static json::object message(const std::string& method, json::object params,
                                json::value id = 1) {
        return {{"jsonrpc", "2.0"},
                {"id", std::move(id)},
                {"method", method},
                {"params", std::move(params)}};
    }
    static json::object call_params(const std::string& tool, const std::string& arguments) {
        return {{"name", tool}, {"arguments", parse_json(arguments).value()}};
    }

    Answer send(const json::value& message, std::vector<std::string> headers = {},
                bool with_token = true) {
        return client.send({.method = "POST",
                            .path = "/mcp",
                            .body = to_json(message),
                            .headers = std::move(headers),
                            .with_token = with_token});
    }
    Answer legacy(const std::string& method, json::object params = {},
                  std::vector<std::string> headers = {}) {
        return send(message(method, std::move(params)), std::move(headers));
    }
    static std::vector<std::string> modern_headers(const std::string& method,
                                                   const std::string& name = "") {
        std::vector<std::string> headers{"MCP-Protocol-Version: 2026-07-28",
                                         "Mcp-Method: " + method};
        if (!name.empty()) headers.push_back("Mcp-Name: " + name);
        return headers;
    }
    Answer modern(const std::string& method, json::object params = {},
                  std::vector<std::string> more = {}) {
        const auto* name = params.if_contains("name");
        auto headers = modern_headers(method, name ? std::string(name->as_string()) : "");
        headers.insert(headers.end(), more.begin(), more.end());
        params["_meta"] = modern_meta();
        return send(message(method, std::move(params)), std::move(headers));
    }
    Answer call(const std::string& tool, const std::string& arguments = "{}",
                std::vector<std::string> headers = {}) {
        return legacy("tools/call", call_params(tool, arguments), std::move(headers));
    }

    static std::vector<std::string> tool_names(const Answer& list) {
        std::vector<std::string> names;
        for (const json::value& tool : list.json().at("result").at("tools").as_array())
            names.emplace_back(tool.at("name").as_string());
        return names;
    }
    static json::value tool_of(const Answer& list, std::string_view name) {
        for (const json::value& tool : list.json().at("result").at("tools").as_array())
            if (tool.at("name").as_string() == name) return tool;
        ADD_FAILURE() << "no tool " << name << " in " << list.body;
        return {};
    }
    json::array runs_of(const std::string& flow) {
        return client.get("/api/flows/" + flow + "/runs?limit=200").json().at("items").as_array();
    }
    std::string open_run_of(const std::string& flow) {
        std::string run;
        EXPECT_TRUE(eventually([&] {
            const auto runs =
                Client(server).get("/api/flows/" + flow + "/runs").json().at("items").as_array();
            if (!runs.empty()) run = std::string(runs[0].at("id").as_string());
            return !runs.empty() && runs[0].at("status").as_string() == "suspended";
        }));
        return run;
    }
};

}  // namespace swiftgrid::e2e
