#include "nodes/llm_chat/settings.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "net/url.h"
#include "nodes/data_fields.h"
#include "nodes/llm_chat/limits.h"
#include "nodes/llm_chat/presets.h"
#include "nodes/request_parts.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

using engine::RunError;
using Problem = std::optional<RunError>;

constexpr std::string_view path_default = "/chat/completions";

RunError refuse(std::string_view field, const JsonText& found, std::string_view expected) {
    return engine::make_run_error("invalid_input", fmt::format("{} must be {}, found {}", field,
                                                               expected, found_value(found)));
}

// A prompt may be any value: an object that was put in as a whole is sent as its JSON.
std::string text_of(const JsonText& input, const std::string& name) {
    const auto value = input.child(name);
    return !value || value->is_null() ? "" : value->as_plain_text();
}

Problem read_address(const JsonText& input, const json::object& data, net::HttpRequest& request,
                     Settings& settings) {
    std::string base = text_of(input, "baseUrl");
    const std::size_t query = std::min(base.find('?'), base.size());
    const std::string query_text = base.substr(query);
    base.erase(query);
    while (base.ends_with('/')) base.pop_back();
    std::string path = std::string(text_at(data, "path"));
    if (path.empty()) path = path_default;
    if (!path.starts_with('/')) path.insert(0, 1, '/');
    // The whole address is a common slip, and there is no doubt what is meant.
    if (!base.ends_with(path)) base += path;
    request.url = base + query_text;
    if (const auto given = input.child("query"); given && !given->is_null())
        if (auto problem = add_query(given->to_value(), request)) return problem;
    const auto url = net::parse_url(request.url);
    if (!url) return engine::make_run_error("invalid_url", "baseUrl: " + url.error().message);
    settings.url = request.url;
    settings.server = url->host_and_port();
    const std::string_view named = text_at(data, "provider");
    settings.provider = named.empty() || named == "custom" ? provider_of(base) : named;
    return std::nullopt;
}

Problem read_headers(const JsonText& input, const json::object& data, net::HttpRequest& request,
                     Settings& settings) {
    if (const auto given = input.child("headers"); given && !given->is_null())
        if (auto problem = add_headers(given->to_value(), request)) return problem;
    const std::string key = text_of(input, "apiKey");
    if (!key.empty()) {
        std::string name(text_at(data, "authHeader"));
        if (name.empty()) name = "Authorization";
        const bool is_bearer = net::lower_case(name) == "authorization";
        net::HttpHeader header{std::move(name), is_bearer ? "Bearer " + key : key};
        if (!net::is_valid_header(header))
            return engine::make_run_error("invalid_header",
                                          "apiKey has a line break or another character that "
                                          "cannot be sent; look for one at its end");
        request.headers.push_back(std::move(header));
    }
    settings.headers = std::move(request.headers);
    return std::nullopt;
}

Problem read_messages(const JsonText& input, Settings& settings) {
    for (const auto& [field, role] :
         {std::pair("systemPrompt", "system"), std::pair("userPrompt", "user")}) {
        std::string text = text_of(input, field);
        if (!text.empty())
            settings.messages.push_back(json::object{{"role", role}, {"content", std::move(text)}});
    }
    const auto further = input.child("messages");
    if (further && !further->is_null()) {
        if (further->kind() != JsonKind::array)
            return refuse("messages", *further, "a list of { role, content }");
        for (const json::value& message : further->to_value().get_array()) {
            const auto* object = message.if_object();
            if (!object || text_at(*object, "role").empty())
                return refuse("every message", JsonText::from(message),
                              "an object with a role and a content");
            settings.messages.push_back(message);
        }
    }
    if (!settings.messages.empty()) return std::nullopt;
    return engine::make_run_error(
        "missing_value", "there is nothing to send to the model: the prompts are all empty");
}

Problem read_numbers(const JsonText& input, Settings& settings) {
    constexpr double temperature_max = 2;
    constexpr double tokens_max = 128'000;
    const auto read = [&](const std::string& name) -> std::optional<json::value> {
        const auto value = input.child(name);
        if (!value || value->is_null()) return std::nullopt;
        return value->to_value();
    };
    if (const auto given = read("temperature")) {
        const double value = given->is_number() ? given->to_number<double>() : -1;
        if (!(value >= 0 && value <= temperature_max))
            return refuse("temperature", JsonText::from(*given), "a number from 0 to 2");
        settings.temperature = value;
    }
    if (const auto given = read("maxTokens")) {
        const double value = given->is_number() ? given->to_number<double>() : -1;
        if (!(value >= 1 && value <= tokens_max) || std::floor(value) != value)
            return refuse("maxTokens", JsonText::from(*given), "a whole number from 1 to 128000");
        settings.max_tokens = static_cast<std::int64_t>(value);
    }
    return std::nullopt;
}

TokenField token_field_of(std::string_view name) {
    if (name == "max_tokens") return TokenField::max_tokens;
    return name == "max_completion_tokens" ? TokenField::max_completion_tokens
                                           : TokenField::automatic;
}

// The node's own; its schema has checked it.
std::optional<ModelPrice> price_of(const json::object& data) {
    const auto* given = data.if_contains("price");
    if (!given || !given->is_object()) return std::nullopt;
    const json::object& members = given->get_object();
    const auto dollars = [&](std::string_view name) -> std::optional<double> {
        const auto* member = members.if_contains(name);
        if (!member || !member->is_number()) return std::nullopt;
        return member->to_number<double>();
    };
    ModelPrice price;
    price.input_usd = dollars("input").value_or(0);
    price.cached_input_usd = dollars("cachedInput");
    price.output_usd = dollars("output").value_or(0);
    return price;
}

}  // namespace

std::expected<Settings, RunError> read_settings(const PerformRequest& perform) {
    const JsonText& input = perform.input;
    const json::object& data = perform.node().data;
    Settings settings;
    net::HttpRequest request;
    if (auto problem = read_address(input, data, request, settings))
        return std::unexpected(std::move(*problem));
    if (auto problem = read_headers(input, data, request, settings))
        return std::unexpected(std::move(*problem));
    settings.model = text_of(input, "model");
    if (settings.model.empty())
        return std::unexpected(engine::make_run_error("missing_value", "model is empty"));
    if (auto problem = read_messages(input, settings)) return std::unexpected(std::move(*problem));
    if (auto problem = read_numbers(input, settings)) return std::unexpected(std::move(*problem));
    if (const auto extra = input.child("extra"); extra && !extra->is_null()) {
        if (extra->kind() != JsonKind::object)
            return std::unexpected(refuse("extra", *extra, "an object of further request fields"));
        settings.extra = extra->to_value().get_object();
    }
    settings.token_field = token_field_of(text_at(data, "tokenLimitField"));
    settings.stream = flag_at(data, "stream", true);
    settings.json_mode = flag_at(data, "jsonMode", false);
    const auto* schema = data.if_contains("jsonSchema");
    if (schema && schema->is_object()) settings.schema = schema->get_object();
    settings.price = price_of(data);
    settings.time_ms =
        std::min(perform.node().timeout_ms > 0 ? perform.node().timeout_ms : limits::llm_time_ms,
                 limits::http_time_ms_max);
    settings.first_byte_ms = integer_at(data, "firstByteTimeoutMs", limits::llm_first_byte_ms);
    settings.idle_ms = integer_at(data, "idleTimeoutMs", limits::llm_idle_ms);
    return settings;
}

}  // namespace swiftgrid::nodes::llm_chat
