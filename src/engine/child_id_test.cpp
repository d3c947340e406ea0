#include "engine/child_id.h"

#include <gtest/gtest.h>

namespace swiftgrid::engine {
namespace {

const Instant noon{1'800'000'000'000};
const RunId parent = parse_id<RunId>("0192f0c1-2a00-7000-8000-000000000001").value();

TEST(ChildId, OfAnItemTellsItsPlace) {
    for (const std::uint32_t item : {0U, 1U, 2U, 255U, 256U, 99'999U, 1'048'575U})
        for (const std::uint32_t attempt : {1U, 2U, 11U, 15U})
            EXPECT_EQ(place_of_item(child_id({parent, 3, attempt, item}, noon)),
                      (ItemPlace{item, attempt}));
    EXPECT_EQ(place_of_item(child_id({parent, 3, 40, 7}, noon)), (ItemPlace{7, 15}));
}

TEST(ChildId, SortsLikeItemsAndTheirAttempts) {
    EXPECT_LT(child_id({parent, 3, 1, 7}, noon), child_id({parent, 3, 2, 7}, noon));
    EXPECT_LT(child_id({parent, 3, 15, 7}, noon), child_id({parent, 3, 1, 8}, noon));
}

TEST(ChildId, LiesBehindThePlaceBeforeItsItem) {
    for (const std::uint32_t item : {0U, 1U, 255U, 256U, 99'999U}) {
        EXPECT_LT(id_before_item(item, noon), child_id({parent, 3, 1, item}, noon));
        EXPECT_LT(child_id({parent, 3, 15, item}, noon), id_before_item(item + 1, noon));
    }
}

TEST(ChildId, StaysOnTheShardOfItsParent) {
    for (const std::uint32_t item : {0U, 255U, 99'999U}) {
        const RunId child = child_id({parent, 3, 1, item, true}, noon);
        EXPECT_EQ(shard_byte(child), shard_byte(parent));
        EXPECT_EQ(place_of_item(child), (ItemPlace{item, 1}));
        EXPECT_LT(id_before_item(item, noon), child);
        EXPECT_NE(child, child_id({parent, 4, 1, item, true}, noon));
    }
}

// Open maps of older data folders go on with the runs that they have started.
TEST(ChildId, OfARunThatIsAnywhereIsWhatItWas) {
    EXPECT_EQ(to_string(child_id({parent, 3, 1, 7}, noon)), "01a3185c-5000-7000-81c5-294e9af0dc19");
}

}  // namespace
}  // namespace swiftgrid::engine
