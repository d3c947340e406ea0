#pragma once

// An llm-chat node ready to be asked: its resolved input and the rest of its data, checked. Pure.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/run_error.h"
#include "net/http_header.h"
#include "nodes/llm_chat/prices.h"
#include "nodes/perform.h"

namespace swiftgrid::nodes::llm_chat {

enum class TokenField : std::uint8_t { automatic, max_tokens, max_completion_tokens };

struct Settings {
    std::string url;     // of the chat completions, with the query
    std::string server;  // host and port, for messages
    std::string provider;
    std::vector<net::HttpHeader> headers;  // the key is one of them
    std::string model;
    json::array messages;
    std::optional<double> temperature;
    std::optional<std::int64_t> max_tokens;
    TokenField token_field = TokenField::automatic;
    json::object extra;  // further members of the request
    bool stream = true;
    bool json_mode = false;
    std::optional<json::object> schema;
    std::optional<ModelPrice> price;
    std::int64_t time_ms = 0;
    std::int64_t first_byte_ms = 0;
    std::int64_t idle_ms = 0;

    bool wants_json() const { return json_mode || schema.has_value(); }
};

// Fails with a sentence about the field that is wrong.
std::expected<Settings, engine::RunError> read_settings(const PerformRequest& request);

}  // namespace swiftgrid::nodes::llm_chat
