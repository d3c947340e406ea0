#include "net/retry_after.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::net {
namespace {

constexpr Instant noon{784'123'200'000};  // Sun, 06 Nov 1994 12:00:00 GMT

std::optional<std::int64_t> wait_of(std::vector<HttpHeader> headers) {
    HttpResponse response;
    response.headers = std::move(headers);
    return retry_after_ms(response, noon);
}

TEST(RetryAfter, CountsSeconds) {
    EXPECT_EQ(wait_of({{"retry-after", "120"}}), 120'000);
    EXPECT_EQ(wait_of({{"retry-after", "0"}}), 0);
    EXPECT_EQ(wait_of({{"retry-after", "99999999999999999999"}}), limits::retry_after_ms_max);
}

TEST(RetryAfter, RoundsFractionsUp) {
    EXPECT_EQ(wait_of({{"retry-after", "1.5"}}), 1'500);
    EXPECT_EQ(wait_of({{"retry-after", "0.0001"}}), 1);
}

TEST(RetryAfter, TakesTheExactHeaderFirst) {
    EXPECT_EQ(wait_of({{"retry-after", "2"}, {"retry-after-ms", "1234.5"}}), 1'235);
    EXPECT_EQ(wait_of({{"retry-after", "2"}, {"retry-after-ms", "?"}}), 2'000);
}

TEST(RetryAfter, CountsFromTheServersOwnClockToADate) {
    EXPECT_EQ(wait_of({{"date", "Wed, 01 Jan 2020 00:00:00 GMT"},
                       {"retry-after", "Wed, 01 Jan 2020 00:00:07 GMT"}}),
              7'000);
}

TEST(RetryAfter, CountsFromNowWhenTheAnswerHasNoDate) {
    EXPECT_EQ(wait_of({{"retry-after", "Sun, 06 Nov 1994 12:01:00 GMT"}}), 60'000);
    EXPECT_EQ(wait_of({{"date", "today"}, {"retry-after", "Sun, 06 Nov 1994 12:01:00 GMT"}}),
              60'000);
}

TEST(RetryAfter, OfADateThatIsPastIsNoWait) {
    EXPECT_EQ(wait_of({{"retry-after", "Sun, 06 Nov 1994 11:00:00 GMT"}}), 0);
}

TEST(RetryAfter, IsNothingWithoutAHeaderThatCanBeRead) {
    EXPECT_EQ(wait_of({}), std::nullopt);
    for (const char* text : {"", "soon", "-5", "1.5.1", "12 s", "nan", "inf", "1e3", "+1"})
        EXPECT_EQ(wait_of({{"retry-after", text}}), std::nullopt) << text;
}

}  // namespace
}  // namespace swiftgrid::net
