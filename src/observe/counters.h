#pragma once

// Counters told apart by labels whose values are not known beforehand, such as the name of a model.
// For what happens some thousand times a second at most: it takes a lock. No more than `series_max`
// combinations of values are kept apart; what comes later is counted with `other` for each label,
// so that nobody who names things can make the number of series grow.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace swiftgrid::observe {

class Counters {
public:
    explicit Counters(std::vector<std::string> labels,
                      std::size_t series_max = limits::metric_series)
        : labels_(std::move(labels)), series_max_(series_max) {}

    using Values = std::vector<std::string>;  // one for each label

    // Any thread.
    void add(const Values& values, std::uint64_t amount = 1);

    struct Series {
        Values values;
        std::uint64_t count = 0;
    };
    std::vector<Series> series() const;
    const std::vector<std::string>& labels() const { return labels_; }

private:
    const std::vector<std::string> labels_;
    const std::size_t series_max_;
    mutable std::mutex mutex_;
    std::map<Values, std::uint64_t> counts_;
};

}  // namespace swiftgrid::observe
