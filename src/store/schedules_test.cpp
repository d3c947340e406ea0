#include "store/schedules.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;

class SchedulesTest : public testing::CatalogTest {
protected:
    static ScheduleSettings daily() {
        ScheduleSettings settings;
        settings.enabled = true;
        settings.cron = "@daily";
        settings.timezone = "Europe/Berlin";
        settings.input_data = R"({"n":1})";
        settings.overlap_mode = "parallel";
        settings.missed = "skip";
        return settings;
    }

    static Occurrence occurrence(Instant planned_at, std::string outcome) {
        Occurrence made;
        made.planned_at = planned_at;
        made.outcome = std::move(outcome);
        made.decided_at = planned_at;
        return made;
    }

    static ScheduleSettings hourly() {
        ScheduleSettings settings = daily();
        settings.cron = "@hourly";
        return settings;
    }

    std::optional<Instant> next_run(std::uint64_t flow) {
        return schedules_.get(flow_of(flow)).value().value().next_run;
    }

    Schedules schedules_{*database_, journal_};
};

TEST_F(SchedulesTest, GiveBackWhatWasPut) {
    create(1, "flow");
    EXPECT_FALSE(schedules_.get(flow_of(1)).value().has_value());
    ASSERT_TRUE(schedules_.put(flow_of(1), daily(), noon));
    const auto stored = schedules_.get(flow_of(1)).value();
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->settings, daily());
    EXPECT_EQ(stored->flow_name, "flow");
    EXPECT_EQ(stored->next_run, noon);
    const auto flows = catalog_.list_flows({}).value();
    EXPECT_TRUE(flows.items[0].schedule_enabled);
    EXPECT_EQ(flows.items[0].schedule_next_run, noon);
    // Saving the draft leaves it alone.
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft_of("other"), noon));
    EXPECT_EQ(schedules_.get(flow_of(1)).value()->settings, daily());
    ASSERT_TRUE(schedules_.remove(flow_of(1)));
    EXPECT_FALSE(schedules_.get(flow_of(1)).value().has_value());
    EXPECT_EQ(schedules_.get(flow_of(9)).error().code, ErrorCode::not_found);
    EXPECT_EQ(schedules_.put(flow_of(9), daily(), noon).error().code, ErrorCode::not_found);
}

TEST_F(SchedulesTest, FindWhatIsDueTheEarliestFirst) {
    for (std::uint64_t i = 1; i <= 4; ++i) create(i, "flow");
    ASSERT_TRUE(schedules_.put(flow_of(1), daily(), time_of(20)));
    ASSERT_TRUE(schedules_.put(flow_of(2), daily(), time_of(10)));
    ASSERT_TRUE(schedules_.put(flow_of(3), daily(), time_of(30)));
    ScheduleSettings off = daily();
    off.enabled = false;
    ASSERT_TRUE(schedules_.put(flow_of(4), off, std::nullopt));
    const auto due = schedules_.due(time_of(20), 10).value();
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(due[0].flow, flow_of(2));
    EXPECT_EQ(due[1].flow, flow_of(1));
    EXPECT_EQ(schedules_.due(time_of(40), 2).value().size(), 2U);
    EXPECT_EQ(schedules_.next_due().value(), time_of(10));
    EXPECT_TRUE(schedules_.stuck({}, 10).value().empty());
    ASSERT_TRUE(schedules_.put(flow_of(1), hourly(), std::nullopt));
    ASSERT_TRUE(schedules_.put(flow_of(3), hourly(), std::nullopt));
    const auto stuck = schedules_.stuck({}, 1).value();
    ASSERT_EQ(stuck.size(), 1U);
    EXPECT_EQ(stuck[0].flow, flow_of(1));
    EXPECT_EQ(schedules_.stuck(flow_of(1), 10).value().at(0).flow, flow_of(3));
    EXPECT_TRUE(schedules_.stuck(flow_of(3), 10).value().empty());
}

TEST_F(SchedulesTest, KeepTheNextRunWhileTheTimesStay) {
    create(1, "flow");
    const auto put = [&](ScheduleSettings settings, std::optional<std::int64_t> next) {
        EXPECT_TRUE(schedules_.put(flow_of(1), settings,
                                   next ? std::optional(time_of(*next)) : std::nullopt));
        return next_run(1);
    };
    EXPECT_EQ(put(daily(), 10), time_of(10));
    ScheduleSettings settings = daily();
    settings.input_data = "null";
    EXPECT_EQ(put(settings, 20), time_of(10));
    settings.timezone = "UTC";
    EXPECT_EQ(put(settings, 20), time_of(20));
    EXPECT_EQ(put(hourly(), 30), time_of(30));
    settings = hourly();
    settings.enabled = false;
    EXPECT_EQ(put(settings, std::nullopt), std::nullopt);
    EXPECT_EQ(put(hourly(), 40), time_of(40));
}

TEST_F(SchedulesTest, ListPageByPage) {
    for (std::uint64_t i = 1; i <= 3; ++i) {
        create(i, "flow");
        ASSERT_TRUE(schedules_.put(flow_of(i), daily(), noon));
    }
    create(4, "without");
    const auto first = schedules_.list("", 2).value();
    ASSERT_EQ(first.items.size(), 2U);
    EXPECT_EQ(first.items[0].flow, flow_of(3));
    const auto second = schedules_.list(first.next_cursor.value(), 2).value();
    ASSERT_EQ(second.items.size(), 1U);
    EXPECT_FALSE(second.next_cursor.has_value());
    EXPECT_EQ(schedules_.list("nonsense", 2).error().code, ErrorCode::bad_request);
}

TEST_F(SchedulesTest, StepOnlyFromTheOccurrenceThatWasDecided) {
    create(1, "flow");
    ASSERT_TRUE(schedules_.put(flow_of(1), daily(), time_of(10)));
    const auto step = [&](std::int64_t decided, std::int64_t next) {
        return schedules_.record({{flow_of(1),
                                   time_of(decided),
                                   time_of(next),
                                   {occurrence(time_of(decided), "started")}}});
    };
    ASSERT_TRUE(step(10, 20));
    EXPECT_EQ(next_run(1), time_of(20));
    // Somebody has changed the schedule meanwhile.
    ASSERT_TRUE(schedules_.put(flow_of(1), hourly(), time_of(50)));
    ASSERT_TRUE(step(20, 30));
    EXPECT_EQ(next_run(1), time_of(50));
    EXPECT_EQ(schedules_.history(flow_of(1), 10).value().size(), 2U);
    // What is known of an occurrence stays.
    ASSERT_TRUE(schedules_.record({{flow_of(1), {}, {}, {occurrence(time_of(20), "skipped")}}}));
    EXPECT_EQ(schedules_.history(flow_of(1), 10).value()[0].outcome, "started");
}

TEST_F(SchedulesTest, RememberALimitedHistoryWithItsRuns) {
    create(1, "flow");
    store_run(1, "completed");
    ASSERT_TRUE(schedules_.put(flow_of(1), daily(), noon));
    ScheduleStep step{flow_of(1), {}, {}, {}};
    const auto count = static_cast<std::int64_t>(limits::schedule_history) + 5;
    for (std::int64_t i = 0; i < count; ++i)
        step.occurrences.push_back(occurrence(time_of(i), "skipped"));
    step.occurrences.back().outcome = "started";
    step.occurrences.back().run = run_at(1);
    step.occurrences.back().count = 3;
    ASSERT_TRUE(schedules_.record({step}));
    const auto history = schedules_.history(flow_of(1), 10'000).value();
    ASSERT_EQ(history.size(), limits::schedule_history);
    EXPECT_EQ(history[0].run, run_at(1));
    EXPECT_EQ(history[0].run_status, "completed");
    EXPECT_EQ(history[0].count, 3);
    EXPECT_EQ(history.back().planned_at, time_of(5));
    EXPECT_EQ(schedules_.last_run(flow_of(1)).value()->planned_at, time_of(count - 1));
    ASSERT_TRUE(catalog_.delete_flow(flow_of(1), false, {}, noon));
    EXPECT_TRUE(schedules_.history(flow_of(1), 10).value().empty());
}

TEST_F(SchedulesTest, CountOpenRunsThatNoOtherRunStarted) {
    create(1, "flow");
    store_run(1, "running");
    store_run(2, "suspended");
    store_run(3, "completed");
    store_run(4, "running", 2);
    RunRow child = row_at(5, "running");
    child.parent = run_at(1);
    store_run(child);
    EXPECT_EQ(schedules_.open_runs(flow_of(1)).value(), 2);
    EXPECT_EQ(schedules_.open_runs(flow_of(3)).value(), 0);
}

TEST_F(SchedulesTest, KeepAQueuedOccurrenceUntilItIsSettled) {
    create(1, "flow");
    ASSERT_TRUE(schedules_.record({{flow_of(1), {}, {}, {occurrence(time_of(1), "queued")}}}));
    EXPECT_TRUE(schedules_.has_queued(flow_of(1)).value());
    EXPECT_FALSE(schedules_.has_queued(flow_of(2)).value());
    EXPECT_EQ(schedules_.queued({}, 10).value().at(0).planned_at, time_of(1));
    Occurrence settled = occurrence(time_of(1), "started");
    settled.run = run_at(1);
    ASSERT_TRUE(schedules_.settle_queued(flow_of(1), settled));
    EXPECT_FALSE(schedules_.has_queued(flow_of(1)).value());
    EXPECT_EQ(schedules_.last_run(flow_of(1)).value()->run, run_at(1));
}

TEST_F(SchedulesTest, KeepAQueuedOccurrenceHoweverMuchHappensMeanwhile) {
    create(1, "flow");
    ScheduleStep step{flow_of(1), {}, {}, {occurrence(time_of(0), "queued")}};
    const auto count = static_cast<std::int64_t>(limits::schedule_history) + 5;
    for (std::int64_t i = 1; i < count; ++i)
        step.occurrences.push_back(occurrence(time_of(i), "skipped"));
    ASSERT_TRUE(schedules_.record({step}));
    EXPECT_TRUE(schedules_.has_queued(flow_of(1)).value());
    EXPECT_EQ(schedules_.history(flow_of(1), 10'000).value().size(), limits::schedule_history + 1);
}

TEST_F(SchedulesTest, GiveWhatIsQueuedPageByPage) {
    for (std::uint64_t i = 1; i <= 2; ++i) {
        create(i, "flow");
        ASSERT_TRUE(schedules_.record(
            {{flow_of(i),
              {},
              {},
              {occurrence(time_of(1), "queued"), occurrence(time_of(2), "queued")}}}));
    }
    std::vector<std::pair<FlowId, Instant>> read;
    std::optional<QueuedOccurrence> last;
    for (;;) {
        const auto page = schedules_.queued(last, 1).value();
        if (page.empty()) break;
        ASSERT_EQ(page.size(), 1U);
        last = page.back();
        read.emplace_back(last->flow, last->planned_at);
    }
    EXPECT_EQ(read, (std::vector<std::pair<FlowId, Instant>>{{flow_of(1), time_of(1)},
                                                             {flow_of(1), time_of(2)},
                                                             {flow_of(2), time_of(1)},
                                                             {flow_of(2), time_of(2)}}));
}

TEST_F(SchedulesTest, FindWhatHasStartedByItsKeys) {
    create(1, "flow");
    Batch batch;
    for (std::int64_t second : {10, 20, 30})
        batch.keys.push_back({"cron 1", to_rfc3339(time_of(second)), "", run_at(second), noon});
    batch.keys.push_back({"cron 2", to_rfc3339(time_of(40)), "", run_at(40), noon});
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_EQ(schedules_.started_since("cron 1", time_of(10), 2).value().size(), 2U);
    const auto started = schedules_.started_since("cron 1", time_of(20), 10).value();
    ASSERT_EQ(started.size(), 2U);
    EXPECT_EQ(started[0].planned_at, time_of(20));
    EXPECT_EQ(started[1].run, run_at(30));
}

}  // namespace
}  // namespace swiftgrid::store
