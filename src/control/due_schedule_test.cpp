#include "control/due_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

using testing::HasSubstr;

Instant at(std::string_view text) { return parse_rfc3339(text).value(); }

store::Schedule every_hour(std::string_view next_run) {
    store::Schedule schedule;
    schedule.settings.enabled = true;
    schedule.settings.cron = "@hourly";
    schedule.next_run = at(next_run);
    return schedule;
}

constexpr const char* yesterday = "2026-11-29T00:00:00Z";

TEST(JudgeDue, StartsWhatIsInTime) {
    const auto verdict = judge_due(every_hour("2026-11-30T10:00:00Z"),
                                   at("2026-11-30T10:00:00.002Z"), at(yesterday));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->start, at("2026-11-30T10:00:00Z"));
    EXPECT_EQ(verdict->why_late, "");
    EXPECT_FALSE(verdict->missed.has_value());
    EXPECT_EQ(verdict->next_run, at("2026-11-30T11:00:00Z"));
}

TEST(JudgeDue, StartsOneRunForAllThatWereMissed) {
    const auto verdict = judge_due(every_hour("2026-11-30T07:00:00Z"), at("2026-11-30T10:20:00Z"),
                                   at("2026-11-30T10:20:00Z"));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->start, at("2026-11-30T10:00:00Z"));
    EXPECT_EQ(verdict->why_late, "the server was not running");
    ASSERT_TRUE(verdict->missed.has_value());
    EXPECT_EQ(verdict->missed->planned_at, at("2026-11-30T09:00:00Z"));
    EXPECT_EQ(verdict->missed->count, 3);
    EXPECT_THAT(verdict->missed->detail, HasSubstr("2026-11-30T10:00:00.000Z makes up"));
    EXPECT_EQ(verdict->next_run, at("2026-11-30T11:00:00Z"));
}

TEST(JudgeDue, StartsNothingForMissedOnesThatAreToBeSkipped) {
    auto schedule = every_hour("2026-11-30T07:00:00Z");
    schedule.settings.missed = "skip";
    // Up again for a second: too late for ten o'clock all the same.
    const auto verdict =
        judge_due(schedule, at("2026-11-30T10:00:01Z"), at("2026-11-30T10:00:00.500Z"));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_FALSE(verdict->start.has_value());
    ASSERT_TRUE(verdict->missed.has_value());
    EXPECT_EQ(verdict->missed->planned_at, at("2026-11-30T10:00:00Z"));
    EXPECT_EQ(verdict->missed->count, 4);
    EXPECT_EQ(verdict->next_run, at("2026-11-30T11:00:00Z"));
}

TEST(JudgeDue, StartsWhatComesWhileTheServerIsUpWhateverWasMissedBefore) {
    auto schedule = every_hour("2026-11-30T08:00:00Z");
    schedule.settings.missed = "skip";
    const auto verdict =
        judge_due(schedule, at("2026-11-30T10:00:00.010Z"), at("2026-11-30T09:59:59Z"));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->start, at("2026-11-30T10:00:00Z"));
    ASSERT_TRUE(verdict->missed.has_value());
    EXPECT_EQ(verdict->missed->count, 2);
}

TEST(JudgeDue, CountsWhatAMachineSleptThroughAsMissed) {
    auto schedule = every_hour("2026-11-30T10:00:00Z");
    schedule.settings.missed = "skip";
    const auto verdict = judge_due(schedule, at("2026-11-30T10:02:00Z"), at(yesterday));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_FALSE(verdict->start.has_value());
    EXPECT_EQ(verdict->missed->detail, "the server could not start it in time");
}

TEST(JudgeDue, CountsNoFurtherBackThanAYear) {
    auto schedule = every_hour("2020-01-01T00:00:00Z");
    schedule.settings.cron = "0 0 * * *";
    const auto verdict = judge_due(schedule, at("2026-11-30T10:00:00Z"), at(yesterday));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->start, at("2026-11-30T00:00:00Z"));
    EXPECT_EQ(verdict->missed->count, 366);
}

TEST(JudgeDue, TellsWhatCannotBeUsedAnyMore) {
    auto schedule = every_hour("2026-11-30T10:00:00Z");
    schedule.settings.timezone = "Mars/Olympus";
    const auto verdict = judge_due(schedule, at("2026-11-30T10:00:00Z"), at(yesterday));
    ASSERT_FALSE(verdict.has_value());
    EXPECT_THAT(verdict.error().message, HasSubstr("Mars/Olympus"));
}

TEST(MissedBefore, CountsUpToTheOneThatStarted) {
    const auto settings = every_hour("2026-11-30T08:00:00Z").settings;
    const Instant now = at("2026-11-30T12:30:00Z");
    const auto none =
        missed_before(settings, at("2026-11-30T10:00:00Z"), at("2026-11-30T10:00:00Z"), now);
    EXPECT_FALSE(none.value().has_value());
    const auto two =
        missed_before(settings, at("2026-11-30T08:00:00Z"), at("2026-11-30T10:00:00Z"), now);
    EXPECT_EQ(two.value()->count, 2);
    EXPECT_EQ(two.value()->planned_at, at("2026-11-30T09:00:00Z"));
}

}  // namespace
}  // namespace swiftgrid::control
