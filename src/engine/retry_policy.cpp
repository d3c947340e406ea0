#include "engine/retry_policy.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "base/limits.h"

namespace swiftgrid::engine {
namespace {

// From -1 up to 1, the same for the same attempt for ever.
double draw(const FailedAttempt& failed) {
    const std::uint64_t hash =
        stable_hash(failed.run.uuid, {failed.node, failed.attempt, failed.item});
    return static_cast<double>(hash >> 11) * 0x1p-52 - 1.0;
}

std::optional<int> status_of(const RunError& error) {
    const auto status = error.details ? error.details->child(std::string("status")) : std::nullopt;
    if (!status) return std::nullopt;
    int number = 0;
    const std::string_view text = status->view();
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc())
        return std::nullopt;
    return number;
}

// An entry is an error's code, a status such as "503", or a class of them such as "5xx".
bool matches(const std::string& entry, const RunError& error) {
    if (entry == error.code) return true;
    const auto status = status_of(error);
    if (!status) return false;
    if (entry.size() == 3 && (entry.ends_with("xx") || entry.ends_with("XX")))
        return entry.front() - '0' == *status / 100;
    return entry == std::to_string(*status);
}

}  // namespace

Duration retry_delay(const model::RetryPolicy& policy, const FailedAttempt& failed) {
    const double grown = static_cast<double>(policy.backoff_ms) *
                         std::pow(policy.backoff_factor, static_cast<double>(failed.attempt) - 1);
    const double capped = std::min(grown, static_cast<double>(policy.backoff_ms_max));
    const double jittered = capped * (1.0 + policy.jitter * draw(failed));
    const std::int64_t asked =
        std::clamp<std::int64_t>(failed.retry_after_ms.value_or(0), 0, limits::retry_after_ms_max);
    return {std::max(std::llround(jittered), static_cast<long long>(asked))};
}

std::optional<Duration> retry_after_failure(const model::RetryPolicy& policy,
                                            const FailedAttempt& failed, const RunError& error) {
    if (failed.attempt > policy.retries_max) return std::nullopt;
    const bool wanted = policy.retry_on.empty()
                            ? error.retryable
                            : std::ranges::any_of(policy.retry_on, [&](const std::string& entry) {
                                  return matches(entry, error);
                              });
    if (!wanted) return std::nullopt;
    return retry_delay(policy, failed);
}

}  // namespace swiftgrid::engine
