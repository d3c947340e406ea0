#pragma once

// What the server counts about the requests it answered: how many by route, method and status, and
// how long they took. Relaxed atomics of a fixed size: counting costs some nanoseconds, nobody
// waits, and no client can make the table grow. A stream counts when it begins.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
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
    // Those we answer with, plus one for others, such as those that the echo endpoint is asked for.
    static constexpr std::array<std::string_view, 32> statuses{
        "200", "201", "202", "204", "206", "301", "302", "303", "304", "307",  "308",
        "400", "401", "403", "404", "405", "406", "408", "409", "410", "412",  "413",
        "415", "422", "428", "429", "431", "500", "501", "502", "503", "other"};
    static constexpr std::array<std::int64_t, 12> bucket_microseconds{
        1'000,   2'500,   5'000,     10'000,    25'000,    50'000,
        100'000, 250'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
    // What no pattern matches: the web UI, and requests that cannot be read.
    static constexpr std::string_view no_route = "other";

    // By text, whoever owns it.
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Routes = std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>;
    using Row = std::array<std::array<Counter, statuses.size()>, methods.size()>;

    static std::vector<std::string> route_names();
    static Routes routes_by_name();
    static std::size_t place_of_status(int status);
    prometheus::MetricFamily requests() const;
    prometheus::MetricFamily durations() const;

    const std::vector<std::string> names_ = route_names();
    const Routes routes_ = routes_by_name();
    std::vector<Row> requests_ = std::vector<Row>(names_.size());
    std::array<Counter, bucket_microseconds.size() + 1> buckets_{};  // the last: all above
    Counter microseconds_{0};
};

}  // namespace swiftgrid::api
