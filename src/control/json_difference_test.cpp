#include "control/json_difference.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

std::string differences(Match match, std::string_view expected, std::string_view found,
                        std::size_t count_max = 10) {
    Differences differences(match, count_max);
    differences.compare("", parse_json(expected).value(), parse_json(found).value());
    return to_json(differences_json(differences.items(), "expected", "found"));
}

TEST(JsonDifference, LetsAnObjectHaveMoreMembersThanExpected) {
    EXPECT_EQ(differences(Match::partial, R"({"a":{"b":1}})", R"({"a":{"b":1,"c":2},"d":3})"),
              "[]");
    EXPECT_EQ(differences(Match::exact, R"({"a":{"b":1}})", R"({"a":{"b":1,"c":2}})"),
              R"([{"pointer":"/a/c","found":2}])");
}

TEST(JsonDifference, NamesWhatIsMissingAndWhatIsAnother) {
    EXPECT_EQ(differences(Match::partial, R"({"a":1,"b":"x"})", R"({"b":"y"})"),
              R"([{"pointer":"/a","expected":1},{"pointer":"/b","expected":"x","found":"y"}])");
    EXPECT_EQ(differences(Match::partial, "null", R"({"a":1})"),
              R"([{"pointer":"","expected":null,"found":{"a":1}}])");
}

TEST(JsonDifference, ComparesListsPlaceByPlaceAndInLength) {
    EXPECT_EQ(differences(Match::partial, "[1,{\"a\":2}]", "[1,{\"a\":2,\"b\":3}]"), "[]");
    EXPECT_EQ(differences(Match::partial, "[1,2]", "[1]"), R"([{"pointer":"/1","expected":2}])");
    EXPECT_EQ(differences(Match::partial, "[1]", "[1,2]"), R"([{"pointer":"/1","found":2}])");
}

TEST(JsonDifference, TakesNumbersForWhatTheyAre) {
    EXPECT_EQ(differences(Match::exact, "[1, 2.0, 3]", "[1.0, 2, 3e0]"), "[]");
    EXPECT_NE(differences(Match::exact, "9007199254740993", "9007199254740992"), "[]");
    EXPECT_NE(differences(Match::exact, "1", "\"1\""), "[]");
}

TEST(JsonDifference, EscapesNamesInPointers) {
    EXPECT_EQ(differences(Match::partial, R"({"a/b~c":1})", R"({"a/b~c":2})"),
              R"([{"pointer":"/a~1b~0c","expected":1,"found":2}])");
}

TEST(JsonDifference, StopsWhenNobodyReadsOn) {
    EXPECT_EQ(differences(Match::partial, "[1,2,3]", "[0,0,0]", 1),
              R"([{"pointer":"/0","expected":1,"found":0}])");
}

TEST(JsonDifference, CutsLongValuesBetweenCharacters) {
    std::string text = "x";  // so that the limit falls inside a character
    while (text.size() < 2 * limits::flow_test_value_bytes) text += "ä";
    const json::value cut = shortened(json::value(text));
    ASSERT_TRUE(cut.is_string());
    EXPECT_LT(cut.get_string().size(), limits::flow_test_value_bytes + 50);
    EXPECT_TRUE(parse_json(to_json(cut)).has_value());
    EXPECT_EQ(shortened(json::value("short")), json::value("short"));
}

}  // namespace
}  // namespace swiftgrid::control
