#pragma once

// Makes the values that the writers of /metrics take. Numbers are given in the unit of our own
// counters and divided on the way out, where the convention is seconds and bytes.

#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "observe/counters.h"
#include "observe/histogram.h"

namespace swiftgrid::api {

using Families = std::vector<prometheus::MetricFamily>;
using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

struct Sample {
    double value = 0;
    MetricLabels labels = {};
};

prometheus::MetricFamily counter(std::string name, std::string help, std::vector<Sample> samples);
prometheus::MetricFamily gauge(std::string name, std::string help, std::vector<Sample> samples);
prometheus::MetricFamily counter(std::string name, std::string help, double value);
prometheus::MetricFamily gauge(std::string name, std::string help, double value);
prometheus::MetricFamily counter(std::string name, std::string help,
                                 const observe::Counters& counters);

constexpr double milliseconds_per_second = 1e3;
constexpr double microseconds_per_second = 1e6;

struct LabelledHistogram {
    observe::HistogramValues values;
    MetricLabels labels = {};
};
// `divisor` makes of the unit of the values that of the name.
prometheus::MetricFamily histogram(std::string name, std::string help, double divisor,
                                   const std::vector<LabelledHistogram>& all);

}  // namespace swiftgrid::api
