#include "net/http_date.h"

#include <gtest/gtest.h>

namespace swiftgrid::net {
namespace {

TEST(HttpDate, IsReadInItsThreeForms) {
    constexpr Instant expected{784'111'777'000};
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), expected);
}

TEST(HttpDate, IsNothingForOtherText) {
    for (const char* text :
         {"", "soon", "120", "1.5", "08:49:37", "Sun, 06 Nov 1994", "Nov 99 1:1"})
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

}  // namespace
}  // namespace swiftgrid::net
