#pragma once

// OpenMetrics 1.0, which prometheus-cpp does not write: like Prometheus' own text, but families of
// counters lose their `_total`, units are named, and the end is marked.

#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

namespace swiftgrid::api {

constexpr std::string_view openmetrics_type =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

std::string openmetrics_text(const std::vector<prometheus::MetricFamily>& families);

// Whether a value of the header Accept prefers OpenMetrics to the plain text format.
bool prefers_openmetrics(std::string_view accept);

}  // namespace swiftgrid::api
