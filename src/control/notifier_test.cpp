// What the notifier makes of channels; of entries of documents: notification_entries_test.cpp.

#include "control/notifier_world_test.h"

namespace swiftgrid::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(NotifierTest, NotesNothingWhenNobodyWantsToHear) {
    end(1, "failed");
    EXPECT_EQ(causes_left(), 0);
    add_channel(R"({"events":["run_cancelled"]})");
    end(2, "failed");
    EXPECT_EQ(causes_left(), 0);
    EXPECT_EQ(turn(), std::nullopt);
}

TEST_F(NotifierTest, TellsOfAFailureOnceAndWritesItDown) {
    const auto channel = add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    end(2, "completed");
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed"));
    EXPECT_THAT(sent_[0].request.body, HasSubstr("no answer from 100%_sure"));
    EXPECT_EQ(causes_left(), 0);
    answer(200);
    EXPECT_EQ(woken_, 1);
    EXPECT_EQ(turn(), std::nullopt);
    EXPECT_THAT(sent(), IsEmpty());
    ASSERT_EQ(log(channel).size(), 1U);
    EXPECT_EQ(log(channel)[0].status, "delivered");
    EXPECT_THAT(log(channel)[0].attempts, HasSubstr(R"("status":200)"));
}

TEST_F(NotifierTest, TellsNothingOfRunsThatOthersStarted) {
    add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    auto child = row_at(1, "failed");
    child.parent = run_at(0);
    store_run(child);
    EXPECT_EQ(causes_left(), 0);
}

TEST_F(NotifierTest, TellsOfTheWorkflowsThatWereAskedForOnly) {
    create(2, "Other");
    add_channel(R"({"events":["run_failed"],"gatherSeconds":0,"flowIds":[")" +
                to_string(flow_of(2)) + R"("]})");
    end(1, "failed");
    turn();
    EXPECT_THAT(sent(), IsEmpty());
    store_run(2, "failed", 2);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed"));
}

TEST_F(NotifierTest, MakesOneMessageOfABurst) {
    add_channel(R"({"events":["run_failed"],"gatherSeconds":10})");
    for (int i = 0; i < 7; ++i) end(i, "failed");
    EXPECT_EQ(turn(), clock_.at + Duration{10'000});
    EXPECT_THAT(sent(), IsEmpty());
    pass(9);
    end(8, "failed");
    turn();
    EXPECT_THAT(sent(), IsEmpty());
    pass(1);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed x8"));
    answer(200);
    // What comes after it is in the next one, which waits for longer.
    end(9, "failed");
    pass(10);
    turn();
    end(10, "failed");
    pass(49);
    turn();
    EXPECT_THAT(sent(), IsEmpty());
    pass(1);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed x2"));
}

TEST_F(NotifierTest, HoldsUpNoCommitForLong) {
    add_channel(R"({"events":["run_failed"],"gatherSeconds":10})");
    const auto many = static_cast<std::int64_t>(limits::notification_causes) + 1;
    for (std::int64_t i = 0; i < many; ++i) end(i, "failed");
    EXPECT_EQ(turn(), clock_.at) << "there is more to look at";
    EXPECT_EQ(causes_left(), many);
    turn();
    EXPECT_EQ(causes_left(), 0);
    pass(10);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed x" + std::to_string(many)));
}

TEST_F(NotifierTest, WritesDownWhatWasAnsweredAfterTheLastTurn) {
    const auto channel = add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    turn();
    answer(200);
    notifier_->finish();
    EXPECT_EQ(log(channel).at(0).status, "delivered");
    restart();
    seen_ = 0;
    turn();
    EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(NotifierTest, SendsAgainWhatWasOnItsWayWhenTheServerDied) {
    const auto channel = add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    restart();  // before it looked
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed"));
    const std::string id = id_of_last();
    const std::string body = sent_.back().request.body;
    restart();
    seen_ = 0;
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_failed"));
    EXPECT_EQ(id_of_last(), id);
    EXPECT_EQ(sent_.back().request.body, body);
    answer(204);
    turn();
    EXPECT_EQ(log(channel).at(0).status, "delivered");
}

TEST_F(NotifierTest, TriesAgainWithPausesThatGrowAndGivesUp) {
    const auto channel = add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    turn();
    const std::string id = id_of_last();
    for (int i = 1; i < 10; ++i) {
        answer(500);
        const auto next = turn();
        ASSERT_TRUE(next) << i;
        clock_.at = *next;
        turn();
        EXPECT_EQ(id_of_last(), id);
    }
    EXPECT_EQ(sent_.size(), 10U);
    answer(500);
    EXPECT_EQ(turn(), std::nullopt);
    EXPECT_EQ(log(channel)[0].status, "failed");
    EXPECT_EQ(log(channel)[0].attempt_count, 10);
    ASSERT_TRUE(outbox_.send_again(channel, log(channel)[0].id, clock_.at));
    EXPECT_FALSE(outbox_.send_again(channel, log(channel)[0].id, clock_.at));
    turn();
    answer(200);
    EXPECT_THAT(counted(), ElementsAre("webhook failed 1", "webhook retried 9"))
        << "what is on disk counts";
    turn();
    EXPECT_EQ(log(channel)[0].status, "delivered");
    EXPECT_THAT(counted(),
                ElementsAre("webhook delivered 1", "webhook failed 1", "webhook retried 9"));
}

TEST_F(NotifierTest, LeavesAChannelAloneForAsLongAsItAsks) {
    add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    end(2, "failed");
    turn();
    EXPECT_EQ(sent().size(), 1U) << "one at a time";
    answer(429, {{"retry-after", "7"}});
    EXPECT_EQ(turn(), clock_.at + Duration{7'000}) << "the other one waits too";
    pass(7);
    turn();
    EXPECT_EQ(sent().size(), 1U);
    answer(200);
    turn();
    EXPECT_EQ(sent().size(), 1U);
}

TEST_F(NotifierTest, SwitchesOffWhatWantsNoMore) {
    const auto channel = add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    turn();
    answer(410);
    turn();
    EXPECT_FALSE(book_.find(channel).value()->row.enabled);
    EXPECT_THAT(channels_.all().value().at(0).disabled_because, HasSubstr("410"));
    end(2, "failed");
    EXPECT_EQ(causes_left(), 0);
}

TEST_F(NotifierTest, HearsNothingFromWhereAChannelWasBefore) {
    const auto id = add_channel(
        R"({"events":["run_failed"],"gatherSeconds":0,"url":"https://example.com/old-hush-hush"})");
    end(1, "failed");
    turn();
    Channel changed = *book_.find(id).value();
    changed.secret.url = "https://example.com/new-hush-hush";
    store::AuditEntry audit;
    audit.created_at = clock_.at;
    ASSERT_TRUE(book_.put(*channel_of(changed.row, changed.secret), true, audit));
    answer_with(410, "nobody is at old-hush-hush");
    turn();
    EXPECT_TRUE(book_.find(id).value()->row.enabled);
    EXPECT_EQ(log(id).at(0).status, "waiting");
    EXPECT_THAT(log(id).at(0).attempts, HasSubstr("nobody is at [redacted]"));
    pass(6);
    turn();
    EXPECT_EQ(sent_.back().request.url, "https://example.com/new-hush-hush");
}

TEST_F(NotifierTest, TellsWhenAWorkflowHasRecovered) {
    add_channel(R"({"events":["run_recovered"],"gatherSeconds":0})");
    end(1, "completed");
    end(2, "failed");
    end(3, "failed");
    turn();
    EXPECT_THAT(sent(), IsEmpty());
    end(4, "completed");
    end(5, "completed");
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_recovered"));
    answer(200);
    end(6, "failed");
    turn();
    restart();  // what the notifier remembered is gone
    seen_ = 0;
    end(7, "completed");
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_recovered"));
}

TEST_F(NotifierTest, TellsOfRunsThatTakeTooLong) {
    add_channel(R"({"events":["run_slow"],"slowerThanMs":42,"gatherSeconds":0})");
    end(1, "completed");  // 42 ms
    turn();
    EXPECT_THAT(sent(), IsEmpty());
    auto row = row_at(2, "completed");
    row.completed_at = *row.started_at + Duration{43};
    store_run(row);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_slow"));
    EXPECT_THAT(sent_.back().request.body, HasSubstr(R"("duration_ms":43,"threshold_ms":42)"));
}

TEST_F(NotifierTest, TellsOnceOfRunsThatWaitForTooLong) {
    add_channel(R"({"events":["run_waiting"],"waitingLongerThanMs":60000,"gatherSeconds":0})");
    const auto began = clock_.at;
    store::Batch batch;
    auto row = row_at(1, "suspended");
    batch.events = {store::testing::record_of(row.id, 1, 2)};
    batch.events[0].at = began;
    batch.runs = {row};
    ASSERT_TRUE(backend_.commit(batch));
    EXPECT_EQ(turn(), began + Duration{10'000});
    pass(59);
    turn();
    EXPECT_THAT(sent(), IsEmpty());
    pass(10);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_waiting"));
    answer(200);
    turn();
    pass(60);
    restart();
    seen_ = 0;
    turn();
    EXPECT_THAT(sent(), IsEmpty()) << "also after a start";
    // It went on, and waits again.
    batch.events = {store::testing::record_of(row.id, 3, 1)};
    batch.events[0].at = clock_.at;
    ASSERT_TRUE(backend_.commit(batch));
    pass(70);
    turn();
    EXPECT_THAT(sent(), ElementsAre("run_waiting"));
}

TEST_F(NotifierTest, TellsWhatASchedulesDidNotStart) {
    add_channel(R"({"events":["schedule_not_started"],"gatherSeconds":0})");
    store::ScheduleStep step;
    step.flow = flow_of(1);
    store::Occurrence started;
    started.planned_at = noon;
    started.outcome = "started";
    store::Occurrence skipped;
    skipped.planned_at = noon + Duration{60'000};
    skipped.outcome = "skipped";
    skipped.count = 3;
    skipped.detail = "a run of the workflow was still open";
    step.occurrences = {started, skipped};
    ASSERT_TRUE(schedules_.record({step}));
    ASSERT_TRUE(schedules_.record({step}));  // decided again after a crash
    turn();
    EXPECT_THAT(sent(), ElementsAre("schedule_not_started x3"));
    EXPECT_THAT(sent_.back().request.body, HasSubstr("still open"));
    answer(200);
    turn();
    EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(NotifierTest, SaysNoSecret) {
    vault_.replace({{"KEY", {model::EnvKind::secret, "100%_sure"}}});
    add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    end(1, "failed");
    turn();
    EXPECT_THAT(sent_.back().request.body, HasSubstr("no answer from [redacted]"));
}

TEST_F(NotifierTest, KeepsAddressesSealed) {
    const auto channel =
        add_channel(R"({"events":["run_failed"],"url":"https://example.com/hush-hush-key"})");
    NotificationBook other({channels_, secrets_, clock_, {}});
    ASSERT_TRUE(other.load());
    EXPECT_EQ(other.find(channel).value()->secret.url, "https://example.com/hush-hush-key");
    EXPECT_EQ(channels_.all().value().at(0).shown_url, "https://example.com/…");
    for (const store::SecretRow& row : catalog_.list_secrets().value())
        EXPECT_THAT(row.sealed, testing::Not(HasSubstr("hush")));
    store::AuditEntry audit;
    audit.created_at = clock_.at;
    ASSERT_TRUE(book_.remove(channel, audit));
    EXPECT_THAT(catalog_.list_secrets().value(), IsEmpty());
    end(1, "failed");
    EXPECT_EQ(causes_left(), 0);
}

}  // namespace
}  // namespace swiftgrid::control
