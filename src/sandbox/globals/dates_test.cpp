// dates: zones, calendar and formats.

#include <gmock/gmock.h>

#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::HasSubstr;

class DatesGlobal : public testing::Test {
protected:
    struct Case {
        const char* source;
        const char* result;
    };
    void expect(const std::vector<Case>& cases) {
        for (const Case& one : cases)
            EXPECT_EQ(world.result_of("return " + std::string(one.source)), one.result)
                << one.source;
    }
    void expect_error(const std::string& source, const std::string& part) {
        EXPECT_THAT(world.result_of(source), HasSubstr(part)) << source;
    }

    ScriptWorld world;
};

TEST_F(DatesGlobal, SplitsAnInstantIntoPartsOfAZone) {
    expect({{"dates.parts('2026-07-01T22:30:05.006Z', 'Europe/Berlin')",
             R"({"year":2026,"month":7,"day":2,"hour":0,"minute":30,"second":5,"millisecond":6,)"
             R"("weekday":4,"dayOfYear":183,"week":27,"weekYear":2026,"offsetMinutes":120,)"
             R"("abbreviation":"CEST","zone":"Europe/Berlin"})"},
            {"[dates.parts(0).hour, dates.parts(new Date(0), 'America/New_York').hour,"
             " dates.parts(0, 'Asia/Kolkata').minute, dates.parts(0, '-03:30').hour]",
             "[0,19,30,20]"},
            {"['2027-01-01', '2026-12-28', '2020-12-31', '2024-12-30'].map(d => {"
             " const {week, weekYear} = dates.parts(d); return weekYear + '/' + week })",
             R"(["2026/53","2026/53","2020/53","2025/1"])"}});
}

TEST_F(DatesGlobal, KnowsEveryZoneOfTheSystem) {
    expect({{"dates.zones().length > 400", "true"},
            {"dates.zones().every(zone => dates.isZone(zone) && dates.parts(0, zone).year > 1900)",
             "true"},
            {"['Europe/Paris', 'UTC', '+05:30', 'Mars/Base', '', 7].map(dates.isZone)",
             "[true,true,true,false,false,false]"}});
    expect_error("dates.parts(0, 'Mars/Base')", "there is no time zone 'Mars/Base'");
    expect_error("dates.parts('2038-07-01', 'America/New_York')", "up to the end of 2037");
    expect(
        {{"[dates.parts('2099-07-01').year, dates.parts('2037-12-30', 'America/New_York').hour,"
          " dates.parts('1900-01-01', 'Europe/Paris').year]",
          "[2099,19,1900]"}});
}

TEST_F(DatesGlobal, Formats) {
    expect({
        {"dates.format(0)", "\"1970-01-01T00:00:00.000Z\""},
        {"dates.format('2026-03-04T05:06:07.089Z', 'Europe/Berlin')",
         "\"2026-03-04T06:06:07.089+01:00\""},
        {"dates.format('2026-03-04T15:06:07Z', 'UTC', 'EEEE, d. MMMM yyyy, HH:mm')",
         "\"Wednesday, 4. March 2026, 15:06\""},
        {"dates.format('2026-03-04T15:06:07Z', 'America/New_York', \"h:mm a z 'o''clock' ZZ yy\")",
         "\"10:06 AM EST o'clock -05:00 26\""},
        {"dates.format('2026-03-04T00:00Z', 'UTC', \"hh h H MMM MM M EEE dd d DDD YYYY-'W'ww SSS "
         "Z\")",
         "\"12 12 0 Mar 03 3 Wed 04 4 063 2026-W10 000 Z\""},
    });
    expect_error("dates.format(0, 'UTC', 'Q')", "'Q' is no part of a date pattern");
    expect_error("dates.format(0, 'UTC', \"'open\")", "quote that is not closed");
    expect_error("dates.format('nonsense')", "not a date: nonsense");
    expect_error("dates.format(undefined)", "not a date");
}

TEST_F(DatesGlobal, ReadsLocalTimes) {
    expect({
        {"dates.parse('2026-07-01T12:00', 'Europe/Berlin')", "\"2026-07-01T10:00:00.000Z\""},
        {"dates.parse('2026-07-01', 'Europe/Berlin')", "\"2026-06-30T22:00:00.000Z\""},
        {"dates.parse('2026-07-01T12:00:00.5-04:00', 'Europe/Berlin')",
         "\"2026-07-01T16:00:00.500Z\""},
        {"dates.parse('31.12.2026 18:05', 'Europe/Berlin', 'dd.MM.yyyy HH:mm')",
         "\"2026-12-31T17:05:00.000Z\""},
        {"dates.parse('Jan 5 2026, 1:02 PM', 'UTC', 'MMM d yyyy, h:mm a')",
         "\"2026-01-05T13:02:00.000Z\""},
        // The clock is put forward over it, and shows it twice.
        {"dates.parse('2026-03-29T02:30', 'Europe/Paris')", "\"2026-03-29T01:30:00.000Z\""},
        {"dates.parse('2026-10-25T02:30', 'Europe/Paris')", "\"2026-10-25T00:30:00.000Z\""},
        {"dates.parse('2026-04-05T01:45', 'Australia/Lord_Howe')", "\"2026-04-04T14:45:00.000Z\""},
        // A day that one zone has never had.
        {"dates.format(dates.parse('2011-12-30T12:00', 'Pacific/Apia'), 'Pacific/Apia', 'dd HH')",
         "\"31 12\""},
    });
    for (const char* text : {"2026-02-30", "2026-13-01", "2026-01-01T24:00", "01.01.2026", "", "x"})
        expect_error("dates.parse('" + std::string(text) + "')", "is no date like");
    expect_error("dates.parse('1', 'UTC', 'w')", "can be written, but not read");
}

TEST_F(DatesGlobal, CountsInTheCalendarOfAZone) {
    expect({
        // A day is not always 24 hours.
        {"dates.add('2026-03-28T12:00:00Z', {days: 1}, 'Europe/Paris')",
         "\"2026-03-29T11:00:00.000Z\""},
        {"dates.add('2026-03-28T12:00:00Z', {hours: 24}, 'Europe/Paris')",
         "\"2026-03-29T12:00:00.000Z\""},
        {"dates.add('2026-01-31', {months: 1})", "\"2026-02-28T00:00:00.000Z\""},
        {"dates.add('2024-02-29', {years: 1})", "\"2025-02-28T00:00:00.000Z\""},
        {"dates.add('2026-03-31T10:00Z', {months: -1, weeks: 1, minutes: 30})",
         "\"2026-03-07T10:30:00.000Z\""},
        {"['year', 'month', 'week', 'day', 'hour', 'minute', 'second'].map(unit => dates.format("
         "dates.startOf('2026-07-02T22:31:32.5Z', unit, 'Asia/Kolkata'), 'Asia/Kolkata', "
         "'MM-dd HH:mm:ss'))",
         R"(["01-01 00:00:00","07-01 00:00:00","06-29 00:00:00","07-03 00:00:00",)"
         R"("07-03 04:00:00","07-03 04:01:00","07-03 04:01:32"])"},
        {"dates.startOf('2026-10-25T01:45:00Z', 'hour', 'Europe/Paris')",
         "\"2026-10-25T01:00:00.000Z\""},
        {"[dates.daysBetween('2026-03-28T23:30Z', '2026-03-29T22:30Z', 'Europe/Paris'),"
         " dates.daysBetween('2026-03-01', '2026-02-01')]",
         "[1,-28]"},
    });
    expect_error("dates.add(0, {dayz: 1})", "'dayz' is no unit");
    expect_error("dates.add(0, {days: 0.5})", "must be a whole number");
    expect_error("dates.add(0, {days: 1e12})", "out of range");
    expect_error("dates.startOf(0, 'decade')", "'decade' is no unit");
}

TEST_F(DatesGlobal, GivesBackEveryLocalTimeThatExists) {
    constexpr std::int64_t patience_ms = 60'000;
    EXPECT_EQ(world.result_of(R"js(
        const minutes = "yyyy-MM-dd'T'HH:mm";
        for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe']) {
          for (const [from, days] of [[Date.UTC(2026, 2, 28), 9], [Date.UTC(2026, 9, 2), 24]]) {
            for (let ms = from; ms < from + days * 864e5; ms += 1800e3) {
              const text = dates.format(ms, zone, minutes);
              const back = dates.parse(text, zone).getTime();
              if (back !== ms && dates.format(back, zone, minutes) !== text) return [zone, text];
            }
          }
        }
        return 'all';
    )js",
                              "null", patience_ms),
              "\"all\"");
}

}  // namespace
}  // namespace swiftgrid::sandbox
