#include "api/mcp/message.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "api/hook_input.h"
#include "base/base64.h"
#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view version_header = "MCP-Protocol-Version";
constexpr std::string_view method_header = "Mcp-Method";
constexpr std::string_view name_header = "Mcp-Name";

std::unexpected<McpFailure> refuse_message(json::value id, int code, std::string message) {
    return std::unexpected(McpFailure{400, std::move(id), code, std::move(message), {}});
}

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& versions, std::string_view version) {
    return std::ranges::find(versions, version) != versions.end();
}

// What hostile text says is shown shortened, and as text whatever its bytes are.
std::string shown_text(std::string_view text) {
    constexpr std::size_t shown_bytes = 80;
    return header_text(std::string(cut_to_bytes(text, shown_bytes)));
}

std::string quoted_text(std::string_view text) {
    std::string out;
    append_json_string(out, shown_text(text));
    return out;
}

// Ids of requests and progress tokens are strings or whole numbers.
bool is_token(const json::value& value) {
    if (value.is_string()) return value.get_string().size() <= limits::mcp_id_bytes;
    if (const auto* number = value.if_double())
        return std::isfinite(*number) && std::floor(*number) == *number;
    return value.is_int64() || value.is_uint64();
}

const json::object* object_at(const json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    return member ? member->if_object() : nullptr;
}

// "=?base64?TsOkbWU=?=" is how a name beyond ASCII is written. Nothing when it is broken.
std::optional<std::string> decoded_header(std::string_view value) {
    constexpr std::string_view begin = "=?base64?";
    constexpr std::string_view end = "?=";
    if (!value.starts_with(begin) || !value.ends_with(end) ||
        value.size() < begin.size() + end.size())
        return std::string(value);
    value.remove_prefix(begin.size());
    value.remove_suffix(end.size());
    if (value.size() % 4 != 0) return std::nullopt;
    std::size_t size = value.size() / 4 * 3;
    if (value.ends_with("=="))
        size -= 2;
    else if (value.ends_with('='))
        size -= 1;
    std::string decoded(size, '\0');
    auto* bytes = reinterpret_cast<std::uint8_t*>(decoded.data());
    if (!from_base64(value, {bytes, size}, Base64::standard)) return std::nullopt;
    return decoded;
}

// Why a header does not say the same as the body.
std::optional<std::string> mismatch(const Request& request, std::string_view header,
                                    std::string_view in_body) {
    const auto count = std::ranges::count_if(request.headers, [&](const Header& each) {
        return std::ranges::equal(each.name, header,
                                  [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    });
    if (count == 0) return fmt::format("the header {} is missing", header);
    if (count > 1) return fmt::format("the header {} is there {} times", header, count);
    const auto value = *request.header(header);
    const auto decoded = header == name_header ? decoded_header(value) : std::string(value);
    if (decoded && *decoded == in_body) return std::nullopt;
    return fmt::format("the header {} says {}, the body {}", header, quoted_text(value),
                       quoted_text(in_body));
}

class MessageReader {
public:
    explicit MessageReader(const Request& request) : request_(request) {}

    std::expected<McpMessage, McpFailure> read() {
        auto body = parse_json(request_.body);
        if (!body)
            return refuse_message({}, mcp_code::parse_error, "body: " + body.error().message);
        if (body->is_array())
            return refuse_message({}, mcp_code::invalid_request,
                                  "expected one message, found a batch; send each by itself");
        if (!body->is_object())
            return refuse_message({}, mcp_code::invalid_request,
                                  "expected a JSON-RPC message as an object");
        json::object& message = body->get_object();
        if (text_at(message, "jsonrpc") != "2.0")
            return refuse_message({}, mcp_code::invalid_request,
                                  "expected the member \"jsonrpc\": \"2.0\"");
        const auto* method = message.if_contains("method");
        if (!method || !method->is_string())
            return refuse_message({}, mcp_code::invalid_request,
                                  "expected a request or a notification: 'method' is no string");
        json::object params;
        if (auto* member = message.if_contains("params"); member && !member->is_null()) {
            if (!member->is_object())
                return refuse_message({}, mcp_code::invalid_params, "'params' must be an object");
            params = std::move(member->get_object());
        }
        const std::string name(method->get_string());
        const auto* id = message.if_contains("id");
        if (!id) return notification(name, std::move(params));
        if (!is_token(*id))
            return refuse_message({}, mcp_code::invalid_request,
                                  fmt::format("'id' must be a whole number, or a string of at most "
                                              "{} bytes",
                                              limits::mcp_id_bytes));
        return request_of({McpEra::legacy, *id, name, std::move(params), std::nullopt});
    }

private:
    // Whoever forgot the id waits for an answer that would never come.
    static std::expected<McpMessage, McpFailure> notification(const std::string& method,
                                                              json::object params) {
        if (method.starts_with("notifications/")) return McpNotification{method, std::move(params)};
        return refuse_message({}, mcp_code::invalid_request,
                              fmt::format("the request {} has no 'id'", quoted_text(method)));
    }

    std::expected<McpMessage, McpFailure> request_of(McpRequest message) {
        const json::object* meta = object_at(message.params, "_meta");
        if (meta) {
            const auto* token = meta->if_contains("progressToken");
            if (token && !is_token(*token))
                return refuse_message(message.id, mcp_code::invalid_params,
                                      "'progressToken' must be a string or a whole number");
            if (token) message.progress_token = *token;
        }
        if (!meta || !meta->contains(version_key)) return legacy(std::move(message));
        message.era = McpEra::modern;
        return modern(std::move(message), *meta);
    }

    std::expected<McpMessage, McpFailure> legacy(McpRequest message) {
        const auto version = request_.header(version_header);
        if (!version || message.method == "initialize" || is_one_of(mcp_legacy_versions, *version))
            return message;
        if (is_one_of(mcp_modern_versions, *version))
            return refuse_message(message.id, mcp_code::invalid_params,
                                  fmt::format("params._meta has no '{}', which version {} asks for",
                                              version_key, *version));
        return std::unexpected(unsupported(message.id, *version));
    }

    std::expected<McpMessage, McpFailure> modern(McpRequest message, const json::object& meta) {
        const auto& version = meta.at(version_key);
        if (!version.is_string())
            return refuse_message(message.id, mcp_code::invalid_params,
                                  fmt::format("'{}' must be a string", version_key));
        const std::string_view spoken(version.get_string());
        if (auto differs = headers_differ(message, spoken))
            return refuse_message(message.id, mcp_code::header_mismatch, *std::move(differs));
        if (!is_one_of(mcp_modern_versions, spoken))
            return std::unexpected(unsupported(message.id, spoken));
        if (!object_at(meta, capabilities_key))
            return refuse_message(
                message.id, mcp_code::invalid_params,
                fmt::format("params._meta must have the object '{}'", capabilities_key));
        return message;
    }

    std::optional<std::string> headers_differ(const McpRequest& message,
                                              std::string_view version) const {
        if (auto differs = mismatch(request_, version_header, version)) return differs;
        if (auto differs = mismatch(request_, method_header, message.method)) return differs;
        if (message.method != "tools/call") return std::nullopt;
        return mismatch(request_, name_header, text_at(message.params, "name"));
    }

    static McpFailure unsupported(const json::value& id, std::string_view version) {
        return {400, id, mcp_code::unsupported_version,
                fmt::format("the protocol version {} is not known here", quoted_text(version)),
                json::object{{"supported", mcp_versions()}, {"requested", shown_text(version)}}};
    }

    const Request& request_;
};

}  // namespace

std::expected<McpMessage, McpFailure> read_mcp(const Request& request) {
    return MessageReader(request).read();
}

json::array mcp_versions() {
    json::array versions;
    for (const std::string_view version : mcp_modern_versions)
        versions.emplace_back(json::string(version));
    for (const std::string_view version : mcp_legacy_versions)
        versions.emplace_back(json::string(version));
    return versions;
}

}  // namespace swiftgrid::api
