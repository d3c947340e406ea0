#pragma once

// Slows down who guesses passwords. Every account and every address has a few attempts, which come
// back with time; an attempt that succeeds costs nothing. Whether an account exists makes no
// difference. Thread-safe and quick.

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "control/call_rate.h"

namespace swiftgrid::control {

class SignInLimiter {
public:
    // Takes one attempt of both. Otherwise, how many seconds until there is one again. `account`
    // may be empty: then only the address counts.
    std::optional<std::int64_t> take(const std::string& account, std::string_view address,
                                     std::int64_t monotonic_ms);

    // The attempt was right.
    void give_back(const std::string& account, std::string_view address);

private:
    struct Bucket {
        CallRate rate;
        std::list<std::string>::iterator place;
    };

    CallRate& rate_of(const std::string& key);

    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
    std::list<std::string> by_use_;  // the one that was used last is first
};

// What stands for an address: a network of IPv6 is one household.
std::string address_key(std::string_view address);

}  // namespace swiftgrid::control
