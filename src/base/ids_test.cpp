#include "base/ids.h"

#include <gtest/gtest.h>

namespace swiftgrid {
namespace {

TEST(Uuid, SurvivesTheWayThroughText) {
    const std::string text = "01890a5d-ac96-774b-bcce-b302099a8057";
    EXPECT_EQ(to_string(parse_uuid(text).value()), text);
}

TEST(Uuid, IsRefusedWhenMalformed) {
    for (auto text :
         {"", "x", "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805g",
          "01890a5d_ac96_774b_bcce_b302099a8057"})
        EXPECT_FALSE(parse_uuid(text).has_value()) << text;
}

TEST(Uuid, OfVersion7SortsByTime) {
    const std::array<std::uint8_t, 10> high{255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    const std::array<std::uint8_t, 10> low{};
    const Uuid earlier = make_uuid_v7(Instant{1000}, high);
    const Uuid later = make_uuid_v7(Instant{1001}, low);
    EXPECT_LT(earlier, later);
    EXPECT_EQ(to_string(earlier).at(14), '7');
}

TEST(GraphId, IsEqualForEqualTextOnly) {
    EXPECT_EQ(graph_id_of("{}"), graph_id_of("{}"));
    EXPECT_NE(graph_id_of("{}"), graph_id_of("[]"));
    EXPECT_EQ(parse_graph_id(to_string(graph_id_of("{}"))).value(), graph_id_of("{}"));
}

TEST(Instant, IsPrintedAsRfc3339) {
    EXPECT_EQ(to_rfc3339(Instant{0}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(Instant{1795532645123}), "2026-11-24T15:04:05.123Z");
}

TEST(Instant, IsReadWithOffsetAndFraction) {
    EXPECT_EQ(parse_rfc3339("2026-11-24T16:04:05.123456+01:00").value(), Instant{1795532645123});
    EXPECT_EQ(parse_rfc3339("2026-11-24T15:04:05Z").value(), Instant{1795532645000});
    for (auto text : {"", "2026-02-30T00:00:00Z", "2026-11-24", "2026-11-24T15:04:05",
                      "2026-11-24T25:04:05Z", "2026-11-24T15:04:05Zx"})
        EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
}

}  // namespace
}  // namespace swiftgrid
