#include "observe/counters.h"

#include "base/assert.h"

namespace swiftgrid::observe {

void Counters::add(const Values& values, std::uint64_t amount) {
    SG_ASSERT(values.size() == labels_.size(), "each label has a value");
    const std::lock_guard lock(mutex_);
    auto found = counts_.find(values);
    if (found == counts_.end()) {
        const bool is_room = counts_.size() < series_max_;
        found = counts_.try_emplace(is_room ? values : Values(labels_.size(), "other")).first;
    }
    found->second += amount;
}

std::vector<Counters::Series> Counters::series() const {
    const std::lock_guard lock(mutex_);
    std::vector<Series> all;
    all.reserve(counts_.size());
    for (const auto& [values, count] : counts_) all.push_back({values, count});
    return all;
}

}  // namespace swiftgrid::observe
