#pragma once

// The limits of webhooks, beside those of limits.h, which every run needs.

#include <cstddef>
#include <cstdint>

namespace swiftgrid::limits {

// Webhooks. What a flow takes by default, and may be set to take.
constexpr std::int64_t webhook_calls_per_minute = 100;
constexpr std::int64_t webhook_calls_per_minute_max = 100'000;
// How far the time of a signed call may be from now, for clocks that differ and calls on their way.
constexpr std::int64_t webhook_tolerance_ms = 5LL * 60 * 1000;
// How long a secret is taken after a new one was made, unless something else is asked for.
constexpr std::int64_t webhook_overlap_hours = 24;
constexpr std::int64_t webhook_overlap_hours_max = 7LL * 24;
// Secrets of one flow that are taken at the same time: each costs a call one hash of its body.
constexpr std::size_t webhook_secrets = 4;
constexpr std::size_t webhook_secret_characters_min = 16;
constexpr std::size_t webhook_secret_characters_max = 256;
// Signatures of one call that are compared: those of a sender that rotates its own secret.
constexpr std::size_t webhook_signatures = 16;
constexpr std::size_t idempotency_key_characters = 255;
// A call that waits for the end of its run; senders rarely wait longer.
constexpr std::int64_t webhook_wait_ms = 30'000;
// A larger body is checked on a worker thread: hashing this much takes some hundred microseconds.
constexpr std::size_t webhook_inline_bytes = 64 * 1024;
// What is remembered of the calls of a flow, and what waits to be written; beyond it only counted.
constexpr std::size_t webhook_deliveries = 100;
constexpr std::size_t webhook_deliveries_waiting = 4'096;
// Who watches for test calls at the same time, and the largest call that is shown.
constexpr std::size_t webhook_listeners = 64;
constexpr std::size_t webhook_shown_bytes = 256 * 1024;
// Parts of a multipart form.
constexpr std::size_t form_parts = 1'000;

}  // namespace swiftgrid::limits
