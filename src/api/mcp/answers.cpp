#include "api/mcp/answers.h"

#include "control/json_writer.h"

namespace swiftgrid::api {

std::string mcp_server_info(std::string_view version) {
    std::string out;
    control::ObjectWriter object(out);
    object.text("name", "swiftgrid").text("title", "SwiftGrid").text("version", version);
    object.end();
    return out;
}

Response mcp_result(const McpRequest& request, const McpResult& result, std::string_view version) {
    std::string members;
    std::string meta;
    const auto add = [](std::string& list, std::string_view more) {
        if (more.empty()) return;
        if (!list.empty()) list += ',';
        list += more;
    };
    if (request.era == McpEra::modern) {
        add(members, R"("resultType":"complete")");
        add(meta, R"("io.modelcontextprotocol/serverInfo":)" + mcp_server_info(version));
    }
    add(members, result.members);
    add(meta, result.meta);
    if (!meta.empty()) add(members, "\"_meta\":{" + meta + "}");
    std::string out;
    control::ObjectWriter object(out);
    object.text("jsonrpc", "2.0").raw("id", to_json(request.id)).raw("result", "{" + members + "}");
    object.end();
    return json_response(200, std::move(out));
}

// The id is left out where it could not be read.
Response mcp_failure(const McpFailure& failure) {
    std::string out;
    control::ObjectWriter object(out);
    object.text("jsonrpc", "2.0");
    if (!failure.id.is_null()) object.raw("id", to_json(failure.id));
    control::ObjectWriter error(object.member("error"));
    error.number("code", failure.code).text("message", failure.message);
    if (!failure.data.empty()) error.raw("data", to_json(failure.data));
    error.end();
    object.end();
    return json_response(failure.status, std::move(out));
}

Response mcp_error(const McpRequest& request, int code, std::string message) {
    return mcp_failure({200, request.id, code, std::move(message), {}});
}

}  // namespace swiftgrid::api
