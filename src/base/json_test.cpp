#include "base/json.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid {
namespace {

JsonText text(std::string_view source) { return JsonText::parse(source).value(); }

TEST(Utf16Length, CountsAsJavaScriptDoes) {
    EXPECT_EQ(utf16_length(""), 0U);
    EXPECT_EQ(utf16_length("a\u00e9\u4e2d\U0001f600"), 5U);
}

TEST(JsonText, RemovesWhiteSpaceAndKeepsNumbersAsWritten) {
    EXPECT_EQ(text(" { \"a\" : [ 1.50 , 2e3 ] } ").view(), R"({"a":[1.50,2e3]})");
}

TEST(JsonText, RefusesWhatIsNotJson) {
    for (auto source : {"", "{", "{'a':1}", "[1,]", "nul", "\"\\ud800\"", "\xff", "1 2"})
        EXPECT_FALSE(JsonText::parse(source).has_value()) << source;
}

TEST(JsonText, RefusesAViewOfNothing) {
    EXPECT_EQ(JsonText::parse(std::string_view()).error().message, "expected JSON, found nothing");
    EXPECT_EQ(parse_json(std::string_view()).error().message, "expected JSON, found nothing");
}

TEST(JsonText, AcceptsIntegersBeyond64Bits) {
    EXPECT_EQ(text("123456789012345678901234567890").kind(), JsonKind::number);
}

TEST(JsonText, RefusesDocumentsThatAreTooDeep) {
    const std::string deep(limits::json_depth + 1, '[');
    const std::string close(limits::json_depth + 1, ']');
    const auto result = JsonText::parse(deep + close);
    ASSERT_FALSE(result.has_value());
    EXPECT_NE(result.error().message.find("deeper"), std::string::npos);
}

TEST(JsonText, ReadsMembersAndElements) {
    const auto document = text(R"({"a":{"b":[10,{"c":"x"},null]},"":1,"é":2})");
    EXPECT_EQ(document.child("a")->child("b")->child(std::size_t{1})->view(), R"({"c":"x"})");
    EXPECT_EQ(document.child("a")->child("b")->child("length")->view(), "3");
    EXPECT_EQ(document.child("a")->child("b")->child(std::size_t{2})->view(), "null");
    EXPECT_EQ(document.child("")->view(), "1");
    EXPECT_EQ(document.child("é")->view(), "2");
    EXPECT_FALSE(document.child("x"));
    EXPECT_FALSE(document.child("a")->child("b")->child(std::size_t{3}));
}

TEST(JsonText, FindsAMemberWhoseNameIsEscaped) {
    EXPECT_EQ(text(R"({"a\u0062":7})").child("ab")->view(), "7");
}

TEST(JsonText, CountsTheLengthOfAStringAsJavaScriptDoes) {
    EXPECT_EQ(text(R"("a\u00e9\ud83d\ude00")").child("length")->view(), "4");
}

TEST(JsonText, GivesTheCharactersOfAStringAndTheTextOfTheRest) {
    EXPECT_EQ(text(R"("a\"b")").as_plain_text(), "a\"b");
    EXPECT_EQ(text("{\"a\":1}").as_plain_text(), "{\"a\":1}");
}

TEST(ToJson, WritesNumbersInTheirShortestForm) {
    EXPECT_EQ(to_json(parse_json("[1.5, 100.0, 1e300, -0.1]").value()), "[1.5,100,1e+300,-0.1]");
}

TEST(ParseJson, ReadsDoublesExactly) {
    for (auto number : {"2.222022222222022e+52", "0.1", "1.7976931348623157e+308", "5e-324"})
        EXPECT_EQ(to_json(parse_json(number).value()), number);
}

TEST(ParseJson, ReadsIntegersBeyond64BitsAsTheNearestDoubles) {
    const auto read = [](std::string_view source) { return to_json(parse_json(source).value()); };
    // Written without an exponent, as that is no longer.
    const std::string large = read("999068666568686665665.99900");
    EXPECT_EQ(large, "999068666568686698496");
    EXPECT_EQ(read(large), large);
    EXPECT_EQ(read("[-99999999999999999999, 18446744073709551615, -9223372036854775808]"),
              "[-1e+20,18446744073709551615,-9223372036854775808]");
    EXPECT_EQ(read(R"({"\"100000000000000000000":"\\100000000000000000000"})"),
              R"({"\"100000000000000000000":"\\100000000000000000000"})");
    EXPECT_EQ(read(R"({"a\"":"\\","b":100000000000000000000})"), R"({"a\"":"\\","b":1e+20})");
}

TEST(ParseJson, RefusesNumbersThatNoDoubleIsNear) {
    for (auto number : {"1e999", "[1e999,100000000000000000000]", "0100000000000000000000",
                        "100000000000000000000-1"})
        EXPECT_FALSE(parse_json(number).has_value()) << number;
}

TEST(ParseJson, TakesTheLastOfTwoMembersWithOneName) {
    EXPECT_EQ(to_json(parse_json(R"({"a":1,"a":2})").value()), R"({"a":2})");
}

TEST(JsonTree, WritesNegativeZeroAsJavaScriptDoes) {
    for (auto number : {"-0.0", "-0e3"}) {
        EXPECT_EQ(canonical_json(parse_json(number).value()), "0") << number;
        EXPECT_EQ(to_json(parse_json(number).value()), "0") << number;
    }
}

TEST(CanonicalJson, SortsMembers) {
    EXPECT_EQ(canonical_json(parse_json(R"({"b":1,"a":{"d":2,"c":3}})").value()),
              R"({"a":{"c":3,"d":2},"b":1})");
}

TEST(AppendJsonString, EscapesControlCharacters) {
    std::string out;
    append_json_string(out, std::string_view("a\"\\\n\x01\0", 6));
    EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\\u0000\"");
}

TEST(JsonText, KnowsWhetherItIsDeeperThanAllowed) {
    const auto deeper = [](std::string_view text, std::size_t levels) {
        return JsonText::trusted(std::string(text)).is_deeper_than(levels);
    };
    EXPECT_FALSE(deeper("12", 0));
    EXPECT_TRUE(deeper("[]", 0));
    EXPECT_FALSE(deeper("[[],[{}]]", 3));
    EXPECT_TRUE(deeper("[[],[{}]]", 2));
    EXPECT_FALSE(deeper(R"({"[[[[":"\"[[[\\"})", 1));
    EXPECT_TRUE(deeper(R"({"[[[[":["\"[[[\\"]})", 1));
}

}  // namespace
}  // namespace swiftgrid
