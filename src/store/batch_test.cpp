#include "store/batch.h"

#include <gtest/gtest.h>

#include "store/testing/samples.h"

namespace swiftgrid::store {
namespace {

using testing::noon;
using testing::run_of;

// One batch for each kind of row, so that none is forgotten.
std::vector<Batch> one_of_each() {
    std::vector<Batch> batches(6);
    batches[0].events = {testing::record_of(run_of(1), 1, 1)};
    batches[1].runs = {testing::row_of(run_of(1), "running")};
    batches[2].graphs = {{graph_id_of("{}"), "{}"}};
    batches[3].keys = {{"scope", "key", "print", run_of(1), noon}};
    batches[4].maps = {{run_of(1), "each", 3, 0, 0, noon, std::nullopt}};
    batches[5].tokens = {{{}, run_of(1), "wait"}};
    return batches;
}

TEST(Batch, WithAnyRowIsNotEmptyAndHasASize) {
    EXPECT_TRUE(Batch{}.empty());
    EXPECT_EQ(size_bytes(Batch{}), 0u);
    for (const Batch& batch : one_of_each()) {
        EXPECT_FALSE(batch.empty());
        EXPECT_GE(size_bytes(batch), 100u);
    }
}

TEST(Batch, TakesEveryKindOfRowBehindItsOwn) {
    Batch all;
    std::size_t bytes = 0;
    for (int round = 0; round < 2; ++round) {
        for (Batch& batch : one_of_each()) {
            bytes += size_bytes(batch);
            append(all, std::move(batch));
        }
    }
    EXPECT_EQ(size_bytes(all), bytes);
    EXPECT_EQ(all.events.size(), 2u);
    EXPECT_EQ(all.runs.size(), 2u);
    EXPECT_EQ(all.graphs.size(), 2u);
    EXPECT_EQ(all.keys.size(), 2u);
    EXPECT_EQ(all.maps.size(), 2u);
    EXPECT_EQ(all.tokens.size(), 2u);
    EXPECT_EQ(all.maps[1], one_of_each()[4].maps[0]);
}

}  // namespace
}  // namespace swiftgrid::store
