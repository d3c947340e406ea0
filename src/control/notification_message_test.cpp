// The bytes of messages, as requirements 9.5 say, and what answers mean.

#include "control/notification_message.h"

#include <gmock/gmock.h>

#include "base/base64.h"
#include "base/limits.h"
#include "control/notification_request.h"
#include "control/notification_rules.h"
#include "control/webhook_signature.h"

namespace swiftgrid::control {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Instant half_past_ten{1'705'314'600'000};  // 2024-01-15T10:30:00Z

Notice failure(std::string name = "Daily Report", std::string error = "Connection timeout") {
    Notice notice;
    notice.event = "run_failed";
    notice.flow_id = "f1";
    notice.flow_name = std::move(name);
    notice.run_id = "abc123";
    notice.facts.at = half_past_ten;
    notice.facts.error = std::move(error);
    return notice;
}

TEST(NotificationMessage, OfAFailureIsWhatSlackWasPromised) {
    EXPECT_EQ(payload_of("slack", failure()),
              R"({"text":"⚠️ Workflow 'Daily Report' failed","attachments":[{"color":"danger",)"
              R"("fields":[{"title":"Run ID","value":"abc123","short":true},)"
              R"({"title":"Error","value":"Connection timeout","short":false}]}]})");
}

TEST(NotificationMessage, OfAFailureIsWhatDiscordWasPromised) {
    EXPECT_EQ(payload_of("discord", failure()),
              R"({"content":"⚠️ Workflow 'Daily Report' failed","embeds":[{"color":15158332,)"
              R"("fields":[{"name":"Run ID","value":"abc123","inline":true},)"
              R"({"name":"Error","value":"Connection timeout"}]}]})");
}

TEST(NotificationMessage, OfAFailureIsWhatAWebhookWasPromised) {
    EXPECT_EQ(payload_of("webhook", failure()),
              R"({"event":"run_failed","workflow_id":"f1","workflow_name":"Daily Report",)"
              R"("run_id":"abc123","error":"Connection timeout",)"
              R"("timestamp":"2024-01-15T10:30:00.000Z"})");
}

TEST(NotificationMessage, CountsWhatHappenedTogether) {
    Notice notice = failure();
    notice.count = 12;
    EXPECT_THAT(payload_of("slack", notice), HasSubstr("'Daily Report' failed 12 times"));
    EXPECT_THAT(payload_of("discord", notice), HasSubstr("'Daily Report' failed 12 times"));
    EXPECT_THAT(payload_of("webhook", notice), HasSubstr(R"("count":12})"));
}

TEST(NotificationMessage, CallsNobody) {
    const Notice notice = failure("<!channel> @everyone", "a & b <@U1>");
    EXPECT_THAT(payload_of("slack", notice), HasSubstr("'&lt;!channel&gt; @everyone'"));
    EXPECT_THAT(payload_of("slack", notice), HasSubstr("a &amp; b &lt;@U1&gt;"));
    EXPECT_THAT(payload_of("discord", notice), HasSubstr("@\u200beveryone"));
    EXPECT_THAT(payload_of("webhook", notice), HasSubstr("<!channel> @everyone"));
}

TEST(NotificationMessage, CutsErrorsForChatsBetweenCharacters) {
    std::string error;
    for (std::size_t i = 0; i < 5'000; ++i) error += "ü";
    std::string cut;
    for (std::size_t i = 0; i < limits::notification_error_characters; ++i) cut += "ü";
    EXPECT_THAT(payload_of("discord", failure("x", error)), HasSubstr("\"" + cut + "…\""));
    EXPECT_THAT(payload_of("webhook", failure("x", error)), HasSubstr("\"" + error + "\""));
    EXPECT_THAT(payload_of("discord", failure("x", "")), HasSubstr(R"("value":"-")"));
}

TEST(NotificationMessage, CountsCharactersAsChatsDo) {
    std::string error;
    std::string cut;
    for (std::size_t i = 0; i < limits::notification_error_characters; ++i) error += "😀";
    for (std::size_t i = 0; i < limits::notification_error_characters / 2; ++i) cut += "😀";
    EXPECT_THAT(payload_of("discord", failure("x", error)), HasSubstr("\"" + cut + "…\""));
}

TEST(NotificationMessage, SaysWhatElseHappened) {
    Notice notice = failure("Sync", "");
    notice.event = "run_slow";
    notice.facts.threshold_ms = 30'000;
    notice.facts.duration_ms = 45'500;
    EXPECT_THAT(payload_of("slack", notice), HasSubstr("'Sync' took longer than 30 s"));
    EXPECT_THAT(payload_of("slack", notice), HasSubstr(R"("value":"45.5 s")"));
    EXPECT_THAT(payload_of("webhook", notice),
                HasSubstr(R"("error":null,"timestamp":"2024-01-15T10:30:00.000Z",)"
                          R"("duration_ms":45500,"threshold_ms":30000})"));
    notice.event = "run_waiting";
    notice.facts.threshold_ms = 3'600'000;
    notice.facts.waiting_since = half_past_ten;
    EXPECT_THAT(payload_of("discord", notice), HasSubstr("has been waiting for longer than 1 h"));
    notice.event = "run_recovered";
    EXPECT_THAT(payload_of("slack", notice), HasSubstr("✅ Workflow 'Sync' recovered"));
    notice.event = "test";
    EXPECT_THAT(payload_of("slack", notice), HasSubstr("test message"));
}

TEST(NotificationMessage, SurvivesTheDisk) {
    NotificationFacts facts;
    facts.at = half_past_ten;
    facts.error = "why \"not\"";
    facts.threshold_ms = 1;
    facts.planned_at = half_past_ten + Duration{1};
    const auto read = NotificationFacts::parse(facts.to_text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->to_text(), facts.to_text());
    EXPECT_EQ(read->error, facts.error);
    EXPECT_FALSE(NotificationFacts::parse("[]"));
}

Channel channel_to(const std::string& type, const std::string& url) {
    store::NotificationChannel row;
    row.type = type;
    row.events = R"(["run_failed"])";
    ChannelSecret secret{url, {}};
    secret.signing.replace("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", half_past_ten, Duration{});
    auto channel = channel_of(row, secret);
    EXPECT_TRUE(channel);
    return *std::move(channel);
}

SendVerdict verdict(const std::string& type, int status, std::vector<net::HttpHeader> headers = {},
                    const std::string& said = "") {
    net::HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    const Channel channel = channel_to(type, "https://hooks.example.com/services/T0/B0/hush-hush");
    return judge_answer(channel, response, {said, said.size()}, runtime::Redactor({}),
                        half_past_ten);
}

TEST(NotificationRequest, OfAWebhookIsSigned) {
    const Channel channel = channel_to("webhook", "https://example.com/in");
    const auto request = notification_request(channel, "msg1", "{}", half_past_ten + Duration{999},
                                              std::make_shared<SeenAnswer>());
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://example.com/in");
    EXPECT_FALSE(request.follow_redirects);
    const auto header = [&](std::string_view name) {
        const std::string* found = net::find_header(request.headers, name);
        return found ? *found : "";
    };
    EXPECT_EQ(header("webhook-timestamp"), "1705314600");
    // Another implementation of the same: node's crypto.createHmac('sha256', key).
    EXPECT_EQ(header("webhook-signature"), "v1,A8dml46mDWm8k4r7mPPbijsCddN7OQo07MfID4CUSu4=");
    SignedCall call;
    call.webhook_id = "msg1";
    const std::string time = header("webhook-timestamp");
    const std::string signature = header("webhook-signature");
    call.webhook_timestamp = time;
    call.webhook_signature = signature;
    call.body = "{}";
    const auto secrets = channel.secret.signing.valid_at(half_past_ten);
    EXPECT_TRUE(verify_signature(call, secrets, half_past_ten));
    call.body = "{ }";
    EXPECT_FALSE(verify_signature(call, secrets, half_past_ten));
}

TEST(NotificationRequest, AsksDiscordToSayWhatBecameOfIt) {
    const auto url = [](const std::string& address) {
        return notification_request(channel_to("discord", address), "m", "{}", half_past_ten,
                                    std::make_shared<SeenAnswer>())
            .url;
    };
    EXPECT_EQ(url("https://discord.com/api/webhooks/1/x"),
              "https://discord.com/api/webhooks/1/x?wait=true");
    EXPECT_EQ(url("https://discord.com/api/webhooks/1/x?thread_id=2#a"),
              "https://discord.com/api/webhooks/1/x?thread_id=2&wait=true");
}

TEST(NotificationRequest, KnowsWhatAnswersMean) {
    EXPECT_EQ(verdict("slack", 200).outcome, SendOutcome::delivered);
    EXPECT_EQ(verdict("discord", 204).outcome, SendOutcome::delivered);
    EXPECT_EQ(verdict("slack", 404).outcome, SendOutcome::refused);
    EXPECT_EQ(verdict("webhook", 404).outcome, SendOutcome::retry);
    EXPECT_EQ(verdict("webhook", 302).outcome, SendOutcome::retry);
    EXPECT_EQ(verdict("discord", 500).outcome, SendOutcome::retry);
    EXPECT_EQ(verdict("webhook", 410).outcome, SendOutcome::gone);
    const auto limited = verdict("discord", 429, {{"retry-after", "1.5"}});
    EXPECT_EQ(limited.outcome, SendOutcome::retry);
    EXPECT_EQ(limited.asked_wait, Duration{1'500});
}

TEST(NotificationRequest, ShowsWhatWasSaidWithoutTheAddress) {
    const auto refused =
        verdict("slack", 404, {}, " no_service at /services/T0/B0/hush-hush (hush-hush)\n");
    EXPECT_THAT(refused.detail, HasSubstr("no_service"));
    EXPECT_THAT(refused.detail, Not(HasSubstr("hush")));
    const Channel channel = channel_to("slack", "https://10.0.0.7/services/hush-hush");
    const auto guarded = judge_answer(
        channel,
        std::unexpected(net::HttpError{net::HttpErrorKind::egress_refused, "10.0.0.7 is private"}),
        {}, runtime::Redactor({}), half_past_ten);
    EXPECT_EQ(guarded.outcome, SendOutcome::refused);
    EXPECT_EQ(guarded.status, std::nullopt);
    EXPECT_EQ(guarded.detail, "10.0.0.7 is private");
}

net::HttpResponse failed_with_500() {
    net::HttpResponse response;
    response.status = 500;
    return response;
}

TEST(NotificationRequest, ShowsNoPartOfTheAddressThatMayLetOneIn) {
    const Channel channel = channel_to(
        "webhook",
        "https://robot:pass-word@example.com/hooks/first-key/?token=other-key&a=b#third");
    for (const std::string part : {"pass-word", "robot:pass-word", "first-key", "other-key"}) {
        const std::string said = "no " + part + " here";
        const auto judged = judge_answer(channel, failed_with_500(), {said, said.size()},
                                         runtime::Redactor({}), half_past_ten);
        EXPECT_EQ(judged.detail, "no [redacted] here");
    }
}

TEST(NotificationRequest, TakesSecretsOutBeforeItMakesTextOfBytes) {
    const Channel channel = channel_to("slack", "https://example.com/x");
    const std::vector<std::string> secrets{"pässwörd"};
    const std::string said = "wrong key: pässwörd, mein Freund ü";
    const auto judged = judge_answer(channel, failed_with_500(), {said, said.size()},
                                     runtime::Redactor(secrets), half_past_ten);
    EXPECT_EQ(judged.detail, "wrong key: [redacted], mein Freund ..");
}

TEST(NotificationRequest, TakesOutSecretsThatAreCut) {
    const Channel channel = channel_to("slack", "https://example.com/x");
    const std::vector<std::string> secrets{"correct horse battery"};
    const auto seen = std::make_shared<SeenAnswer>();
    const auto request = notification_request(channel, "m", "{}", half_past_ten, seen);
    const std::string before(limits::notification_answer_bytes - 12, '-');
    request.on_body({}, before + "correct horse battery");
    EXPECT_EQ(seen->begin.size(), limits::notification_answer_bytes);
    const auto judged =
        judge_answer(channel, failed_with_500(), *seen, runtime::Redactor(secrets), half_past_ten);
    EXPECT_THAT(judged.detail, Not(HasSubstr("correct")));
    EXPECT_THAT(judged.detail, testing::StartsWith(before));
}

TEST(NotificationRequest, PausesAreNotWornDownByWhoAsksForLittle) {
    const DeliveryId delivery{Uuid{{1, 2, 3}}};
    const auto asks = [&](std::int64_t count, Duration asked) {
        return retry_pause(delivery, {count, Duration{5'000 * (count - 1)}, asked});
    };
    EXPECT_EQ(asks(5, Duration{1'000}), Duration{1'000});
    // The sixth attempt came after 25 s, and is followed by the step of the plan that is due then.
    EXPECT_GE(asks(6, Duration{1'000}), Duration{280'000});
    EXPECT_LT(asks(6, Duration{1'000}), Duration{310'000});
    const Duration day{limits::notification_retry_ms_max};
    EXPECT_EQ(asks(6, day), day);
    EXPECT_EQ(asks(1, Duration{2 * day.milliseconds}), day);
}

TEST(NotificationRequest, PausesGrowAndEnd) {
    const DeliveryId delivery{Uuid{{1, 2, 3}}};
    Duration before{};
    Duration since_first{};
    for (std::int64_t failed = 1; failed < 10; ++failed) {
        const auto pause = retry_pause(delivery, {failed, since_first, std::nullopt});
        ASSERT_TRUE(pause) << failed;
        EXPECT_GT(*pause, before);
        before = *pause;
        since_first.milliseconds += pause->milliseconds;
    }
    EXPECT_EQ(retry_pause(delivery, {10, since_first, std::nullopt}), std::nullopt);
    EXPECT_EQ(retry_pause(delivery, {10, since_first, Duration{1}}), std::nullopt);
    EXPECT_EQ(retry_pause(delivery, {1, {}, Duration{0}}), Duration{0});
    EXPECT_GE(retry_pause(delivery, {1, {}, std::nullopt}), Duration{5'000});
    EXPECT_LT(retry_pause(delivery, {1, {}, std::nullopt}), Duration{5'500});
}

TEST(NotificationRequest, AServerThatWasOffHasNotTried) {
    const DeliveryId delivery{Uuid{{1, 2, 3}}};
    const Duration week{7LL * 24 * 3'600'000};
    EXPECT_GE(retry_pause(delivery, {2, week, std::nullopt}), Duration{300'000});
    EXPECT_LT(retry_pause(delivery, {2, week, std::nullopt}), Duration{330'000});
}

TEST(NotificationChannel, IsReadWithItsDefaults) {
    const auto read = read_channel(
        parse_json(R"({"type":"slack","name":"alerts","url":"https://hooks.slack.com/services/T",
            "events":["run_failed","run_failed"]})")
            ->get_object(),
        nullptr);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->row.events, R"(["run_failed"])");
    EXPECT_EQ(read->row.shown_url, "https://hooks.slack.com/…");
    EXPECT_TRUE(read->row.enabled);
    EXPECT_EQ(read->row.gather_seconds, limits::notification_gather_seconds);
    EXPECT_EQ(read->flows, std::nullopt);
    // The address and what else is left out stays when it is changed.
    const auto changed = read_channel(
        parse_json(R"({"events":["run_slow"],"slowerThanMs":5})")->get_object(), &*read);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->secret.url, "https://hooks.slack.com/services/T");
    EXPECT_EQ(changed->row.slower_than_ms, 5);
}

TEST(NotificationChannel, SaysEverythingThatIsWrong) {
    const auto read = read_channel(
        parse_json(R"({"type":"mail","name":"","url":"ftp://x","events":["run_done"],"flowIds":[7],
            "gatherSeconds":-1,"enabled":1,"colour":"red"})")
            ->get_object(),
        nullptr);
    ASSERT_FALSE(read);
    std::vector<std::string> pointers;
    for (const model::Problem& problem : read.error()) {
        pointers.push_back(problem.pointer);
        EXPECT_FALSE(problem.mend.empty()) << problem.pointer;
    }
    EXPECT_THAT(pointers,
                testing::UnorderedElementsAre("/type", "/name", "/url", "/events/0", "/flowIds/0",
                                              "/gatherSeconds", "/enabled", "/colour"));
    const auto no_limit = read_channel(
        parse_json(R"({"type":"slack","name":"a","url":"http://x","events":["run_slow"]})")
            ->get_object(),
        nullptr);
    ASSERT_FALSE(no_limit);
    EXPECT_EQ(no_limit.error().front().pointer, "/slowerThanMs");
}

std::string first_pointer(const json::object& members) {
    const auto read = read_channel(members, nullptr);
    return read ? "" : read.error().front().pointer;
}

TEST(NotificationChannel, HasANameThatCanBeSeen) {
    json::object members =
        parse_json(R"({"type":"slack","name":"a b","url":"http://x","events":["run_failed"]})")
            ->as_object();
    EXPECT_EQ(first_pointer(members), "");
    for (const char* name : {"", " ", " a", "a ", "a\nb", "a\x7f"}) {
        members["name"] = name;
        EXPECT_EQ(first_pointer(members), "/name") << name;
    }
    members["name"] = std::string(limits::notification_name_characters + 1, 'x');
    EXPECT_EQ(first_pointer(members), "/name");
}

TEST(NotificationChannel, IsRefusedWithFewWordsHoweverMuchIsWrong) {
    json::object members =
        parse_json(R"({"type":"slack","name":"a","url":"http://x","events":["run_failed"]})")
            ->as_object();
    members["events"] = json::array(10'000, json::value("run_failed"));
    EXPECT_EQ(first_pointer(members), "/events");
    for (int i = 0; i < 10'000; ++i) members["m" + std::to_string(i)] = 1;
    const auto read = read_channel(members, nullptr);
    ASSERT_FALSE(read);
    EXPECT_LE(read.error().size(), limits::problems + 10);
}

TEST(NotificationChannel, ShowsNoSecretOfAnAddress) {
    EXPECT_EQ(shown_url("https://me:pw@example.com:8443/x?key=1"), "https://example.com:8443/…");
    EXPECT_EQ(shown_url("https://example.com/?key=1"), "https://example.com/…");
    EXPECT_EQ(shown_url("http://example.com:80/"), "http://example.com");
    EXPECT_EQ(shown_url("http://[::1]:8080"), "http://[::1]:8080");
}

}  // namespace
}  // namespace swiftgrid::control
