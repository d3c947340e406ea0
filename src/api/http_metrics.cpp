#include "api/http_metrics.h"

#include <algorithm>
#include <string>

namespace swiftgrid::api {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

void HttpMetrics::count(const Served& served) {
    const auto known = std::ranges::find(methods, std::string_view(served.request.method));
    const auto method = known == methods.end() ? methods.size() - 1
                                               : static_cast<std::size_t>(known - methods.begin());
    const int status = std::clamp(served.status, status_min, status_max);
    const auto bucket = std::ranges::lower_bound(bucket_microseconds, served.microseconds);
    const auto add = [](Counter& counter, std::int64_t amount) {
        counter.fetch_add(static_cast<std::uint64_t>(amount), std::memory_order_relaxed);
    };
    add(requests_[method][static_cast<std::size_t>(status - status_min)], 1);
    add(buckets_[static_cast<std::size_t>(bucket - bucket_microseconds.begin())], 1);
    add(microseconds_, served.microseconds);
}

std::vector<MetricFamily> HttpMetrics::collect() const { return {requests(), durations()}; }

MetricFamily HttpMetrics::requests() const {
    MetricFamily family{"swiftgrid_http_requests_total",
                        "Requests answered, by method and status",
                        MetricType::Counter,
                        {}};
    for (std::size_t method = 0; method < methods.size(); ++method) {
        for (std::size_t i = 0; i < requests_[method].size(); ++i) {
            const auto count = requests_[method][i].load(std::memory_order_relaxed);
            if (count == 0) continue;
            ClientMetric metric;
            metric.label = {{"method", std::string(methods[method])},
                            {"code", std::to_string(status_min + static_cast<int>(i))}};
            metric.counter.value = static_cast<double>(count);
            family.metric.push_back(std::move(metric));
        }
    }
    return family;
}

MetricFamily HttpMetrics::durations() const {
    constexpr double microseconds_per_second = 1e6;
    ClientMetric metric;
    ClientMetric::Histogram& histogram = metric.histogram;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        histogram.sample_count += buckets_[i].load(std::memory_order_relaxed);
        if (i == bucket_microseconds.size()) break;  // the format adds +Inf itself
        const auto bound = static_cast<double>(bucket_microseconds[i]);
        histogram.bucket.push_back({histogram.sample_count, bound / microseconds_per_second});
    }
    histogram.sample_sum = static_cast<double>(microseconds_.load(std::memory_order_relaxed)) /
                           microseconds_per_second;
    return {"swiftgrid_http_request_duration_seconds",
            "Time from a request's arrival to its answer",
            MetricType::Histogram,
            {std::move(metric)}};
}

}  // namespace swiftgrid::api
