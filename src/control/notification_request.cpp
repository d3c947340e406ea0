#include "control/notification_request.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/limits.h"
#include "control/json_writer.h"
#include "control/webhook_signature.h"
#include "net/retry_after.h"

namespace swiftgrid::control {
namespace {

constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t minute_ms = 60 * second_ms;
constexpr std::int64_t hour_ms_of_retry = 60 * minute_ms;

// Quick at first, for what passes; then over days, for what somebody has to mend.
constexpr std::array<std::int64_t, limits::notification_attempts - 1> pauses_ms{
    5 * second_ms,         5 * minute_ms,         30 * minute_ms,
    2 * hour_ms_of_retry,  5 * hour_ms_of_retry,  10 * hour_ms_of_retry,
    14 * hour_ms_of_retry, 20 * hour_ms_of_retry, 24 * hour_ms_of_retry};

// Without it Discord says that everything is fine, whatever becomes of the message.
std::string with_wait(std::string url) {
    if (const auto fragment = url.find('#'); fragment != std::string::npos) url.resize(fragment);
    return url + (url.contains('?') ? "&" : "?") + "wait=true";
}

bool is_success(int status) { return status >= 200 && status <= 299; }

// Slack and Discord say with a number of the 400s that the address or the message is wrong for
// good. Of a webhook we do not know who answers: an address that is not there may come back.
SendOutcome outcome_of(std::string_view type, int status) {
    constexpr int request_timeout = 408;
    constexpr int gone = 410;
    constexpr int too_early = 425;
    constexpr int too_many = 429;
    if (is_success(status)) return SendOutcome::delivered;
    if (status == gone) return SendOutcome::gone;
    if (status == request_timeout || status == too_early || status == too_many)
        return SendOutcome::retry;
    const bool is_final = type != "webhook" && status >= 400 && status <= 499;
    return is_final ? SendOutcome::refused : SendOutcome::retry;
}

// What somebody has to mend first.
SendOutcome outcome_of(net::HttpErrorKind kind) {
    using Kind = net::HttpErrorKind;
    const bool is_final = kind == Kind::egress_refused || kind == Kind::bad_url ||
                          kind == Kind::bad_header || kind == Kind::insecure_tls;
    return is_final ? SendOutcome::refused : SendOutcome::retry;
}

// Bytes that are no text would not be JSON. After secrets were taken out: it changes them.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) out += c >= ' ' && c <= '~' ? c : '.';
    return out;
}

}  // namespace

net::HttpRequest notification_request(const Channel& channel, const std::string& id,
                                      std::string body, Instant now,
                                      std::shared_ptr<SeenAnswer> seen) {
    net::HttpRequest request;
    request.method = "POST";
    request.url =
        channel.row.type == "discord" ? with_wait(channel.secret.url) : channel.secret.url;
    request.headers.push_back({"Content-Type", "application/json"});
    if (channel.row.type == "webhook") {
        const std::string seconds = std::to_string(now.milliseconds_since_epoch / second_ms);
        request.headers.push_back({"webhook-id", id});
        request.headers.push_back({"webhook-timestamp", seconds});
        // An entry of a document has nothing to sign with.
        const auto secrets = channel.secret.signing.valid_at(now);
        if (!secrets.empty())
            request.headers.push_back(
                {"webhook-signature", standard_signatures(secrets, id, seconds, body)});
    }
    request.body = std::move(body);
    // Who moves has to say so to a person, not to a program with a message for somebody else.
    request.follow_redirects = false;
    request.time_ms = limits::notification_time_ms;
    request.on_body = [seen = std::move(seen)](const net::HttpResponse&, std::string_view piece) {
        const auto room = limits::notification_answer_bytes -
                          std::min(seen->begin.size(), limits::notification_answer_bytes);
        seen->begin += piece.substr(0, room);
        seen->size_bytes += piece.size();
        return seen->size_bytes < limits::notification_response_bytes ? net::BodyPiece::taken
                                                                      : net::BodyPiece::last;
    };
    return request;
}

SendVerdict judge_answer(const Channel& channel, const net::HttpResult& result,
                         const SeenAnswer& seen, const runtime::Redactor& vault, Instant now) {
    SendVerdict verdict;
    if (!result) {
        verdict.outcome = outcome_of(result.error().kind);
        verdict.detail = result.error().message;
    } else {
        verdict.status = result->status;
        verdict.outcome = outcome_of(channel.row.type, result->status);
        verdict.detail = net::trimmed(seen.begin);
        // The redactors know the mark of a text that was cut, perhaps within a secret.
        if (seen.size_bytes > seen.begin.size()) verdict.detail += "…";
        if (verdict.outcome == SendOutcome::retry) {
            if (const auto wait = net::retry_after_ms(*result, now))
                verdict.asked_wait = Duration{*wait};
        }
    }
    channel.redactor->redact_in(verdict.detail);
    vault.redact_in(verdict.detail);
    if (result) verdict.detail = printable(verdict.detail);
    return verdict;
}

std::optional<Duration> retry_pause(DeliveryId delivery, const FailedAttempts& failed) {
    // Who asks for little again and again would be asked for ever.
    constexpr std::int64_t attempts_as_asked = limits::notification_attempts / 2;
    const Duration wait =
        std::min(failed.asked.value_or(Duration{}), Duration{limits::notification_retry_ms_max});
    if (failed.asked && failed.count <= attempts_as_asked) return wait;
    // Each step is due so long after the first attempt. A server that was off meanwhile has not
    // tried: then the attempts count.
    const auto tried = static_cast<std::size_t>(failed.count) - 1;
    std::size_t step = 0;
    std::int64_t due_ms = pauses_ms[0];
    while (step < tried && due_ms <= failed.since_first.milliseconds) {
        if (++step == pauses_ms.size()) return std::nullopt;
        due_ms += pauses_ms[step];
    }
    const std::int64_t pause_ms = due_ms - failed.since_first.milliseconds;
    // Messages that failed together do not come back together.
    const auto spread = static_cast<std::uint64_t>(pauses_ms[step] / 10);
    const auto jitter =
        stable_hash(delivery.uuid, {static_cast<std::uint64_t>(failed.count)}) % spread;
    return std::max(wait, Duration{(pause_ms > 0 ? pause_ms : pauses_ms[step]) +
                                   static_cast<std::int64_t>(jitter)});
}

std::string attempt_json(Instant at, std::int64_t duration_ms, const SendVerdict& verdict) {
    std::string out;
    ObjectWriter object(out);
    object.time("at", at);
    if (verdict.status)
        object.number("status", *verdict.status);
    else
        object.null("status");
    object.number("durationMs", duration_ms);
    object.text("detail", verdict.detail);
    object.end();
    return out;
}

}  // namespace swiftgrid::control
