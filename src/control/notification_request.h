#pragma once

// The request that carries a message, and what its answer means. Pure.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "control/notification_channel.h"
#include "net/http_client.h"
#include "runtime/redactor.h"

namespace swiftgrid::control {

// What of an answer is kept for people.
struct SeenAnswer {
    std::string begin;
    std::size_t size_bytes = 0;  // of all that came
};

// Messages of webhooks are signed as Standard Webhooks 1.0 say, with every secret that is valid.
net::HttpRequest notification_request(const Channel& channel, const std::string& id,
                                      std::string body, Instant now,
                                      std::shared_ptr<SeenAnswer> seen);

enum class SendOutcome : std::uint8_t {
    delivered,
    retry,    // later it may go
    refused,  // it never will
    gone,     // nor will any other
};

struct SendVerdict {
    SendOutcome outcome = SendOutcome::retry;
    std::optional<int> status;
    std::optional<Duration> asked_wait;  // before the next message to this channel
    std::string detail;                  // what the other side said, without secrets
};

// `vault` knows the other secrets that must not be shown.
SendVerdict judge_answer(const Channel& channel, const net::HttpResult& result,
                         const SeenAnswer& seen, const runtime::Redactor& vault, Instant now);

// What a message has behind it that has just failed again.
struct FailedAttempts {
    std::int64_t count = 1;
    Duration since_first;           // until now
    std::optional<Duration> asked;  // what the other side asks for now
};
// When it is tried again; nothing: no more. The plan follows the time since the first attempt, so
// that an answer which asks for little does not use up its early steps. The first attempts come as
// soon as they are asked for, the last no sooner than without.
std::optional<Duration> retry_pause(DeliveryId delivery, const FailedAttempts& failed);

// { at, status, durationMs, detail }
std::string attempt_json(Instant at, std::int64_t duration_ms, const SendVerdict& verdict);

}  // namespace swiftgrid::control
