#include "model/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swiftgrid::model {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Cron cron_of(std::string_view text) {
    auto cron = Cron::parse(text);
    EXPECT_TRUE(cron.has_value()) << text << ": " << cron.error().message;
    return cron.value();
}

std::string refusal_of(std::string_view text) {
    const auto cron = Cron::parse(text);
    EXPECT_FALSE(cron.has_value()) << text;
    if (cron) return "";
    EXPECT_EQ(cron.error().code, ErrorCode::invalid_document);
    return cron.error().message;
}

std::vector<std::string> occurrences(std::string_view text, std::string_view zone,
                                     std::string_view after, std::size_t count) {
    const Cron cron = cron_of(text);
    const TimeZone place = TimeZone::find(zone).value();
    std::vector<std::string> found;
    Instant last = parse_rfc3339(after).value();
    while (found.size() < count) {
        const auto next = cron.next(last, place);
        if (!next) break;
        last = *next;
        // Without seconds and milliseconds.
        found.push_back(to_rfc3339(last).substr(0, 16));
    }
    return found;
}

TEST(Cron, FindsTheNextTimeOfADay) {
    EXPECT_THAT(occurrences("0 9 * * 1-5", "Europe/Berlin", "2026-11-27T07:59:59.999Z", 3),
                ElementsAre("2026-11-27T08:00", "2026-11-30T08:00", "2026-12-01T08:00"));
    EXPECT_THAT(occurrences("0 9 * * 1-5", "Europe/Berlin", "2026-11-27T08:00:00Z", 1),
                ElementsAre("2026-11-30T08:00"));
    EXPECT_THAT(occurrences("*/15 * * * *", "UTC", "2026-11-27T07:59:59.999Z", 3),
                ElementsAre("2026-11-27T08:00", "2026-11-27T08:15", "2026-11-27T08:30"));
    EXPECT_THAT(occurrences("0 0 29 2 *", "UTC", "2026-11-27T00:00:00Z", 2),
                ElementsAre("2028-02-29T00:00", "2032-02-29T00:00"));
}

TEST(Cron, ReadsNamesListsRangesStepsAndMacros) {
    const auto fits = [](std::string_view text) {
        return occurrences(text, "UTC", "2026-11-27T00:00:00Z", 4);
    };
    EXPECT_EQ(fits("0 9 * * MON-FRI"), fits("0 9 * * 1-5"));
    EXPECT_EQ(fits("0 9 * * fri-sun"), fits("0 9 * * 5-7"));
    EXPECT_EQ(fits("0 9 * * 0"), fits("0 9 * * 7"));
    EXPECT_EQ(fits("0 9 * jan,Jul *"), fits("0 9 * 1,7 *"));
    EXPECT_EQ(fits("5/20 9 * * *"), fits("5,25,45 9 * * *"));
    EXPECT_EQ(fits("10-30/10 9 * * *"), fits("10,20,30 9 * * *"));
    EXPECT_EQ(fits("0 9 ? * ?"), fits("0 9 * * *"));
    EXPECT_EQ(fits(" 0\t9  * * * "), fits("0 9 * * *"));
    EXPECT_EQ(fits("@yearly"), fits("0 0 1 1 *"));
    EXPECT_EQ(fits("@Annually"), fits("0 0 1 1 *"));
    EXPECT_EQ(fits("@monthly"), fits("0 0 1 * *"));
    EXPECT_EQ(fits("@weekly"), fits("0 0 * * 0"));
    EXPECT_EQ(fits("@daily"), fits("0 0 * * *"));
    EXPECT_EQ(fits("@midnight"), fits("0 0 * * *"));
    EXPECT_EQ(fits(" @hourly "), fits("0 * * * *"));
}

TEST(Cron, LetsADayFitEitherDayFieldWhenBothAreGiven) {
    EXPECT_THAT(occurrences("0 0 13 * 5", "UTC", "2026-11-01T00:00:00Z", 5),
                ElementsAre("2026-11-06T00:00", "2026-11-13T00:00", "2026-11-20T00:00",
                            "2026-11-27T00:00", "2026-12-04T00:00"));
    EXPECT_THAT(occurrences("0 0 15 * 5", "UTC", "2026-11-07T00:00:00Z", 2),
                ElementsAre("2026-11-13T00:00", "2026-11-15T00:00"));
    // `*/2` is not exactly `*`.
    EXPECT_THAT(occurrences("0 0 */2 * 1", "UTC", "2026-11-28T00:00:00Z", 3),
                ElementsAre("2026-11-29T00:00", "2026-11-30T00:00", "2026-12-01T00:00"));
    // A weekday may stand in for a day that never comes.
    EXPECT_THAT(occurrences("0 0 30 2 1", "UTC", "2026-11-28T00:00:00Z", 1),
                ElementsAre("2027-02-01T00:00"));
}

TEST(Cron, FiresAfterTheGapWhatTheClocksJumpOver) {
    EXPECT_THAT(occurrences("30 2 * * *", "Europe/Paris", "2026-03-28T00:00:00Z", 3),
                ElementsAre("2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"));
    // Several times of the gap meet at its end.
    EXPECT_THAT(occurrences("0,20,40 2,3 * * *", "Europe/Paris", "2026-03-29T00:00:00Z", 3),
                ElementsAre("2026-03-29T01:00", "2026-03-29T01:20", "2026-03-29T01:40"));
    // Midnight itself, and a gap of half an hour.
    EXPECT_THAT(occurrences("0 0 * * *", "Africa/Cairo", "2026-04-22T22:30:00Z", 2),
                ElementsAre("2026-04-23T22:00", "2026-04-24T21:00"));
    EXPECT_THAT(occurrences("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 1),
                ElementsAre("2026-10-03T15:30"));
    // A whole day that a place left out.
    EXPECT_THAT(occurrences("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", 1),
                ElementsAre("2011-12-30T10:00"));
}

TEST(Cron, FiresOnceWhatTheClocksShowTwice) {
    EXPECT_THAT(occurrences("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2),
                ElementsAre("2026-10-25T00:30", "2026-10-26T01:30"));
    // Asked in the second pass.
    EXPECT_THAT(occurrences("*/10 2 * * *", "Europe/Paris", "2026-10-25T01:05:00Z", 1),
                ElementsAre("2026-10-26T01:00"));
    EXPECT_THAT(occurrences("*/30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 3),
                ElementsAre("2026-10-25T00:00", "2026-10-25T00:30", "2026-10-26T01:00"));
}

TEST(Cron, KeepsItsRhythmThroughBothChangesWithoutAFixedHour) {
    EXPECT_THAT(occurrences("*/30 * * * *", "Europe/Paris", "2026-03-29T00:00:00Z", 4),
                ElementsAre("2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30",
                            "2026-03-29T02:00"));
    EXPECT_THAT(occurrences("15 * * * *", "Europe/Paris", "2026-10-25T00:00:00Z", 4),
                ElementsAre("2026-10-25T00:15", "2026-10-25T01:15", "2026-10-25T02:15",
                            "2026-10-25T03:15"));
    EXPECT_THAT(occurrences("0 */6 * * *", "Europe/Paris", "2026-03-28T22:00:00Z", 3),
                ElementsAre("2026-03-28T23:00", "2026-03-29T04:00", "2026-03-29T10:00"));
}

TEST(Cron, EndsWhereTheZoneFilesDo) {
    EXPECT_THAT(occurrences("0 0 1 1 *", "UTC", "2036-06-01T00:00:00Z", 9),
                ElementsAre("2037-01-01T00:00"));
    EXPECT_THAT(occurrences("0 12 * 7 *", "America/New_York", "2037-07-30T20:00:00Z", 9),
                ElementsAre("2037-07-31T16:00"));
    EXPECT_THAT(occurrences("* * * * *", "UTC", "2037-12-31T23:58:00Z", 9),
                ElementsAre("2037-12-31T23:59"));
    EXPECT_THAT(occurrences("* * * * *", "UTC", "2039-01-01T00:00:00Z", 9), IsEmpty());
}

TEST(Cron, NamesTheFieldAndTheMend) {
    EXPECT_THAT(refusal_of("60 * * * *"), AllOf(HasSubstr("minute: '60'"), HasSubstr("0 to 59")));
    EXPECT_THAT(refusal_of("* 24 * * *"), AllOf(HasSubstr("hour: '24'"), HasSubstr("0 to 23")));
    EXPECT_THAT(refusal_of("* * 0 * *"), AllOf(HasSubstr("day of month: '0'"), HasSubstr("1 to")));
    EXPECT_THAT(refusal_of("* * * FOO *"), AllOf(HasSubstr("month: 'FOO'"), HasSubstr("JAN")));
    EXPECT_THAT(refusal_of("* * * * 8"), AllOf(HasSubstr("day of week: '8'"), HasSubstr("SUN")));
    EXPECT_THAT(refusal_of("* * * * MONDAY"), HasSubstr("day of week: 'MONDAY'"));
    EXPECT_THAT(refusal_of("*/0 * * * *"), AllOf(HasSubstr("minute: the step"), HasSubstr("*/15")));
    EXPECT_THAT(refusal_of("*/60 * * * *"), HasSubstr("1 to 59"));
    EXPECT_THAT(refusal_of("*/x * * * *"), HasSubstr("minute: the step '/x'"));
    EXPECT_THAT(refusal_of("*/ * * * *"), HasSubstr("minute: the step '/'"));
    EXPECT_THAT(refusal_of("* 22-2 * * *"),
                AllOf(HasSubstr("hour: the range '22-2'"), HasSubstr("'22-23,0-2'")));
    EXPECT_THAT(refusal_of("? * * * *"), AllOf(HasSubstr("minute: '?'"), HasSubstr("'*'")));
    EXPECT_THAT(refusal_of("1,,2 * * * *"), HasSubstr("minute: a value is missing"));
    EXPECT_THAT(refusal_of("1- * * * *"), HasSubstr("minute: a value is missing"));
    EXPECT_THAT(refusal_of("-1 * * * *"), HasSubstr("minute: a value is missing"));
    EXPECT_THAT(refusal_of("1.5 * * * *"), HasSubstr("minute: '1.5'"));
    EXPECT_THAT(refusal_of("99999999999999999999 * * * *"), HasSubstr("minute: "));
    EXPECT_THAT(refusal_of("0 0 30 2 *"), AllOf(HasSubstr("day of month"), HasSubstr("29")));
    EXPECT_THAT(refusal_of("0 0 31 4,6 *"), HasSubstr("1 to 30"));
    EXPECT_THAT(refusal_of("0 0 L * *"), HasSubstr("day of month: 'L'"));
}

TEST(Cron, TellsHowManyFieldsThereAre) {
    EXPECT_THAT(refusal_of(""), HasSubstr("empty"));
    EXPECT_THAT(refusal_of("  "), HasSubstr("empty"));
    EXPECT_THAT(refusal_of("* * * *"), HasSubstr("4 of 5 fields"));
    EXPECT_THAT(refusal_of("0 * * * * *"), HasSubstr("none for seconds"));
    EXPECT_THAT(refusal_of("@reboot"), AllOf(HasSubstr("@reboot"), HasSubstr("@daily")));
    EXPECT_THAT(refusal_of("@daily 5"), HasSubstr("@daily"));
    EXPECT_THAT(refusal_of(std::string(501, '*')), HasSubstr("at most 500"));
}

TEST(Cron, SaysItselfInWords) {
    const auto words = [](std::string_view text) { return cron_of(text).in_words(); };
    EXPECT_EQ(words("0 9 * * 1-5"), "At 09:00 on Monday through Friday");
    EXPECT_EQ(words("0 9 * * *"), "At 09:00 every day");
    EXPECT_EQ(words("0,30 9,17 * * 6,7"),
              "At 09:00, 09:30, 17:00 and 17:30 on Saturday and Sunday");
    EXPECT_EQ(words("* * * * *"), "Every minute");
    EXPECT_EQ(words("*/15 * * * *"), "Every 15 minutes");
    EXPECT_EQ(words("10-50/20 * * * *"), "Every 20 minutes from minute 10 through 50");
    EXPECT_EQ(words("0 * * * *"), "Every hour");
    EXPECT_EQ(words("5 * * * *"), "At minute 5 of every hour");
    EXPECT_EQ(words("0 */2 * * *"), "Every 2 hours");
    EXPECT_EQ(words("5,10 */3 * * *"), "At minutes 5 and 10 of every 3rd hour");
    EXPECT_EQ(words("0 8-18/2 * * *"), "Every 2 hours from hour 8 through 18");
    EXPECT_EQ(words("*/15 9-17 * * 1-5"),
              "Every 15 minutes of hours 9 through 17 on Monday through Friday");
    EXPECT_EQ(words("0 0 1 * *"), "At 00:00 on day 1 of the month");
    EXPECT_EQ(words("0 0 1,15 * *"), "At 00:00 on days 1 and 15 of the month");
    EXPECT_EQ(words("0 0 */2 * *"), "At 00:00 on every 2nd day of the month");
    EXPECT_EQ(words("0 0 13 * 5"), "At 00:00 on day 13 of the month or on Friday");
    EXPECT_EQ(words("0 0 1 1 *"), "At 00:00 on day 1 of the month in January");
    EXPECT_EQ(words("0 6 * 6-8 *"), "At 06:00 in June through August");
    EXPECT_EQ(words("0 6 1 */3 *"), "At 06:00 on day 1 of the month in every 3rd month");
}

TEST(TimeZone, KnowsTheNamesOfTheSystemOnly) {
    EXPECT_TRUE(TimeZone::find("Europe/Berlin").has_value());
    EXPECT_TRUE(TimeZone::find("UTC").has_value());
    for (const char* name : {"", "Mars/Olympus", "europe/berlin", "+02:00", "right/Europe/Berlin",
                             "posix/UTC", "localtime", "../etc/passwd", "Europe"}) {
        const auto zone = TimeZone::find(name);
        ASSERT_FALSE(zone.has_value()) << name;
        EXPECT_THAT(zone.error().message, HasSubstr("IANA"));
    }
}

}  // namespace
}  // namespace swiftgrid::model
