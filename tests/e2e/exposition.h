#pragma once

// Reads what /metrics answers as strictly as the specifications of both formats are written, and
// says everything that is wrong with it. Written from the specifications, not with the server's
// code.

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swiftgrid::e2e {

enum class ExpositionFormat { text_0_0_4, openmetrics };

class Exposition {
public:
    using Labels = std::map<std::string, std::string>;

    Exposition(std::string_view text, ExpositionFormat format);

    const std::vector<std::string>& errors() const { return errors_; }

    // The one sample of that name whose labels are exactly these; nothing when there is none.
    std::optional<double> value(const std::string& name, const Labels& labels = {}) const;
    // Of all samples of that name that have these labels, besides others.
    double sum(const std::string& name, const Labels& labels = {}) const;
    // Different values of a label.
    std::vector<std::string> label_values(const std::string& name, const std::string& label) const;
    // The type by the name of a family.
    std::map<std::string, std::string> types() const;
    std::size_t sample_count() const { return samples_.size(); }

private:
    struct Sample {
        std::string name;
        Labels labels;
        double value = 0;
        std::size_t line = 0;
    };
    struct Family {
        std::string type;
        bool has_help = false;
        bool has_unit = false;
        std::vector<std::size_t> samples;
    };

    void fail(const std::string& what);
    void read_line(std::string_view line);
    void read_comment(std::string_view line);
    void read_sample(std::string_view line);
    bool read_labels(std::string_view& rest, Labels& labels);
    bool read_label_value(std::string_view& rest, std::string& value);
    void enter(const std::string& family);
    bool belongs(const std::string& sample, const std::string& family) const;
    void add(Sample sample);
    void check_families();
    // The buckets, _sum and _count of one set of labels.
    struct Series {
        double bound = -std::numeric_limits<double>::infinity();
        double below = 0;
        bool has_all = false;
        std::optional<double> sum = {};
        std::optional<double> count = {};
    };
    void check_histogram(const std::string& name, const Family& family);
    void check_ends(const std::string& name, const Series& series);

    ExpositionFormat format_;
    std::size_t line_ = 0;
    bool has_ended_ = false;  // "# EOF" was read
    std::string current_;
    std::map<std::string, Family> families_;
    std::vector<Sample> samples_;
    std::map<std::pair<std::string, Labels>, std::size_t> series_;
    std::vector<std::string> errors_;
};

}  // namespace swiftgrid::e2e
