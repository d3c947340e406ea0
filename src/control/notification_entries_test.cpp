// Whom the documents of workflows tell, and what the notifier makes of it.

#include "control/notification_entries.h"

#include "control/notifier_world_test.h"

namespace swiftgrid::control {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string slack_list =
    R"([{"type":"slack","url":"{{$env.SLACK_HOOK}}","events":["run_failed"]}])";
const std::string hook = "https://hooks.slack.com/services/T0/B0/hush-hush";

class EntriesTest : public NotifierTest {
protected:
    EntriesTest() { know(hook); }

    void know(const std::string& url) {
        vault_.replace({{"SLACK_HOOK", {model::EnvKind::secret, url}}});
    }
    void say(const std::string& list, std::uint64_t flow = 1) { entries_.put(flow_of(flow), list); }
    // What waited for more of the same goes out now.
    void pass_quiet() {
        turn();
        pass(limits::notification_gather_seconds);
        turn();
    }
    std::vector<store::NotificationDelivery> own(std::uint64_t flow = 1) {
        return outbox_.list_of(flow_of(flow), "", 100).value().items;
    }
};

TEST_F(EntriesTest, HaveAnIdThatFollowsFromWhatTheyAre) {
    const auto ids_of = [](std::uint64_t flow, const std::string& list) {
        std::vector<ChannelId> ids;
        for (const auto& entry : entries_of(flow_of(flow), parse_json(list).value()))
            ids.push_back(entry->row.id);
        return ids;
    };
    const std::string a = R"({"type":"slack","url":"https://a/x","events":["run_failed"]})";
    const std::string a_off =
        R"({"type":"slack","url":"https://a/x","events":["run_cancelled"],"enabled":false})";
    const std::string b = R"({"type":"discord","url":"https://a/x","events":["run_failed"]})";
    const auto all = ids_of(1, "[" + a + "," + b + "," + a + "]");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_NE(all[0], all[1]);
    EXPECT_NE(all[0], all[2]);
    EXPECT_THAT(ids_of(1, "[" + b + ",7,{}," + a_off + "]"), ElementsAre(all[1], all[0]));
    EXPECT_NE(ids_of(2, "[" + a + "]"), ids_of(1, "[" + a + "]"));
}

TEST_F(EntriesTest, ReadTheirAddressFromTheVault) {
    const auto address = [&](const std::string& url) -> std::string {
        const json::array list{
            json::object{{"type", "slack"}, {"url", url}, {"events", json::array{"run_failed"}}}};
        const auto found = with_address(*entries_of(flow_of(1), list).at(0), *vault_.content());
        return found ? (*found)->secret.url : "error: " + found.error().message;
    };
    EXPECT_EQ(address("{{$env.SLACK_HOOK}}"), hook);
    EXPECT_EQ(address("https://ops.example/in?a=1"), "https://ops.example/in?a=1");
    EXPECT_EQ(address("{{$env.NONE ?? 'https://b.example/'}}"), "https://b.example/");
    EXPECT_THAT(address("{{$env.SLACK_HOK}}"),
                AllOf(HasSubstr("error: "), HasSubstr("SLACK_HOK"),
                      HasSubstr("Did you mean 'SLACK_HOOK'"), Not(HasSubstr("hush"))));
    EXPECT_THAT(address("{{$trigger.url}}"), HasSubstr("error: "));
    EXPECT_THAT(address("{{1 + 1}}"), HasSubstr("error: "));
    EXPECT_THAT(address("https://ops.example/{{$env}}"), Not(HasSubstr("hush")))
        << "the vault as a whole goes nowhere";
}

TEST_F(EntriesTest, AreToldOfWhatTheyAskForOnceForABurst) {
    create(2, "Other");
    say(slack_list);
    end(1, "completed");
    store_run(2, "failed", 2);
    EXPECT_EQ(causes_left(), 0) << "nobody wants to hear of these";
    for (int second = 3; second < 6; ++second) end(second, "failed");
    EXPECT_EQ(turn(), clock_.at + Duration{limits::notification_gather_seconds * 1'000});
    EXPECT_THAT(sent_, IsEmpty());
    pass_quiet();
    ASSERT_THAT(sent_, SizeIs(1));
    EXPECT_EQ(sent_[0].request.url, hook);
    EXPECT_THAT(sent_[0].request.body, HasSubstr("Workflow 'Daily' failed 3 times"));
    answer_with(200, "ok");
    turn();
    ASSERT_THAT(own(), SizeIs(1));
    EXPECT_EQ(own()[0].status, "delivered");
    EXPECT_EQ(own()[0].target, R"({"type":"slack","url":"{{$env.SLACK_HOOK}}"})");
    EXPECT_THAT(counted(), ElementsAre("slack delivered 1"));
}

TEST_F(EntriesTest, AreEachToldBesideTheChannels) {
    add_channel(R"({"events":["run_failed"],"gatherSeconds":0})");
    say(R"([{"type":"webhook","url":"https://a.example/","events":["run_failed"]},
            {"type":"discord","url":"https://b.example/","events":["run_failed"]},
            {"type":"discord","url":"https://c.example/","events":["run_failed"],"enabled":false},
            {"type":"discord","url":"https://d.example/","events":["run_completed"]}])");
    end(1, "failed");
    pass_quiet();
    ASSERT_THAT(sent_, SizeIs(3));
    std::vector<std::string> urls;
    for (const Sent& each : sent_) urls.push_back(each.request.url);
    EXPECT_THAT(urls, testing::UnorderedElementsAre("https://example.com/in", "https://a.example/",
                                                    "https://b.example/?wait=true"));
    for (const Sent& each : sent_) {
        if (each.request.url != "https://a.example/") continue;
        EXPECT_NE(net::find_header(each.request.headers, "webhook-id"), nullptr);
        EXPECT_EQ(net::find_header(each.request.headers, "webhook-signature"), nullptr)
            << "there is nothing to sign with";
    }
}

TEST_F(EntriesTest, HearNothingOfRunsThatOthersStarted) {
    say(slack_list);
    auto child = row_at(1, "failed");
    child.parent = run_at(0);
    store_run(child);
    EXPECT_EQ(causes_left(), 0);
}

TEST_F(EntriesTest, AreNotedNoMoreWhenTheVersionHasNone) {
    say(slack_list);
    say("[]");
    end(1, "failed");
    EXPECT_EQ(causes_left(), 0);
    say(slack_list);
    entries_.erase(flow_of(1));
    end(2, "failed");
    EXPECT_EQ(causes_left(), 0);
}

TEST_F(EntriesTest, AreGivenUpWhenTheVersionHasThemNoMore) {
    say(slack_list);
    end(1, "failed");
    turn();
    say(R"([{"type":"slack","url":"{{$env.SLACK_HOOK}}","events":["run_failed"],"enabled":false}])");
    pass_quiet();
    EXPECT_THAT(sent_, IsEmpty());
    ASSERT_THAT(own(), SizeIs(1));
    EXPECT_EQ(own()[0].status, "failed");
    EXPECT_THAT(own()[0].attempts, HasSubstr("does not have this notification any more"));
}

TEST_F(EntriesTest, AreGivenUpWithoutTheirSecretAndSentAgainWithIt) {
    vault_.replace({});
    say(slack_list);
    end(1, "failed");
    pass_quiet();
    EXPECT_THAT(sent_, IsEmpty());
    ASSERT_THAT(own(), SizeIs(1));
    EXPECT_EQ(own()[0].status, "failed");
    EXPECT_THAT(own()[0].attempts, HasSubstr("SLACK_HOOK"));
    know(hook);
    ASSERT_TRUE(outbox_.send_again(own()[0].channel, own()[0].id, clock_.at));
    notifier_->look_again();
    turn();
    ASSERT_THAT(sent_, SizeIs(1));
    EXPECT_EQ(sent_[0].request.url, hook);
}

TEST_F(EntriesTest, AreToldAfterAStartAndAfterFailures) {
    say(slack_list);
    end(1, "failed");
    turn();
    restart();
    pass_quiet();
    ASSERT_THAT(sent_, SizeIs(1));
    answer_with(500, "no luck at /services/T0/B0/hush-hush");
    const auto again = turn();
    ASSERT_TRUE(again);
    EXPECT_THAT(own()[0].attempts, AllOf(HasSubstr("no luck"), Not(HasSubstr("hush"))));
    restart();
    turn();
    EXPECT_THAT(sent_, IsEmpty()) << "it is not due";
    clock_.at = *again;
    turn();
    ASSERT_THAT(sent_, SizeIs(1));
    answer(200);
    EXPECT_EQ(turn(), std::nullopt);
    EXPECT_EQ(own()[0].status, "delivered");
}

TEST_F(EntriesTest, WaitAsLongAsTheOtherSideAsks) {
    say(slack_list);
    end(1, "failed");
    pass_quiet();
    answer(429, {{"Retry-After", "40"}});
    EXPECT_EQ(turn(), clock_.at + Duration{40'000});
}

TEST_F(EntriesTest, KeepOnBeingToldAfter410) {
    say(slack_list);
    end(1, "failed");
    pass_quiet();
    answer(410);
    turn();
    EXPECT_EQ(own()[0].status, "failed");
    pass(3'600);
    end(2, "failed");
    pass_quiet();
    EXPECT_THAT(sent_, SizeIs(2));
}

TEST_F(EntriesTest, AreReadFromTheActiveVersions) {
    auto draft = draft_of("Daily");
    draft.notifications = slack_list;
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 1, draft, noon));
    ASSERT_TRUE(publish(1, 700));
    draft.notifications = "[]";
    ASSERT_TRUE(catalog_.update_flow(flow_of(1), 2, draft, noon));
    create(2, "Other");
    ASSERT_TRUE(publish(2, 701));
    ASSERT_TRUE(entries_.load(catalog_));
    EXPECT_THAT(*entries_.of(flow_of(1)), SizeIs(1));
    EXPECT_THAT(entries_.flows(FlowId{}, 10), ElementsAre(flow_of(1)));
    end(1, "failed");
    EXPECT_NE(causes_left(), 0);
}

TEST_F(EntriesTest, OfManyFlowsAllGetTheirTurn) {
    for (std::uint64_t flow = 2; flow < 50; ++flow) {
        create(flow, "Flow " + std::to_string(flow));
        say(slack_list, flow);
        store_run(static_cast<std::int64_t>(flow), "failed", flow);
    }
    pass_quiet();
    EXPECT_THAT(sent_, SizeIs(limits::notification_sends));
    for (std::size_t i = 0; i < sent_.size(); ++i) {
        net::HttpResponse response;
        response.status = 200;
        sent_[i].done(std::move(response));
        turn();
    }
    EXPECT_THAT(sent_, SizeIs(48));
    for (std::uint64_t flow = 2; flow < 50; ++flow) {
        ASSERT_THAT(own(flow), SizeIs(1)) << flow;
        EXPECT_EQ(own(flow)[0].status, "delivered") << flow;
    }
}

}  // namespace
}  // namespace swiftgrid::control
