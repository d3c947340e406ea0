#include "api/metrics/families.h"

namespace swiftgrid::api {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

MetricFamily family_of(MetricType type, std::string name, std::string help,
                       std::vector<Sample> samples) {
    MetricFamily family{std::move(name), std::move(help), type, {}};
    for (Sample& sample : samples) {
        ClientMetric metric;
        metric.label = std::move(sample.labels);
        (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = sample.value;
        family.metric.push_back(std::move(metric));
    }
    return family;
}

ClientMetric metric_of(const LabelledHistogram& one, double divisor) {
    ClientMetric metric;
    metric.label = one.labels;
    ClientMetric::Histogram& histogram = metric.histogram;
    for (std::size_t i = 0; i < one.values.counts.size(); ++i) {
        histogram.sample_count += one.values.counts[i];
        if (i == one.values.bounds.size()) break;  // the format adds +Inf itself
        histogram.bucket.push_back(
            {histogram.sample_count, static_cast<double>(one.values.bounds[i]) / divisor});
    }
    histogram.sample_sum = static_cast<double>(one.values.sum) / divisor;
    return metric;
}

}  // namespace

MetricFamily counter(std::string name, std::string help, std::vector<Sample> samples) {
    return family_of(MetricType::Counter, std::move(name), std::move(help), std::move(samples));
}

MetricFamily gauge(std::string name, std::string help, std::vector<Sample> samples) {
    return family_of(MetricType::Gauge, std::move(name), std::move(help), std::move(samples));
}

MetricFamily counter(std::string name, std::string help, double value) {
    return counter(std::move(name), std::move(help), std::vector<Sample>{{value}});
}

MetricFamily gauge(std::string name, std::string help, double value) {
    return gauge(std::move(name), std::move(help), std::vector<Sample>{{value}});
}

MetricFamily counter(std::string name, std::string help, const observe::Counters& counters) {
    std::vector<Sample> samples;
    for (const auto& series : counters.series()) {
        Sample sample{static_cast<double>(series.count)};
        for (std::size_t i = 0; i < series.values.size(); ++i)
            sample.labels.push_back({counters.labels()[i], series.values[i]});
        samples.push_back(std::move(sample));
    }
    return counter(std::move(name), std::move(help), std::move(samples));
}

MetricFamily histogram(std::string name, std::string help, double divisor,
                       const std::vector<LabelledHistogram>& all) {
    MetricFamily family{std::move(name), std::move(help), MetricType::Histogram, {}};
    for (const LabelledHistogram& one : all) family.metric.push_back(metric_of(one, divisor));
    return family;
}

}  // namespace swiftgrid::api
