#pragma once

// Waits for a condition of another process. The deadline only bounds a failure: a test that passes
// never waits longer than until the condition holds.

#include <chrono>
#include <thread>

namespace swiftgrid::e2e {

constexpr std::chrono::milliseconds patience{20'000};

// True as soon as `condition()` is; false when the deadline passed first.
template <typename Condition>
bool eventually(Condition condition, std::chrono::milliseconds deadline = patience) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace swiftgrid::e2e
