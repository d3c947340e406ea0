#include "api/http_metrics.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "api/access_rules.h"
#include "api/metrics/families.h"

namespace swiftgrid::api {

using prometheus::MetricFamily;

std::vector<std::string> HttpMetrics::route_names() {
    std::vector<std::string> names = access_rule_routes();
    names.emplace_back(no_route);
    return names;
}

HttpMetrics::Routes HttpMetrics::routes_by_name() {
    Routes routes;
    for (const std::string& name : route_names()) routes.emplace(name, routes.size());
    return routes;
}

std::size_t HttpMetrics::place_of_status(int status) {
    std::array<char, 16> text{};
    const auto end = std::to_chars(text.begin(), text.end(), status).ptr;
    const auto known = std::ranges::lower_bound(statuses, std::string_view(text.begin(), end));
    const auto place = static_cast<std::size_t>(known - statuses.begin());
    const bool is_known = place < statuses.size() && *known == std::string_view(text.begin(), end);
    return is_known ? place : statuses.size() - 1;
}

void HttpMetrics::count(const Served& served) {
    const auto route = routes_.find(std::string_view(served.request.route));
    const std::size_t row = route == routes_.end() ? names_.size() - 1 : route->second;
    const auto known = std::ranges::find(methods, std::string_view(served.request.method));
    const auto method = known == methods.end() ? methods.size() - 1
                                               : static_cast<std::size_t>(known - methods.begin());
    const std::size_t status = place_of_status(served.status);
    const auto bucket = std::ranges::lower_bound(bucket_microseconds, served.microseconds);
    const auto add = [](Counter& counter, std::int64_t amount) {
        counter.fetch_add(static_cast<std::uint64_t>(amount), std::memory_order_relaxed);
    };
    add(requests_[row][method][status], 1);
    add(buckets_[static_cast<std::size_t>(bucket - bucket_microseconds.begin())], 1);
    add(microseconds_, served.microseconds);
}

std::vector<MetricFamily> HttpMetrics::collect() const { return {requests(), durations()}; }

MetricFamily HttpMetrics::requests() const {
    std::vector<Sample> samples;
    for (std::size_t row = 0; row < names_.size(); ++row) {
        for (std::size_t method = 0; method < methods.size(); ++method) {
            for (std::size_t i = 0; i < statuses.size(); ++i) {
                const auto count = requests_[row][method][i].load(std::memory_order_relaxed);
                if (count == 0) continue;
                samples.push_back({static_cast<double>(count),
                                   {{"route", names_[row]},
                                    {"method", std::string(methods[method])},
                                    {"code", std::string(statuses[i])}}});
            }
        }
    }
    return counter("swiftgrid_http_requests_total",
                   "Requests answered, by route, method and status", std::move(samples));
}

MetricFamily HttpMetrics::durations() const {
    observe::HistogramValues values(bucket_microseconds);
    for (std::size_t i = 0; i < buckets_.size(); ++i)
        values.counts[i] = buckets_[i].load(std::memory_order_relaxed);
    values.sum = microseconds_.load(std::memory_order_relaxed);
    return histogram("swiftgrid_http_request_duration_seconds",
                     "Time from a request's arrival to its answer", microseconds_per_second,
                     {{values}});
}

}  // namespace swiftgrid::api
