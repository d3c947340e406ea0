#pragma once

// One attempt of an llm-chat node as it goes on: requests are built, pieces of answers read, and
// what is to happen next decided. The network is elsewhere (perform.cpp): this is told what comes,
// and says what goes out. Not thread-safe.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/event_stream_reader.h"
#include "net/http_client.h"
#include "nodes/llm_chat/answer_reader.h"
#include "nodes/llm_chat/chat_request.h"
#include "nodes/llm_chat/prices.h"
#include "nodes/llm_chat/settings.h"
#include "nodes/perform.h"

namespace swiftgrid::nodes::llm_chat {

class Conversation {
public:
    using Clock = std::chrono::steady_clock;

    struct Parts {
        Settings settings;
        Dialect dialect;  // what is known of the server
        std::string idempotency_key;
        std::function<void(Chunk)> show;  // may be empty
        const PriceTable& prices;         // outlives the conversation
    };
    explicit Conversation(Parts parts);

    const Settings& settings() const { return parts_.settings; }
    const Dialect& dialect() const { return parts_.dialect; }

    // The request that goes out next, without its on_body.
    net::HttpRequest next_request();

    net::BodyPiece on_body(const net::HttpResponse& head, std::string_view piece);

    // The outcome; nothing: next_request() goes out.
    std::optional<Outcome> on_end(const net::HttpResult& result);

private:
    void begin_answer();
    void read_pieces(std::string_view bytes);
    void show(const Added& added);
    void show_thoughts(bool all);
    void show_progress(std::string_view phase, std::string message);

    std::optional<Outcome> on_status(const net::HttpResponse& response);
    std::optional<Outcome> on_answer(const net::HttpResponse& response);
    std::optional<Outcome> settle();
    std::optional<Outcome> settle_json();
    std::optional<engine::RunError> what_is_missing(const net::HttpResponse& response) const;
    void count_usage();
    Outcome succeed(const std::optional<JsonText>& json_value);
    Outcome fail(engine::RunError error);
    JsonText result(const std::optional<JsonText>& json_value) const;
    JsonText extras() const;
    std::string model() const;
    std::int64_t time_left_ms() const;

    Parts parts_;
    const Clock::time_point started_ = Clock::now();
    std::uint32_t requests_ = 0;
    std::optional<Correction> correction_;
    std::optional<Usage> spent_;
    std::vector<std::string> adaptations_;
    std::string sent_body_;

    // Of the answer that is coming.
    AnswerReader reader_;
    net::EventStreamReader events_;
    bool is_stream_ = false;
    std::size_t kept_bytes_ = 0;               // of an answer that is no stream
    std::optional<engine::RunError> failure_;  // found while reading
    std::string thoughts_;                     // not shown yet

    // What is told of the last answer, for people.
    std::optional<std::int64_t> first_byte_ms_;
    std::optional<std::int64_t> first_token_ms_;
    std::string request_id_;
    json::object rate_limits_;
};

}  // namespace swiftgrid::nodes::llm_chat
