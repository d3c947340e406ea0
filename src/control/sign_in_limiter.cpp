#include "control/sign_in_limiter.h"

#include <algorithm>

#include "base/limits.h"
#include "net/ip_address.h"

namespace swiftgrid::control {
namespace {

std::string account_key(const std::string& account) { return "account " + account; }

constexpr Pace account_pace{limits::sign_in_attempts_per_account,
                            limits::sign_in_attempt_per_account_ms * 1'000};
constexpr Pace address_pace{limits::sign_in_attempts_per_address,
                            limits::sign_in_attempt_per_address_ms * 1'000};

std::int64_t in_seconds(std::int64_t milliseconds) { return (milliseconds + 999) / 1'000; }

}  // namespace

std::string address_key(std::string_view address) {
    auto parsed = net::parse_ip_address(address);
    if (!parsed) return "address " + std::string(address);
    net::IpAddress network = parsed->unmapped();
    if (!network.is_v4) std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
    return "address " + net::to_string(network);
}

CallRate& SignInLimiter::rate_of(const std::string& key) {
    const auto [found, is_new] = buckets_.try_emplace(key);
    Bucket& bucket = found->second;
    if (!is_new) {
        by_use_.splice(by_use_.begin(), by_use_, bucket.place);
        return bucket.rate;
    }
    by_use_.push_front(key);
    bucket.place = by_use_.begin();
    if (buckets_.size() > limits::sign_in_subjects) {
        buckets_.erase(by_use_.back());
        by_use_.pop_back();
    }
    return bucket.rate;
}

std::optional<std::int64_t> SignInLimiter::take(const std::string& account,
                                                std::string_view address,
                                                std::int64_t monotonic_ms) {
    const std::lock_guard lock(mutex_);
    CallRate& by_address = rate_of(address_key(address));
    if (const auto wait = by_address.wait_ms(address_pace, monotonic_ms); wait > 0)
        return in_seconds(wait);
    // An address that may not try leaves nothing of the accounts that it names: it could push out
    // what is remembered of others.
    if (!account.empty()) {
        CallRate& by_account = rate_of(account_key(account));
        if (const auto wait = by_account.wait_ms(account_pace, monotonic_ms); wait > 0)
            return in_seconds(wait);
        by_account.take(account_pace, monotonic_ms);
    }
    by_address.take(address_pace, monotonic_ms);
    return std::nullopt;
}

void SignInLimiter::give_back(const std::string& account, std::string_view address) {
    const std::lock_guard lock(mutex_);
    const auto give = [this](const std::string& key, Pace pace) {
        if (const auto found = buckets_.find(key); found != buckets_.end())
            found->second.rate.give_back(pace);
    };
    give(address_key(address), address_pace);
    if (!account.empty()) give(account_key(account), account_pace);
}

}  // namespace swiftgrid::control
