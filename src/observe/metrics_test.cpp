#include <thread>

#include <gmock/gmock.h>

#include "observe/counters.h"
#include "observe/histogram.h"
#include "observe/slots.h"

namespace swiftgrid::observe {
namespace {

using testing::ElementsAre;

constexpr std::array<std::int64_t, 3> bounds{10, 20, 50};

TEST(Histogram, CountsABoundInItsOwnBucket) {
    Histogram histogram(bounds);
    for (const int size : {0, 10, 11, 20, 50, 51, 1'000'000}) histogram.observe(size);
    const HistogramValues values = histogram.values();
    EXPECT_THAT(values.counts, ElementsAre(2, 2, 1, 2));
    EXPECT_EQ(values.sum, 1'000'142u);
    EXPECT_EQ(values.count(), 7u);
}

TEST(Histogram, TakesTimesThatWentBackwardsAsNone) {
    Histogram histogram(bounds);
    histogram.observe(-5);
    EXPECT_THAT(histogram.values().counts, ElementsAre(1, 0, 0, 0));
    EXPECT_EQ(histogram.values().sum, 0u);
}

TEST(Histogram, IsAddedUpOverItsWriters) {
    std::array<Histogram, 2> histograms{Histogram(bounds), Histogram(bounds)};
    std::vector<std::thread> writers;
    for (Histogram& histogram : histograms)
        writers.emplace_back([&histogram] {
            for (int i = 0; i < 100'000; ++i) histogram.observe(i % 60);
        });
    // Reading meanwhile never shows more than was observed.
    for (int i = 0; i < 100; ++i) EXPECT_LE(histograms[0].values().count(), 100'000u);
    for (std::thread& writer : writers) writer.join();
    HistogramValues all = histograms[0].values();
    all.add(histograms[1].values());
    EXPECT_EQ(all.count(), 200'000u);
}

TEST(Counters, KeepSoManyCombinationsApart) {
    Counters counters({"provider", "model"}, 2);
    counters.add({"openai", "a"});
    counters.add({"openai", "b"}, 5);
    counters.add({"evil", "c"}, 2);
    counters.add({"evil", "d"});
    counters.add({"openai", "a"});
    const auto series = counters.series();
    ASSERT_EQ(series.size(), 3u);
    EXPECT_THAT(series[0].values, ElementsAre("openai", "a"));
    EXPECT_EQ(series[0].count, 2u);
    EXPECT_EQ(series[1].count, 5u);
    EXPECT_THAT(series[2].values, ElementsAre("other", "other"));
    EXPECT_EQ(series[2].count, 3u);
}

TEST(Slots, AreGivenToTheFirstKeysForGood) {
    Slots<int> slots(2);
    EXPECT_EQ(slots.slot_of(7), 0u);
    EXPECT_EQ(slots.slot_of(9), 1u);
    EXPECT_TRUE(slots.is_full());
    EXPECT_FALSE(slots.slot_of(11));
    EXPECT_EQ(slots.slot_of(7), 0u);
    EXPECT_THAT(slots.keys(), ElementsAre(7, 9));
}

}  // namespace
}  // namespace swiftgrid::observe
