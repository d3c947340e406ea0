#include "control/sign_in_limiter.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "net/ip_address.h"

namespace swiftgrid::control {
namespace {

std::string account_key(const std::string& account) { return "account " + account; }

constexpr double account_attempts = limits::sign_in_attempts_per_account;
constexpr double address_attempts = limits::sign_in_attempts_per_address;

std::int64_t seconds_until_one(double attempts, std::int64_t per_attempt_ms) {
    if (attempts >= 1) return 0;
    const double milliseconds = (1 - attempts) * static_cast<double>(per_attempt_ms);
    return static_cast<std::int64_t>(std::ceil(milliseconds / 1000));
}

}  // namespace

std::string address_key(std::string_view address) {
    auto parsed = net::parse_ip_address(address);
    if (!parsed) return "address " + std::string(address);
    net::IpAddress network = parsed->unmapped();
    if (!network.is_v4) std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
    return "address " + net::to_string(network);
}

SignInLimiter::Bucket& SignInLimiter::bucket(const std::string& key, std::size_t size,
                                             std::int64_t per_attempt_ms, std::int64_t now_ms) {
    const auto full = static_cast<double>(size);
    const auto [found, is_new] = buckets_.try_emplace(key);
    Bucket& bucket = found->second;
    if (is_new) {
        by_use_.push_front(key);
        bucket = {full, now_ms, by_use_.begin()};
        if (buckets_.size() > limits::sign_in_subjects) {
            buckets_.erase(by_use_.back());
            by_use_.pop_back();
        }
        return bucket;
    }
    by_use_.splice(by_use_.begin(), by_use_, bucket.place);
    const auto passed = static_cast<double>(now_ms - bucket.at_ms);
    bucket.attempts =
        std::min(full, bucket.attempts + passed / static_cast<double>(per_attempt_ms));
    bucket.at_ms = now_ms;
    return bucket;
}

std::optional<std::int64_t> SignInLimiter::take(const std::string& account,
                                                std::string_view address,
                                                std::int64_t monotonic_ms) {
    const std::lock_guard lock(mutex_);
    Bucket& by_address = bucket(address_key(address), limits::sign_in_attempts_per_address,
                                limits::sign_in_attempt_per_address_ms, monotonic_ms);
    std::int64_t wait =
        seconds_until_one(by_address.attempts, limits::sign_in_attempt_per_address_ms);
    Bucket* by_account = nullptr;
    if (!account.empty()) {
        by_account = &bucket(account_key(account), limits::sign_in_attempts_per_account,
                             limits::sign_in_attempt_per_account_ms, monotonic_ms);
        wait = std::max(
            wait, seconds_until_one(by_account->attempts, limits::sign_in_attempt_per_account_ms));
    }
    if (wait > 0) return wait;
    by_address.attempts -= 1;
    if (by_account) by_account->attempts -= 1;
    return std::nullopt;
}

void SignInLimiter::give_back(const std::string& account, std::string_view address) {
    const std::lock_guard lock(mutex_);
    const auto give = [this](const std::string& key, double full) {
        const auto found = buckets_.find(key);
        if (found == buckets_.end()) return;
        found->second.attempts = std::min(full, found->second.attempts + 1);
    };
    give(address_key(address), address_attempts);
    if (!account.empty()) give(account_key(account), account_attempts);
}

}  // namespace swiftgrid::control
