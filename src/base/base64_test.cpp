#include "base/base64.h"

#include <array>

#include <gtest/gtest.h>

namespace swiftgrid {
namespace {

TEST(ToBase64, HasPaddingInTheStandardAlphabetOnly) {
    const std::string_view bytes("\xfb\xff\xfe\x01", 4);
    EXPECT_EQ(to_base64(bytes, Base64::standard), "+//+AQ==");
    EXPECT_EQ(to_base64(bytes, Base64::url), "-__-AQ");
    EXPECT_EQ(to_base64("", Base64::standard), "");
}

TEST(FromBase64, GivesBackWhatWasEncoded) {
    std::array<std::uint8_t, 4> bytes{};
    ASSERT_TRUE(from_base64("+//+AQ==", bytes, Base64::standard));
    EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{0xfb, 0xff, 0xfe, 0x01}));
    EXPECT_TRUE(from_base64("-__-AQ", bytes, Base64::url));
}

TEST(FromBase64, RefusesEverythingElse) {
    std::array<std::uint8_t, 4> bytes{};
    for (const char* text :
         {"", "+//+AQ", "+//+", "+//+AQID", "+//+AQ==x", "-__-AQ==", "+//+ AQ==", "+//+AQ==\n"})
        EXPECT_FALSE(from_base64(text, bytes, Base64::standard)) << text;
    EXPECT_FALSE(from_base64("+//+AQ", bytes, Base64::url));
}

}  // namespace
}  // namespace swiftgrid
