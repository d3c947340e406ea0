#pragma once

// How often which size was seen. One thread observes, any thread reads; observing is a search
// among some twenty bounds and two stores. Each writer has its own histogram, and whoever shows
// them adds them up.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.h"
#include "observe/count.h"

namespace swiftgrid::observe {

// Upper bounds in ascending order, in a unit of the maker's choice; a bound belongs to its bucket.
using Bounds = std::span<const std::int64_t>;

struct HistogramValues {
    Bounds bounds;
    std::vector<std::uint64_t> counts;  // not cumulative; one more than bounds, for all above
    std::uint64_t sum = 0;              // in the unit of the bounds

    explicit HistogramValues(Bounds of) : bounds(of), counts(of.size() + 1) {}

    // Requires the same bounds.
    void add(const HistogramValues& other) {
        SG_ASSERT(bounds.data() == other.bounds.data(), "only equal buckets can be added up");
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
        sum += other.sum;
    }
    std::uint64_t count() const {
        std::uint64_t all = 0;
        for (const std::uint64_t each : counts) all += each;
        return all;
    }
};

class Histogram {
public:
    static constexpr std::size_t buckets_max = 20;

    // `bounds` outlive the histogram: name a constant.
    explicit Histogram(Bounds bounds) : bounds_(bounds) {
        SG_ASSERT(bounds.size() < buckets_max, "the buckets fit");
    }

    // Sizes below zero, of a clock that was set back, count as zero.
    void observe(std::int64_t size) {
        size = std::max<std::int64_t>(size, 0);
        const auto bound = std::ranges::lower_bound(bounds_, size);
        counts_[static_cast<std::size_t>(bound - bounds_.begin())].add();
        sum_.add(static_cast<std::uint64_t>(size));
    }

    HistogramValues values() const {
        HistogramValues all(bounds_);
        for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] = counts_[i].value();
        all.sum = sum_.value();
        return all;
    }

private:
    Bounds bounds_;
    std::array<Count, buckets_max> counts_{};
    Count sum_;
};

}  // namespace swiftgrid::observe
