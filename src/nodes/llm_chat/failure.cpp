#include "nodes/llm_chat/failure.h"

#include <algorithm>

#include <fmt/format.h>

#include "nodes/charset.h"
#include "nodes/llm_chat/answer_reader.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

using engine::RunError;

constexpr std::size_t shown_bytes = 500;
constexpr std::size_t kept_content_bytes = 64 * 1024;

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Whatever the server said, in lower case, to look for words in.
std::string words_of(const ServerError& error) {
    return net::lower_case(error.code + " " + error.type + " " + error.message);
}

bool is_quota(const ServerError& error) {
    return error.status == 402 ||
           has_any(words_of(error), {"insufficient_quota", "insufficient balance",
                                     "insufficient credits", "billing_hard_limit"});
}

bool is_context(const ServerError& error) {
    return has_any(words_of(error),
                   {"context_length_exceeded", "exceed_context_size", "maximum context length",
                    "context length", "context window", "prompt is too long", "too many tokens"});
}

bool is_filtered(const ServerError& error) {
    return has_any(words_of(error), {"content_filter", "responsibleaipolicyviolation",
                                     "content management policy", "content_policy"});
}

bool is_about_model(const ServerError& error) {
    return error.param == "model" || has_any(words_of(error), {"model"});
}

struct Reading {
    std::string_view code;
    std::string mend;  // "" when the server's words are enough
    bool retryable = false;
};

Reading read_refusal(const Asked& asked, const ServerError& error) {
    if (is_quota(error))
        return {"quota_exceeded", "the account has no credit left: look at the provider's billing"};
    if (is_context(error))
        return {"context_too_long", "shorten the prompt, or choose a model with a longer context"};
    if (is_filtered(error))
        return {"content_filtered", "the provider's content filter refused the prompt"};
    switch (error.status) {
        case 401:
            return {"auth_failed", "the server does not accept the API key: check the secret"};
        case 403: return {"forbidden", "the API key may not use this: check its rights"};
        case 404:
            if (is_about_model(error))
                return {"model_not_found", fmt::format("check the model's name '{}'", asked.model)};
            return {"not_found",
                    "nothing is at this address: check the base URL; it usually ends "
                    "with /v1"};
        case 408: return {"timeout", "the server gave up waiting", true};
        case 409: return {"server_error", "the server could not do it at this moment", true};
        case 425:
        case 429: return {"rate_limited", "too many requests or tokens in a short time", true};
        default: break;
    }
    if (error.status >= 500) return {"server_error", "", true};
    return {"invalid_request", ""};
}

std::string_view name_of(const Asked& asked) { return asked.server; }

JsonText details_of(const ServerError& error, const net::HttpResponse* response) {
    json::object details;
    if (error.status > 0) details["status"] = error.status;
    if (!error.type.empty()) details["type"] = error.type;
    if (!error.code.empty()) details["code"] = error.code;
    if (!error.param.empty()) details["param"] = error.param;
    if (response) {
        if (const auto* id = net::find_header(response->headers, "x-request-id"))
            details["requestId"] = repair_utf8(*id);
        details["body"] = cut_utf8(repair_utf8(response->body), 4 * 1024);
    }
    return JsonText::from(details);
}

std::string quoted(const ServerError& error) {
    return error.message.empty() ? "" : ": " + cut_utf8(error.message, shown_bytes);
}

// An answer of a proxy is a page for people: its tags and the space between them say nothing.
std::string plain_text(std::string_view body) {
    std::string text;
    bool in_tag = false;
    for (const char c : body) {
        if (c == '<' || c == '>') {
            in_tag = c == '<';
            if (!text.empty() && text.back() != ' ') text += ' ';
        } else if (!in_tag) {
            const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
            if (!is_space)
                text += c;
            else if (!text.empty() && text.back() != ' ')
                text += ' ';
        }
    }
    return text;
}

}  // namespace

ServerError server_error_of(const net::HttpResponse& response) {
    const std::string body = repair_utf8(response.body);
    const auto document = parse_json(body);
    ServerError error;
    if (auto read = document ? read_error(*document) : std::nullopt)
        error = std::move(*read);
    else
        error.message = plain_text(body);
    error.status = response.status;
    return error;
}

RunError status_failure(const Asked& asked, const net::HttpResponse& response) {
    const ServerError error = server_error_of(response);
    RunError failure;
    if (response.status >= 300 && response.status < 400) {
        const auto* location = net::find_header(response.headers, "location");
        failure = engine::make_run_error(
            "redirected",
            fmt::format("{} redirects to {}; keys are not sent on: write that address as the base "
                        "URL if you trust it",
                        name_of(asked), location ? repair_utf8(*location) : "another address"));
    } else {
        const Reading reading = read_refusal(asked, error);
        failure = engine::make_run_error(std::string(reading.code),
                                         fmt::format("{} answered with status {}{}", name_of(asked),
                                                     error.status, quoted(error)));
        if (!reading.mend.empty()) failure.message += " (" + reading.mend + ")";
        failure.retryable = reading.retryable;
    }
    // The server knows best, except about an empty account.
    const auto* advice = net::find_header(response.headers, "x-should-retry");
    if (advice && failure.code != "quota_exceeded") failure.retryable = *advice == "true";
    failure.details = details_of(error, &response);
    return failure;
}

RunError stream_failure(const Asked& asked, const ServerError& error) {
    Reading reading{"provider_error", "", error.status == 0};
    if (error.status > 0 || is_quota(error) || is_context(error) || is_filtered(error))
        reading = read_refusal(asked, error);
    RunError failure = engine::make_run_error(
        std::string(reading.code),
        fmt::format("{} broke the answer off with an error{}", name_of(asked), quoted(error)));
    if (!reading.mend.empty()) failure.message += " (" + reading.mend + ")";
    failure.retryable = reading.retryable;
    failure.details = details_of(error, nullptr);
    return failure;
}

RunError transport_failure(const net::HttpError& error) {
    using enum net::HttpErrorKind;
    RunError failure =
        engine::make_run_error(std::string(net::to_string(error.kind)), error.message);
    if (error.kind == too_large) failure.code = "answer_too_large";
    failure.retryable = error.kind == timeout || error.kind == first_byte_timeout ||
                        error.kind == idle_timeout || error.kind == connect || error.kind == dns;
    return failure;
}

RunError interrupted(const RunError& why, std::string_view content) {
    if (why.code == "cancelled") return why;
    RunError failure = engine::make_run_error(
        "stream_interrupted",
        "the answer broke off and is not tried again, because part of it was shown already: " +
            why.message);
    failure.details = JsonText::from(
        json::object{{"reason", why.code}, {"content", cut_utf8(content, kept_content_bytes)}});
    return failure;
}

}  // namespace swiftgrid::nodes::llm_chat
