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

// When a message is tried again that has failed so many times; nothing: no more. `asked` is what
// the other side asked for: the first attempts come as soon as that, the last no sooner than
// without.
std::optional<Duration> retry_pause(DeliveryId delivery, std::int64_t failed_attempts,
                                    std::optional<Duration> asked);

// { at, status, durationMs, detail }
std::string attempt_json(Instant at, std::int64_t duration_ms, const SendVerdict& verdict);

}  // namespace swiftgrid::control
