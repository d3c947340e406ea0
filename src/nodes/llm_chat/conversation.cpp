#include "nodes/llm_chat/conversation.h"

#include <fmt/format.h>

#include "net/retry_after.h"
#include "nodes/charset.h"
#include "nodes/llm_chat/failure.h"
#include "nodes/llm_chat/json_answer.h"
#include "nodes/llm_chat/limits.h"
#include "nodes/llm_chat/usage.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

using engine::RunError;
using net::BodyPiece;

// Thoughts are for the curious: fewer, larger pieces.
constexpr std::size_t thought_bytes = 120;

bool is_success(int status) { return status >= 200 && status < 300; }

bool has_type(const net::HttpResponse& head, std::string_view type) {
    const std::string* found = net::find_header(head.headers, "content-type");
    return found && net::lower_case(*found).find(type) != std::string::npos;
}

Instant now() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

std::int64_t milliseconds_since(Conversation::Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Conversation::Clock::now() - start)
        .count();
}

RunError too_large() {
    return engine::make_run_error(
        "answer_too_large",
        fmt::format("the answer is larger than {} bytes; set maxTokens", limits::llm_answer_bytes));
}

// Some servers stream without saying so.
bool looks_streamed(std::string_view body) {
    return body.starts_with("data:") || body.starts_with(": ");
}

Asked asked_of(const Settings& settings) { return {settings.server, settings.model}; }

}  // namespace

Conversation::Conversation(Parts parts)
    : parts_(std::move(parts)), events_(limits::llm_event_bytes) {}

net::HttpRequest Conversation::next_request() {
    const Settings& settings = parts_.settings;
    begin_answer();
    ++requests_;
    net::HttpRequest request{.method = "POST", .url = settings.url, .headers = settings.headers};
    request.headers.push_back({"Content-Type", "application/json"});
    request.headers.push_back(
        {"Accept", settings.stream ? "text/event-stream, application/json" : "application/json"});
    // A server that remembers keys must not answer the second request with the first answer.
    request.headers.push_back(
        {"Idempotency-Key", requests_ == 1
                                ? parts_.idempotency_key
                                : fmt::format("{}:{}", parts_.idempotency_key, requests_)});
    sent_body_ = request_body(settings, parts_.dialect, correction_);
    request.body = sent_body_;
    request.follow_redirects = false;  // a key is for the server it was given for
    request.time_ms = std::max<std::int64_t>(1, time_left_ms());
    request.first_byte_ms = settings.first_byte_ms;
    request.idle_ms = settings.idle_ms;
    request.response_bytes_max = limits::llm_stream_bytes;
    return request;
}

void Conversation::begin_answer() {
    reader_ = {};
    events_ = net::EventStreamReader(limits::llm_event_bytes);
    is_stream_ = false;
    kept_bytes_ = 0;
    thoughts_.clear();
    first_byte_ms_.reset();
}

BodyPiece Conversation::on_body(const net::HttpResponse& head, std::string_view piece) {
    if (!first_byte_ms_) {
        first_byte_ms_ = milliseconds_since(started_);
        is_stream_ =
            is_success(head.status) && (has_type(head, "event-stream") || looks_streamed(piece));
    }
    if (!is_stream_) {
        kept_bytes_ += piece.size();
        return kept_bytes_ > limits::llm_event_bytes ? BodyPiece::last : BodyPiece::keep;
    }
    read_pieces(piece);
    return failure_ || reader_.answer().done || reader_.answer().error ? BodyPiece::last
                                                                       : BodyPiece::taken;
}

// What the pieces of one network read add is shown together: under load there are fewer chunks.
void Conversation::read_pieces(std::string_view bytes) {
    Added added;
    const bool fine = events_.feed(bytes, [&](const net::StreamEvent& event) {
        if (!failure_ && !reader_.read_event(event.data, added))
            failure_ = engine::make_run_error(
                "invalid_answer",
                fmt::format("{} sent something that is no chat completion: {}",
                            parts_.settings.server, cut_utf8(repair_utf8(event.data), 200)));
    });
    if (!fine || reader_.answer().bytes() > limits::llm_answer_bytes) failure_ = too_large();
    show(added);
}

// A corrected answer is not shown as it comes: it would follow the wrong one.
void Conversation::show(const Added& added) {
    if (!first_token_ms_ && reader_.answer().has_begun())
        first_token_ms_ = milliseconds_since(started_);
    if (!parts_.show || correction_) return;
    thoughts_ += added.reasoning;
    show_thoughts(!added.content.empty());
    if (!added.content.empty())
        parts_.show({ChunkType::token, JsonText::string(repair_utf8(added.content))});
}

void Conversation::show_thoughts(bool all) {
    if (thoughts_.empty() || (!all && thoughts_.size() < thought_bytes)) return;
    parts_.show({ChunkType::data, JsonText::from(json::object{
                                      {"reasoning", repair_utf8(std::exchange(thoughts_, {}))}})});
}

void Conversation::show_progress(std::string_view phase, std::string message) {
    if (parts_.show)
        parts_.show({ChunkType::progress, JsonText::from(json::object{
                                              {"phase", phase}, {"message", std::move(message)}})});
}

std::optional<Outcome> Conversation::on_end(const net::HttpResult& result) {
    if (is_stream_) {
        Added added;
        events_.finish([&](const net::StreamEvent& event) {
            // What was cut off is not the server's mistake but the end of the connection.
            reader_.read_event(event.data, added);
        });
        const Added rest = reader_.finish();
        added.content += rest.content;
        added.reasoning += rest.reasoning;
        show(added);
        if (parts_.show && !correction_) show_thoughts(true);
    }
    if (result) return is_success(result->status) ? on_answer(*result) : on_status(*result);
    // All that matters has come.
    if (reader_.answer().done && result.error().kind != net::HttpErrorKind::cancelled)
        return settle();
    RunError error = transport_failure(result.error());
    if (is_stream_ && reader_.answer().has_begun()) {
        count_usage();
        error = interrupted(error, reader_.answer().content);
    }
    return fail(std::move(error));
}

std::optional<Outcome> Conversation::on_status(const net::HttpResponse& response) {
    const auto adapted = adapt(parts_.settings, parts_.dialect, server_error_of(response));
    if (adapted && time_left_ms() > 0) {
        parts_.dialect = adapted->dialect;
        adaptations_.push_back(adapted->what);
        show_progress("adapt", fmt::format("{} refused the request; {}", parts_.settings.server,
                                           adapted->what));
        return std::nullopt;
    }
    if (const auto* id = net::find_header(response.headers, "x-request-id"))
        request_id_ = repair_utf8(*id);
    Outcome outcome = fail(status_failure(asked_of(parts_.settings), response));
    outcome.retry_after_ms = net::retry_after_ms(response, now());
    return outcome;
}

std::optional<Outcome> Conversation::on_answer(const net::HttpResponse& response) {
    rate_limits_.clear();
    for (const net::HttpHeader& header : response.headers) {
        if (header.name == "x-request-id") request_id_ = repair_utf8(header.value);
        if (header.name.starts_with("x-ratelimit-"))
            rate_limits_[header.name] = repair_utf8(header.value);
    }
    if (!is_stream_ && !response.body.empty()) {
        const std::string_view body = response.body;
        if (looks_streamed(body)) {
            is_stream_ = true;
            read_pieces(body);
            net::HttpResponse read_already = response;
            read_already.body.clear();
            return on_end(read_already);
        }
        if (kept_bytes_ > limits::llm_event_bytes)
            failure_ = too_large();
        else if (!reader_.read_body(body))
            failure_ = engine::make_run_error(
                "invalid_answer",
                fmt::format("{} answered with something that is no chat completion; check the "
                            "base URL. It begins: {}",
                            parts_.settings.server, cut_utf8(repair_utf8(body), 200)));
        reader_.answer().done = true;
    }
    if (auto missing = what_is_missing(response)) {
        const Answer& answer = reader_.answer();
        if (answer.has_begun()) count_usage();
        if (is_stream_ && answer.has_begun()) return fail(interrupted(*missing, answer.content));
        return fail(std::move(*missing));
    }
    return settle();
}

std::optional<RunError> Conversation::what_is_missing(const net::HttpResponse& response) const {
    const Answer& answer = reader_.answer();
    if (failure_) return failure_;
    if (answer.error) return stream_failure(asked_of(parts_.settings), *answer.error);
    if (answer.finish_reason == "error") {
        ServerError unexplained;
        unexplained.message = "its finish_reason is error";
        return stream_failure(asked_of(parts_.settings), unexplained);
    }
    RunError error;
    if (!answer.is_complete()) {
        error = engine::make_run_error(
            "connection_error",
            fmt::format("{} closed the connection before the answer was complete",
                        parts_.settings.server));
    } else if (!answer.has_choice) {
        error = engine::make_run_error("empty_answer",
                                       fmt::format("{} answered without any choice (status {})",
                                                   parts_.settings.server, response.status));
    } else {
        return std::nullopt;
    }
    error.retryable = true;
    return error;
}

void Conversation::count_usage() {
    const Answer& answer = reader_.answer();
    Usage usage = usage_of(answer, sent_body_);
    if (!usage.cost_usd && parts_.settings.price)
        usage.cost_usd = cost_usd(*parts_.settings.price, usage);
    if (!usage.cost_usd)
        usage.cost_usd = parts_.prices.cost_usd(parts_.settings.provider, model(), usage);
    if (!usage.cost_usd)
        usage.cost_usd =
            parts_.prices.cost_usd(parts_.settings.provider, parts_.settings.model, usage);
    spent_ = spent_ ? sum(*spent_, usage) : usage;
}

std::optional<Outcome> Conversation::settle() {
    count_usage();
    if (parts_.settings.wants_json() && reader_.answer().tool_calls.empty()) return settle_json();
    return succeed(std::nullopt);
}

std::optional<Outcome> Conversation::settle_json() {
    const Answer& answer = reader_.answer();
    if (!answer.refusal.empty() && answer.content.empty())
        return fail(engine::make_run_error(
            "model_refused", "the model refused to answer: " + cut_utf8(answer.refusal, 500)));
    auto value = read_json_answer(answer.content, parts_.settings.schema);
    if (value) return succeed(*value);
    if (answer.finish_reason == "length")
        return fail(engine::make_run_error(
            "answer_cut_off",
            fmt::format("the answer was cut off at {} tokens and is no whole JSON; raise maxTokens",
                        usage_of(answer, sent_body_).completion_tokens)));
    if (!correction_ && time_left_ms() > 0) {
        show_progress("repair", value.error().what + "; asking once more");
        correction_ = Correction{answer.content, value.error().what};
        return std::nullopt;
    }
    RunError error = engine::make_run_error(
        value.error().code, fmt::format("{} ({})", value.error().what,
                                        correction_ ? "also after it was asked to correct that"
                                                    : "and no time was left to ask again"));
    error.details = JsonText::from(json::object{{"content", cut_utf8(answer.content, 16 * 1024)}});
    return fail(std::move(error));
}

std::string Conversation::model() const {
    const std::string& reported = reader_.answer().model;
    return reported.empty() ? parts_.settings.model : reported;
}

JsonText Conversation::result(const std::optional<JsonText>& json_value) const {
    const Answer& answer = reader_.answer();
    json::object object{{"content", repair_utf8(answer.content)},
                        {"model", model()},
                        {"usage", to_json_object(*spent_)}};
    object["finish_reason"] =
        answer.finish_reason.empty() ? json::value() : json::value(answer.finish_reason);
    if (json_value) object["json"] = json_value->to_value();
    if (!answer.reasoning.empty()) object["reasoning"] = repair_utf8(answer.reasoning);
    if (!answer.refusal.empty()) object["refusal"] = repair_utf8(answer.refusal);
    if (answer.tool_calls.empty()) return JsonText::from(object);
    json::array calls;
    for (const ToolCall& call : answer.tool_calls)
        calls.push_back(json::object{
            {"id", call.id},
            {"type", "function"},
            {"function", {{"name", call.name}, {"arguments", repair_utf8(call.arguments)}}}});
    object["tool_calls"] = std::move(calls);
    return JsonText::from(object);
}

JsonText Conversation::extras() const {
    json::object timing{{"totalMs", milliseconds_since(started_)}};
    if (first_byte_ms_) timing["firstByteMs"] = *first_byte_ms_;
    if (first_token_ms_) timing["firstTokenMs"] = *first_token_ms_;
    json::object object{{"model", model()},
                        {"provider", parts_.settings.provider},
                        {"requests", requests_},
                        {"timing", std::move(timing)}};
    if (spent_) object["usage"] = to_json_object(*spent_);
    if (!request_id_.empty()) object["requestId"] = request_id_;
    if (!rate_limits_.empty()) object["rateLimits"] = rate_limits_;
    if (!adaptations_.empty())
        object["adaptations"] = json::array(adaptations_.begin(), adaptations_.end());
    return JsonText::from(object);
}

Outcome Conversation::succeed(const std::optional<JsonText>& json_value) {
    Outcome outcome;
    outcome.result = result(json_value);
    outcome.extras = extras();
    outcome.duration_ms = milliseconds_since(started_);
    return outcome;
}

Outcome Conversation::fail(RunError error) {
    Outcome outcome;
    outcome.result = std::move(error);
    outcome.extras = extras();
    outcome.duration_ms = milliseconds_since(started_);
    return outcome;
}

std::int64_t Conversation::time_left_ms() const {
    return parts_.settings.time_ms - milliseconds_since(started_);
}

}  // namespace swiftgrid::nodes::llm_chat
