#include "app/host.h"

#include <csignal>
#include <functional>
#include <future>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/housekeeping.h"
#include "base/assert.h"

namespace swiftgrid::app {
namespace {

using control::Answer;
using control::Started;
using control::StartRequest;
using testing::HasSubstr;

struct Ended {
    RunId run;
    runtime::RunEnd end;
};

// The whole server below HTTP: a real store in memory, real shards, real script workers.
class HostTest : public testing::Test {
protected:
    HostTest() : zygote_(sandbox::Zygote::start()) {
        SG_ASSERT(zygote_.has_value(), "scripts can be confined on this machine");
        auto host = Host::create({"", {}, 1}, *zygote_);
        SG_ASSERT(host.has_value(), "a store in memory opens");
        host_ = std::move(*host);
        SG_ASSERT(host_->start().has_value(), "an empty store has nothing to recover");
    }
    ~HostTest() override { host_->stop(); }

    control::FlowService& flows() { return host_->flows(); }

    static json::object body(std::string_view text) {
        auto value = parse_json(text);
        EXPECT_TRUE(value.has_value()) << text;
        return value->as_object();
    }

    // The members of a flow with one node.
    static json::object flow_of(std::string_view type, std::string_view data) {
        return body(R"({"name":"A flow","graph":{"edges":[],"nodes":[{"id":"a","type":")" +
                    std::string(type) + R"(","data":)" + std::string(data) + "}]}}");
    }
    static json::object code(std::string_view source) {
        return flow_of("code-execution", to_json(json::object{{"code", source}}));
    }

    FlowId create(const json::object& members) {
        auto view = flows().create(members);
        SG_ASSERT(view.has_value(), "a draft is stored with all its mistakes");
        return parse_id<FlowId>(body(view->json).at("id").as_string()).value();
    }

    static StartRequest request(FlowId flow,
                                control::VersionChoice version = control::DefaultVersion{},
                                std::string input = "null") {
        StartRequest request;
        request.flow = flow;
        request.version = version;
        request.input = JsonText::trusted(std::move(input));
        return request;
    }

    void publish(FlowId flow) {
        auto version = flows().publish(flow, "", "owner");
        EXPECT_TRUE(version.has_value());
    }

    void save(FlowId flow, const json::object& members) {
        EXPECT_TRUE(flows().save(flow, flows().get(flow)->revision, members).has_value());
    }

    Answer<Started> start(StartRequest request) {
        std::promise<Answer<Started>> answered;
        host_->starter().start(std::move(request), [&](Answer<Started> answer) {
            answered.set_value(std::move(answer));
        });
        return answered.get_future().get();
    }

    Ended run_to_end(StartRequest request) {
        std::promise<Ended> ended;
        request.on_end = [&](RunId run, const runtime::RunEnd& end) {
            ended.set_value({run, end});
        };
        const auto started = start(std::move(request));
        SG_ASSERT(started.has_value(), "the run starts");
        return ended.get_future().get();
    }

    std::string output_of(FlowId flow, control::VersionChoice version) {
        return std::string(run_to_end(request(flow, version)).end.output.view());
    }

    json::object run_of(RunId run) { return body(host_->runs().summary(run).value()); }

    std::vector<store::AuditEntry> audit(FlowId flow, std::string action) {
        store::AuditQuery query;
        query.flow = flow;
        query.actions = {std::move(action)};
        return host_->catalog().list_audit(query)->items;
    }

    Result<sandbox::Zygote> zygote_;
    std::unique_ptr<Host> host_;
};

TEST_F(HostTest, RefusesADraftThatSomebodyElseSavedMeanwhile) {
    const FlowId flow = create(code("return 1"));
    const auto mine = flows().get(flow)->revision;
    ASSERT_TRUE(flows().save(flow, mine, body(R"({"name":"Theirs"})")).has_value());
    const auto saved = flows().save(flow, mine, body(R"({"name":"Mine"})"));
    ASSERT_FALSE(saved.has_value());
    EXPECT_EQ(saved.error().error.code, ErrorCode::precondition_failed);
    EXPECT_THAT(flows().get(flow)->json, HasSubstr(R"("name":"Theirs")"));
}

// Publishing, making a version live, loading one into the draft; discarding is loading the live
// one.
class HostVersionsTest : public HostTest {
protected:
    using Refused = std::optional<ErrorCode>;
    using Change = std::function<Refused(std::optional<std::int64_t> revision)>;

    // Version 2 is live; the draft that was seen at `seen_` was changed by somebody else.
    HostVersionsTest() {
        publish(flow_);
        save(flow_, code("return 2"));
        publish(flow_);
        seen_ = flows().get(flow_)->revision;
        save(flow_, code("return 3"));
    }

    void is_made_only_of_what_was_seen(const Change& change) {
        const auto before = flows().get(flow_);
        EXPECT_EQ(change(seen_), ErrorCode::precondition_failed);
        EXPECT_EQ(flows().get(flow_)->json, before->json);
        EXPECT_EQ(change(before->revision), std::nullopt);
        EXPECT_NE(flows().get(flow_)->json, before->json);
        save(flow_, code("return 4"));
        EXPECT_EQ(change(std::nullopt), std::nullopt);
    }

    template <typename T>
    static Refused refused(const Answer<T>& answer) {
        if (answer) return std::nullopt;
        return answer.error().error.code;
    }

    FlowId flow_ = create(code("return 1"));
    std::int64_t seen_ = 0;
};

TEST_F(HostVersionsTest, PublishesOnlyTheDraftThatWasSeen) {
    is_made_only_of_what_was_seen(
        [&](auto revision) { return refused(flows().publish(flow_, "", "owner", revision)); });
    EXPECT_EQ(output_of(flow_, control::ActiveVersionOnly{}), "4");
}

TEST_F(HostVersionsTest, MakesAVersionLiveOnlyBesideTheDraftThatWasSeen) {
    is_made_only_of_what_was_seen(
        [&](auto revision) { return refused(flows().roll_back(flow_, 1, "owner", revision)); });
    EXPECT_EQ(output_of(flow_, control::ActiveVersionOnly{}), "1");
}

TEST_F(HostVersionsTest, LoadsAVersionOnlyOverTheDraftThatWasSeen) {
    is_made_only_of_what_was_seen(
        [&](auto revision) { return refused(flows().restore(flow_, 1, revision)); });
    EXPECT_EQ(output_of(flow_, control::DraftVersion{}), "1");
}

TEST_F(HostVersionsTest, DiscardsOnlyTheDraftThatWasSeen) {
    is_made_only_of_what_was_seen(
        [&](auto revision) { return refused(flows().restore(flow_, 2, revision)); });
    EXPECT_EQ(output_of(flow_, control::DraftVersion{}), "2");
}

TEST_F(HostTest, StoresADraftWithMistakesButNeitherPublishesNorRunsIt) {
    const FlowId flow = create(flow_of("http-request", "{}"));
    const auto published = flows().publish(flow, "", "owner");
    ASSERT_FALSE(published.has_value());
    EXPECT_EQ(published.error().error.code, ErrorCode::invalid_document);
    ASSERT_EQ(published.error().problems.size(), 1u);
    EXPECT_EQ(published.error().problems[0].code, "missing_field");
    EXPECT_EQ(published.error().problems[0].pointer, "/graph/nodes/0/data/url");
    const auto started = start(request(flow));
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().problems.size(), 1u);
}

TEST_F(HostTest, RunsTheVersionThatIsAskedFor) {
    const FlowId flow = create(code("return 1"));
    EXPECT_EQ(output_of(flow, control::DefaultVersion{}), "1");
    publish(flow);
    save(flow, code("return 2"));
    publish(flow);
    save(flow, code("return 3"));
    EXPECT_EQ(output_of(flow, control::DefaultVersion{}), "2");
    EXPECT_EQ(output_of(flow, control::ActiveVersionOnly{}), "2");
    EXPECT_EQ(output_of(flow, control::DraftVersion{}), "3");
    EXPECT_EQ(output_of(flow, control::NumberedVersion{1}), "1");
    ASSERT_TRUE(flows().roll_back(flow, 1, "owner").has_value());
    EXPECT_EQ(output_of(flow, control::DefaultVersion{}), "1");
}

TEST_F(HostTest, RefusesAVersionThatIsNotThere) {
    const FlowId flow = create(code("return 1"));
    const auto active = start(request(flow, control::ActiveVersionOnly{}));
    ASSERT_FALSE(active.has_value());
    EXPECT_EQ(active.error().error.code, ErrorCode::conflict);
    const auto numbered = start(request(flow, control::NumberedVersion{7}));
    ASSERT_FALSE(numbered.has_value());
    EXPECT_EQ(numbered.error().error.code, ErrorCode::not_found);
}

TEST_F(HostTest, MakesOneRunOfFiftyStartsWithOneKey) {
    const FlowId flow = create(code("return 1"));
    constexpr int count = 50;
    std::vector<std::promise<Answer<Started>>> answers(count);
    for (auto& answer : answers) {
        StartRequest keyed = request(flow);
        keyed.key = control::KeyOfRequest{"POST /runs", "key", "print"};
        host_->starter().start(std::move(keyed), [&answer](Answer<Started> started) {
            answer.set_value(std::move(started));
        });
    }
    std::set<RunId> runs;
    int first_count = 0;
    for (auto& answer : answers) {
        const auto started = answer.get_future().get();
        ASSERT_TRUE(started.has_value());
        runs.insert(started->run);
        first_count += started->is_repeat ? 0 : 1;
    }
    EXPECT_EQ(runs.size(), 1u);
    EXPECT_EQ(first_count, 1);
    EXPECT_EQ(host_->catalog().list_runs({})->items.size(), 1u);
}

TEST_F(HostTest, RefusesAKeyThatWasUsedForAnotherRequest) {
    StartRequest keyed = request(create(code("return 1")));
    keyed.key = control::KeyOfRequest{"POST /runs", "key", "print"};
    ASSERT_TRUE(start(keyed).has_value());
    EXPECT_TRUE(start(keyed)->is_repeat);
    keyed.key->fingerprint = "another";
    const auto refused = start(keyed);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().error.code, ErrorCode::invalid_document);
}

TEST_F(HostTest, ReplaysWithTheOldGraphAndInputUnlessToldOtherwise) {
    const FlowId flow = create(code("return ['old', $trigger]"));
    const Ended first = run_to_end(request(flow, control::DefaultVersion{}, "1"));
    save(flow, code("return ['new', $trigger]"));
    const auto replay = [&](control::ReplayRequest request) {
        std::promise<Answer<Started>> answered;
        host_->reruns().replay(std::move(request), [&](Answer<Started> answer) {
            answered.set_value(std::move(answer));
        });
        return answered.get_future().get().value().run;
    };
    const auto graph_of = [&](RunId run) { return host_->catalog().get_run(run)->row.graph; };
    control::ReplayRequest as_it_was;
    as_it_was.run = first.run;
    const RunId same = replay(as_it_was);
    EXPECT_EQ(graph_of(same), graph_of(first.run));
    EXPECT_EQ(run_of(same).at("trigger"), "replay");
    EXPECT_EQ(run_of(same).at("replayOf").as_string(), to_string(first.run));
    control::ReplayRequest changed = as_it_was;
    changed.input = JsonText::trusted("2");
    changed.version = control::DraftVersion{};
    const RunId other = replay(changed);
    EXPECT_NE(graph_of(other), graph_of(first.run));
}

TEST_F(HostTest, CancelsARunOnceAndWritesItIntoTheAuditLog) {
    const FlowId flow =
        create(flow_of("code-execution", R"({"code":"for (;;);","timeoutMs":60000})"));
    const RunId run = start(request(flow))->run;
    ASSERT_TRUE(host_->runs().cancel(run, "owner").has_value());
    EXPECT_EQ(run_of(run).at("status"), "cancelled");
    const auto entries = audit(flow, "CANCELLED");
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].run, run);
    const auto again = host_->runs().cancel(run, "owner");
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().error.code, ErrorCode::conflict);
    EXPECT_EQ(audit(flow, "CANCELLED").size(), 1u);
}

TEST_F(HostTest, DeletesAFlowWithOpenRunsOnlyWhenForced) {
    const FlowId flow =
        create(flow_of("code-execution", R"({"code":"for (;;);","timeoutMs":60000})"));
    const RunId run = start(request(flow))->run;
    const auto refused = flows().remove(flow, false, "owner");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().error.code, ErrorCode::conflict);
    ASSERT_TRUE(flows().remove(flow, true, "owner").has_value());
    EXPECT_EQ(flows().get(flow).error().error.code, ErrorCode::not_found);
    EXPECT_FALSE(host_->runs().summary(run).has_value());
    EXPECT_EQ(start(request(flow)).error().error.code, ErrorCode::not_found);
}

TEST_F(HostTest, TellsWhereInAPlaceholderItsScriptFailed) {
    const FlowId flow = create(
        flow_of("code-execution",
                R"({"code":"return INPUT","inputs":{"x":"{{ $trigger.a.map(x => x.y.z) }}"}})"));
    const Ended ended = run_to_end(request(flow, control::DefaultVersion{}, R"({"a":[1]})"));
    ASSERT_TRUE(ended.end.error);
    EXPECT_EQ(ended.end.error->code, "script_error");
    ASSERT_TRUE(ended.end.error->details);
    EXPECT_THAT(std::string(ended.end.error->details->view()), HasSubstr(R"({"line":1,"column":)"));
}

// Housekeeping on a host whose clock a test sets.
class HousekeepingTest : public HostTest {
protected:
    struct SetClock : runtime::Clock {
        Instant now() const override { return instant; }
        std::int64_t monotonic_ms() const override { return 0; }
        Instant instant;
    };

    void begin(std::function<void()> on_sandbox_ended) {
        accounts_ = *control::Accounts::open({host_->stored_accounts(), clock_, host_->ids()},
                                             std::string(64, 't'));
        housekeeping_ = std::make_unique<Housekeeping>(
            Housekeeping::Parts{timer_, host_->workers(), host_->catalog(), *accounts_, clock_,
                                *zygote_, std::move(on_sandbox_ended)},
            HousekeepingTimes{
                .between_rounds_ms = 1, .between_portions_ms = 1, .between_looks_ms = 1});
        housekeeping_->start();
    }
    ~HousekeepingTest() override {
        if (housekeeping_) housekeeping_->stop();
        host_->stop();
    }

    SetClock clock_;
    api::Timer timer_{host_->io()};
    std::unique_ptr<control::Accounts> accounts_;
    std::unique_ptr<Housekeeping> housekeeping_;
};

TEST_F(HousekeepingTest, ForgetsKeysThatAreTooOldAndNoOthers) {
    const FlowId flow = create(code("return 1"));
    StartRequest keyed = request(flow);
    keyed.key = control::KeyOfRequest{"scope", "key", "print"};
    ASSERT_TRUE(start(keyed).has_value());
    const Instant now = host_->clock.now();
    const Instant tomorrow = now + Duration{25LL * 60 * 60 * 1000};
    EXPECT_EQ(host_->catalog().forget_old_keys(now, 10).value(), 0);
    ASSERT_TRUE(host_->catalog().find_key("scope", "key", now)->has_value());

    clock_.instant = tomorrow;
    begin([] {});
    while (host_->catalog().find_key("scope", "key", now)->has_value()) std::this_thread::yield();
}

TEST_F(HousekeepingTest, TellsOnceThatTheSandboxHasEnded) {
    std::promise<void> told;  // a second call would throw
    begin([&] { told.set_value(); });
    ASSERT_EQ(::kill(zygote_->process_id(), SIGKILL), 0);
    told.get_future().wait();
}

}  // namespace
}  // namespace swiftgrid::app
