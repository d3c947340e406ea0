#pragma once

// Whether a failed attempt is followed by another, and when (details.md, attempts and retries).

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "base/instant.h"
#include "engine/run_error.h"
#include "model/plan.h"

namespace swiftgrid::engine {

struct FailedAttempt {
    RunId run;
    model::NodeIndex node = 0;
    std::uint32_t attempt = 1;
    std::uint32_t item = 0;  // of a map; part of what the jitter is drawn from
    std::optional<std::int64_t> retry_after_ms;
};

// The wait before the next attempt: backoff_ms * factor^(attempt - 1), at most backoff_ms_max, with
// the jitter drawn from the attempt's identity, and never shorter than what the server asked for.
Duration retry_delay(const model::RetryPolicy& policy, const FailedAttempt& failed);

// Nothing: the failure is final.
std::optional<Duration> retry_after_failure(const model::RetryPolicy& policy,
                                            const FailedAttempt& failed, const RunError& error);

}  // namespace swiftgrid::engine
