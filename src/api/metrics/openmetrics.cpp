#include "api/metrics/openmetrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace swiftgrid::api {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

constexpr std::string_view total = "_total";

std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

// A bound is a float in its canonical form: 1.0, not 1.
std::string bound_text(double value) {
    std::string text = number_text(value);
    if (text.find_first_of(".eIN") == std::string::npos) text += ".0";
    return text;
}

// For labels and help texts alike: in OpenMetrics quotes are escaped in both.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out += '\\';
        out += c;
    }
    return out;
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix,
                   const ClientMetric& metric, std::string_view bound, std::string_view value) {
    out += name;
    out += suffix;
    std::string labels;
    for (const auto& label : metric.label)
        labels +=
            fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",", label.name, escaped(label.value));
    if (!bound.empty()) labels += fmt::format("{}le=\"{}\"", labels.empty() ? "" : ",", bound);
    if (!labels.empty()) out += "{" + labels + "}";
    out += ' ';
    out += value;
    out += '\n';
}

void append_histogram(std::string& out, std::string_view name, const ClientMetric& metric) {
    const auto& histogram = metric.histogram;
    for (const auto& bucket : histogram.bucket)
        append_sample(out, name, "_bucket", metric, bound_text(bucket.upper_bound),
                      std::to_string(bucket.cumulative_count));
    const std::string count = std::to_string(histogram.sample_count);
    append_sample(out, name, "_bucket", metric, "+Inf", count);
    append_sample(out, name, "_count", metric, "", count);
    append_sample(out, name, "_sum", metric, "", number_text(histogram.sample_sum));
}

std::string_view unit_of(std::string_view name) {
    for (const std::string_view unit : {"seconds", "bytes"})
        if (name.ends_with(unit)) return unit;
    return "";
}

void append_family(std::string& out, const MetricFamily& family) {
    std::string_view name = family.name;
    const bool is_counter = family.type == MetricType::Counter;
    if (is_counter && name.ends_with(total)) name.remove_suffix(total.size());
    const bool is_histogram = family.type == MetricType::Histogram;
    out += fmt::format("# TYPE {} {}\n", name,
                       is_counter     ? "counter"
                       : is_histogram ? "histogram"
                                      : "gauge");
    if (const auto unit = unit_of(name); !unit.empty())
        out += fmt::format("# UNIT {} {}\n", name, unit);
    out += fmt::format("# HELP {} {}\n", name, escaped(family.help));
    for (const ClientMetric& metric : family.metric) {
        if (is_histogram)
            append_histogram(out, name, metric);
        else
            append_sample(out, name, is_counter ? total : "", metric, "",
                          number_text(is_counter ? metric.counter.value : metric.gauge.value));
    }
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

// Takes what stands before the next separator.
std::string_view take_part(std::string_view& rest, char separator) {
    const auto end = std::min(rest.find(separator), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return trimmed(part);
}

// How much one of the accepted types is wanted, and which it is.
std::pair<std::string_view, double> read_wish(std::string_view wish) {
    const std::string_view type = take_part(wish, ';');
    double weight = 1;
    while (!wish.empty()) {
        std::string_view parameter = take_part(wish, ';');
        const std::string_view name = take_part(parameter, '=');
        if (name != "q") continue;
        const auto read =
            std::from_chars(parameter.data(), parameter.data() + parameter.size(), weight);
        if (read.ec != std::errc()) weight = 0;
    }
    return {type, weight};
}

}  // namespace

std::string openmetrics_text(const std::vector<MetricFamily>& families) {
    std::string out;
    for (const MetricFamily& family : families)
        if (!family.metric.empty()) append_family(out, family);
    out += "# EOF\n";
    return out;
}

bool prefers_openmetrics(std::string_view accept) {
    double open = 0;
    double plain = 0;
    while (!accept.empty()) {
        const auto [type, weight] = read_wish(take_part(accept, ','));
        if (type == "application/openmetrics-text") open = std::max(open, weight);
        if (type == "text/plain") plain = std::max(plain, weight);
    }
    return open > 0 && open >= plain;
}

}  // namespace swiftgrid::api
