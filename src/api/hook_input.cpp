#include "api/hook_input.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "api/hook_body.h"
#include "api/starts.h"
#include "base/limits.h"
#include "control/json_writer.h"
#include "net/http_header.h"

namespace swiftgrid::api {
namespace {

// What is in a header with one of these in its name lets whoever has it call again, or elsewhere,
// as the same one: "x-gitlab-token", "proxy-authorization", "x-slack-signature".
constexpr auto hidden_words = std::to_array<std::string_view>(
    {"signature", "hmac", "token", "secret", "api-key", "apikey", "authorization", "cookie"});

bool is_hidden(std::string_view name) {
    return std::ranges::any_of(hidden_words,
                               [&](std::string_view word) { return name.contains(word); });
}

// A header that is sent twice is one list (RFC 9110, 5.3).
json::object headers_of(const Request& request) {
    json::object headers;
    for (const Header& header : request.headers) {
        const std::string name = net::lower_case(header.name);
        if (is_hidden(name)) continue;
        std::string value = header_text(header.value);
        if (const json::value* known = headers.if_contains(name))
            value.insert(0, std::string(known->get_string()).append(", "));
        headers[name] = value;
    }
    return headers;
}

// The first of several names that the call has.
std::optional<std::string_view> first_header(const Request& request, std::string_view name,
                                             std::string_view other) {
    const auto value = request.header(name);
    return value ? value : request.header(other);
}

// Method, path, query and body: the path is the scope's. Lengths keep apart what stands beside each
// other.
std::string fingerprint_of(const Request& request) {
    std::string text = request.method + '\n';
    for (const auto& [name, value] : request.query)
        fmt::format_to(std::back_inserter(text), "{}:{}{}:{}", name.size(), name, value.size(),
                       value);
    text += '\n';
    return to_string(graph_id_of(text + request.body));
}

}  // namespace

// Headers are UTF-8 by now; what is not is ISO 8859-1, as it once was (RFC 9110, 5.5).
std::string header_text(const std::string& value) {
    std::string quoted;
    append_json_string(quoted, value);
    if (JsonText::parse(quoted)) return value;
    std::string text;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xC0U | byte >> 6U);
            text += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return text;
}

Result<JsonText> hook_input(const Request& request) {
    auto body = hook_body(request);
    if (!body) return std::unexpected(body.error());
    auto query = form_value(request.query);
    if (!query) return fail(ErrorCode::bad_request, "query: it is not UTF-8");
    // It is wrapped in the input here, and in an event later.
    constexpr std::size_t depth_max = limits::json_depth - 2;
    if (body->is_deeper_than(depth_max))
        return fail(ErrorCode::bad_request,
                    "body: it is nested more than " + std::to_string(depth_max) + " deep");
    std::string out;
    control::ObjectWriter object(out);
    object.raw("body", body->view());
    object.raw("headers", to_json(headers_of(request)));
    object.raw("query", query->view());
    object.text("method", request.method);
    object.end();
    if (out.size() > limits::run_input_bytes) return too_large_input();
    return JsonText::trusted(std::move(out));
}

control::SignedCall signed_call(const Request& request) {
    control::SignedCall call;
    // The Standard's reference implementation sends these under its own name as well.
    call.webhook_id = first_header(request, "webhook-id", "svix-id");
    call.webhook_timestamp = first_header(request, "webhook-timestamp", "svix-timestamp");
    call.webhook_signature = first_header(request, "webhook-signature", "svix-signature");
    call.hub_signature = request.header("X-Hub-Signature-256");
    call.stripe_signature = request.header("Stripe-Signature");
    call.body = request.body;
    return call;
}

Result<std::optional<control::KeyOfRequest>> hook_key(const Request& request, FlowId flow) {
    auto key = idempotency_key_of(request);
    if (!key) key = first_header(request, "webhook-id", "svix-id");
    if (!key) key = request.header("X-GitHub-Delivery");
    if (!key || key->empty()) return std::nullopt;
    if (auto fits = check_key(*key); !fits) return std::unexpected(fits.error());
    return control::KeyOfRequest{"hook " + to_string(flow), header_text(std::string(*key)),
                                 fingerprint_of(request)};
}

}  // namespace swiftgrid::api
