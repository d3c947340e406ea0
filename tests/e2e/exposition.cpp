#include "exposition.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

namespace swiftgrid::e2e {
namespace {

bool is_name_start(char c, bool may_have_colon) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (may_have_colon && c == ':');
}

std::string take_name(std::string_view& rest, bool may_have_colon) {
    std::size_t length = 0;
    while (length < rest.size() && (is_name_start(rest[length], may_have_colon) ||
                                    (length > 0 && rest[length] >= '0' && rest[length] <= '9')))
        ++length;
    std::string name(rest.substr(0, length));
    rest.remove_prefix(length);
    return name;
}

std::optional<double> number_of(std::string_view text) {
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text == "-Inf") return -std::numeric_limits<double>::infinity();
    if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos)
        return std::nullopt;
    const std::string copy(text);
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    if (end != copy.c_str() + copy.size()) return std::nullopt;
    return value;
}

bool take(std::string_view& rest, std::string_view expected) {
    if (!rest.starts_with(expected)) return false;
    rest.remove_prefix(expected.size());
    return true;
}

}  // namespace

Exposition::Exposition(std::string_view text, ExpositionFormat format) : format_(format) {
    if (!text.ends_with('\n')) fail("the last line has no end");
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        ++line_;
        read_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (format_ == ExpositionFormat::openmetrics && !has_ended_) fail("# EOF is missing");
    check_families();
}

void Exposition::fail(const std::string& what) {
    errors_.push_back("line " + std::to_string(line_) + ": " + what);
}

void Exposition::read_line(std::string_view line) {
    if (has_ended_) return fail("something comes after # EOF");
    if (line.empty()) return fail("an empty line");
    if (line.starts_with('#'))
        read_comment(line);
    else
        read_sample(line);
}

void Exposition::read_comment(std::string_view line) {
    if (line == "# EOF" && format_ == ExpositionFormat::openmetrics) {
        has_ended_ = true;
        return;
    }
    std::string_view rest = line;
    if (!take(rest, "# ")) return fail("a comment that is none");
    const std::string keyword = take_name(rest, false);
    if (!take(rest, " ")) return fail("a keyword without a name");
    const std::string name = take_name(rest, true);
    if (name.empty() || !take(rest, " ") || rest.empty()) return fail("a name or text is missing");
    enter(name);
    Family& family = families_[name];
    if (!family.samples.empty()) fail(keyword + " comes after samples of " + name);
    if (keyword == "HELP") {
        if (std::exchange(family.has_help, true)) fail("two HELP lines for " + name);
    } else if (keyword == "TYPE") {
        if (!family.type.empty()) fail("two TYPE lines for " + name);
        family.type = rest;
        const std::set<std::string> known{"counter", "gauge", "histogram"};
        if (!known.contains(family.type)) fail("unknown type " + family.type);
    } else if (keyword == "UNIT" && format_ == ExpositionFormat::openmetrics) {
        family.has_unit = true;
        if (!name.ends_with("_" + std::string(rest))) fail(name + " does not end with its unit");
    } else {
        fail("unknown keyword " + keyword);
    }
}

// Lines of one family stand together.
void Exposition::enter(const std::string& family) {
    if (family == current_) return;
    if (families_.contains(family)) fail(family + " comes a second time");
    current_ = family;
}

bool Exposition::belongs(const std::string& sample, const std::string& family) const {
    const auto found = families_.find(family);
    if (found == families_.end()) return false;
    const std::string& type = found->second.type;
    if (type == "histogram")
        return sample == family + "_bucket" || sample == family + "_sum" ||
               sample == family + "_count";
    if (type != "counter") return sample == family;
    if (format_ == ExpositionFormat::openmetrics) return sample == family + "_total";
    return sample == family && sample.ends_with("_total");
}

bool Exposition::read_label_value(std::string_view& rest, std::string& value) {
    while (!rest.empty() && rest.front() != '"') {
        char c = rest.front();
        rest.remove_prefix(1);
        if (c == '\\') {
            if (rest.empty()) return false;
            const char escaped = rest.front();
            rest.remove_prefix(1);
            if (escaped != 'n' && escaped != '\\' && escaped != '"') return false;
            c = escaped == 'n' ? '\n' : escaped;
        }
        value += c;
    }
    return take(rest, "\"");
}

bool Exposition::read_labels(std::string_view& rest, Labels& labels) {
    if (!take(rest, "{")) return true;
    while (true) {
        const std::string label = take_name(rest, false);
        if (label.empty() || label.starts_with("__") || !take(rest, "=\"")) return false;
        std::string value;
        if (!read_label_value(rest, value)) return false;
        if (!labels.emplace(label, value).second) return false;
        if (take(rest, "}")) return true;
        if (!take(rest, ",")) return false;
    }
}

void Exposition::read_sample(std::string_view line) {
    Sample sample;
    sample.line = line_;
    std::string_view rest = line;
    sample.name = take_name(rest, true);
    if (sample.name.empty()) return fail("no name");
    if (!read_labels(rest, sample.labels)) return fail("broken labels: " + std::string(line));
    if (!take(rest, " ")) return fail("no value: " + std::string(line));
    const auto value = number_of(rest);
    if (!value) return fail("not a number: " + std::string(rest));
    sample.value = *value;
    if (!belongs(sample.name, current_)) return fail(sample.name + " is not of " + current_);
    add(std::move(sample));
}

void Exposition::add(Sample sample) {
    const auto [known, is_new] =
        series_.emplace(std::pair(sample.name, sample.labels), samples_.size());
    if (!is_new)
        return fail(sample.name + " is there twice with the same labels, first in line " +
                    std::to_string(samples_[known->second].line));
    families_[current_].samples.push_back(samples_.size());
    samples_.push_back(std::move(sample));
}

void Exposition::check_families() {
    for (const auto& [name, family] : families_) {
        line_ = family.samples.empty() ? line_ : samples_[family.samples.front()].line;
        if (family.type.empty()) fail(name + " has no TYPE");
        if (!family.has_help) fail(name + " has no HELP");
        if (family.samples.empty()) fail(name + " has no samples");
        const bool has_unit = name.ends_with("_seconds") || name.ends_with("_bytes");
        if (format_ == ExpositionFormat::openmetrics && has_unit != family.has_unit)
            fail(name + ": a UNIT is missing or too many");
        for (const std::size_t each : family.samples) {
            const Sample& sample = samples_[each];
            const bool is_sum = family.type != "gauge";
            if (is_sum && !(sample.value >= 0)) fail(sample.name + " counts below zero");
        }
        if (family.type == "histogram") check_histogram(name, family);
    }
}

void Exposition::check_histogram(const std::string& name, const Family& family) {
    std::map<Labels, Series> all;
    for (const std::size_t each : family.samples) {
        const Sample& sample = samples_[each];
        line_ = sample.line;
        Labels labels = sample.labels;
        const auto bound_label = labels.extract("le");
        Series& series = all[labels];
        if (sample.name.ends_with("_bucket") != !bound_label.empty()) fail("le is for buckets");
        if (sample.name == name + "_sum") series.sum = sample.value;
        if (sample.name == name + "_count") series.count = sample.value;
        if (bound_label.empty()) continue;
        const std::string& text = bound_label.mapped();
        const auto bound = number_of(text);
        if (!bound) {
            fail("le is not a number: " + text);
            continue;
        }
        const bool is_canonical = text.find_first_of(".eI") != std::string::npos;
        if (format_ == ExpositionFormat::openmetrics && !is_canonical)
            fail("le is not in its canonical form: " + text);
        if (!(*bound > series.bound)) fail("le does not ascend: " + text);
        if (sample.value < series.below) fail("buckets are not cumulative at le=" + text);
        series.bound = *bound;
        series.below = sample.value;
        series.has_all = std::isinf(*bound);
    }
    for (const auto& [labels, series] : all) check_ends(name, series);
}

void Exposition::check_ends(const std::string& name, const Series& series) {
    if (!series.has_all) fail(name + " has no bucket +Inf at its end");
    if (!series.sum || !series.count) fail(name + " has no _sum or _count");
    if (series.count && *series.count != series.below)
        fail(name + ": _count is not the bucket +Inf");
}

std::optional<double> Exposition::value(const std::string& name, const Labels& labels) const {
    const auto found = series_.find({name, labels});
    if (found == series_.end()) return std::nullopt;
    return samples_[found->second].value;
}

double Exposition::sum(const std::string& name, const Labels& labels) const {
    double all = 0;
    for (const Sample& sample : samples_) {
        const bool fits = sample.name == name && std::ranges::includes(sample.labels, labels);
        if (fits) all += sample.value;
    }
    return all;
}

std::vector<std::string> Exposition::label_values(const std::string& name,
                                                  const std::string& label) const {
    std::set<std::string> values;
    for (const Sample& sample : samples_) {
        const auto found = sample.labels.find(label);
        if (sample.name == name && found != sample.labels.end()) values.insert(found->second);
    }
    return {values.begin(), values.end()};
}

std::map<std::string, std::string> Exposition::types() const {
    std::map<std::string, std::string> types;
    for (const auto& [name, family] : families_) types[name] = family.type;
    return types;
}

}  // namespace swiftgrid::e2e
