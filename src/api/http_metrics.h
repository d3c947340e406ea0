#pragma once

// What the server counts about the requests it answered: how many by method and status, and how
// long they took. Relaxed atomics of a fixed size: counting costs some nanoseconds, nobody waits,
// and no client can make the table grow. A stream counts when it begins.

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "api/server.h"

namespace swiftgrid::api {

class HttpMetrics {
public:
    // Any thread.
    void count(const Served& served);

    // swiftgrid_http_requests_total and swiftgrid_http_request_duration_seconds.
    std::vector<prometheus::MetricFamily> collect() const;

private:
    using Counter = std::atomic<std::uint64_t>;

    // What people expect of an API, plus one for whatever else a client makes up.
    static constexpr std::array<std::string_view, 8> methods{"GET",   "HEAD",   "POST",    "PUT",
                                                             "PATCH", "DELETE", "OPTIONS", "other"};
    static constexpr int status_min = 100;
    static constexpr int status_max = 599;
    static constexpr std::array<std::int64_t, 12> bucket_microseconds{
        1'000,   2'500,   5'000,     10'000,    25'000,    50'000,
        100'000, 250'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

    prometheus::MetricFamily requests() const;
    prometheus::MetricFamily durations() const;

    std::array<std::array<Counter, status_max - status_min + 1>, methods.size()> requests_{};
    std::array<Counter, bucket_microseconds.size() + 1> buckets_{};  // the last: all above
    Counter microseconds_{0};
};

}  // namespace swiftgrid::api
