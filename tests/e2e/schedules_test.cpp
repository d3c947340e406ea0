// Schedules over HTTP, and that an occurrence starts one run however often the server dies.

#include <sqlite3.h>

#include <gmock/gmock.h>

#include "api_fixture.h"
#include "command_line.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Schedules : public Api {
protected:
    std::string published_flow() {
        const std::string flow = client.create_flow(script_flow("return input"));
        EXPECT_EQ(client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})").status,
                  201);
        return flow;
    }
    std::string path_of(const std::string& flow) { return "/api/flows/" + flow + "/schedule"; }

    std::size_t cron_runs() {
        return client.get("/api/runs?trigger=cron&limit=200").json().at("items").as_array().size();
    }

    // Everything that was due is decided.
    bool is_decided(const std::string& flow, const std::string& next_run) {
        return eventually([&] { return client.get(path_of(flow)).text("/nextRun") == next_run; });
    }

    // What a server that was down for so long finds. Only while it is down.
    void set_next_run(std::int64_t milliseconds) {
        sqlite3* database = nullptr;
        ASSERT_EQ(::sqlite3_open((server.data_dir() + "/swiftgrid.db").c_str(), &database),
                  SQLITE_OK);
        const std::string sql =
            "UPDATE workflows SET schedule_next_run = " + std::to_string(milliseconds);
        EXPECT_EQ(::sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        ::sqlite3_close(database);
    }
};

TEST_F(Schedules, AreSetReadListedAndRemoved) {
    const std::string flow = published_flow();
    Answer none = client.get(path_of(flow));
    EXPECT_EQ(none.status, 200);
    EXPECT_EQ(none.text("/enabled"), "false");
    EXPECT_EQ(none.text("/cron"), "null");
    EXPECT_EQ(none.text("/timezone"), "UTC");
    EXPECT_EQ(none.text("/overlapMode"), "skip");
    EXPECT_EQ(none.text("/missed"), "run_once");

    const Answer set = client.put(path_of(flow), R"({"enabled":true,"cron":"0 9 1 1 *",
        "timezone":"Europe/Berlin","inputData":{"source":"cron"},"overlapMode":"queue_one",
        "missed":"skip"})");
    EXPECT_EQ(set.status, 200) << set.body;
    EXPECT_THAT(set.text("/nextRun"), HasSubstr("-01-01T08:00:00.000Z"));
    EXPECT_EQ(set.text("/description"), "At 09:00 on day 1 of the month in January, Europe/Berlin");
    EXPECT_EQ(client.get(path_of(flow)).body, set.body);
    EXPECT_EQ(client.get("/api/flows").text("/items/0/scheduleEnabled"), "true");
    EXPECT_EQ(client.get("/api/flows").text("/items/0/scheduleNextRun"), set.text("/nextRun"));
    const Answer list = client.get("/api/schedules");
    EXPECT_EQ(list.text("/items/0/flowId"), flow);
    EXPECT_EQ(list.text("/items/0/flowName"), "One script");
    EXPECT_EQ(list.text("/items/0/inputData/source"), "cron");

    EXPECT_EQ(client.put(path_of(flow), R"({"enabled":false,"cron":"@daily"})").text("/nextRun"),
              "null");
    EXPECT_EQ(client.del(path_of(flow)).status, 204);
    EXPECT_EQ(client.get(path_of(flow)).body, none.body);
    EXPECT_EQ(client.get("/api/schedules").text("/items"), "[]");
    expect_problem(client.get(path_of(unknown_id)), 404, "not_found");
    expect_problem(client.put(path_of(unknown_id), R"({"cron":"@daily"})"), 404, "not_found");
    expect_problem(client.get(path_of("nonsense")), 400, "bad_request");
}

TEST_F(Schedules, AreRefusedWithTheFieldThatIsWrong) {
    const std::string path = path_of(published_flow());
    const auto expect_refused = [&](const std::string& body, const std::string& pointer,
                                    const std::string& detail) {
        const Answer answer = client.put(path, body);
        expect_problem(answer, 422, "invalid_document");
        EXPECT_EQ(answer.text("/errors/0/pointer"), pointer) << body;
        EXPECT_THAT(answer.text("/errors/0/detail"), HasSubstr(detail)) << body;
    };
    expect_refused(R"({"cron":"61 * * * *"})", "/cron", "minute: '61'");
    expect_refused(R"({"cron":null})", "/cron", "empty");
    expect_refused(R"({"cron":"@daily","timezone":"Mars/Olympus"})", "/timezone", "Mars/Olympus");
    expect_refused(R"({"cron":"@daily","overlapMode":"wait"})", "/overlapMode", "'wait'");
    expect_refused(R"({"cron":"@daily","missed":"all"})", "/missed", "'all'");
    expect_problem(client.put(path, R"({"cron":5})"), 422, "invalid_document");
    expect_problem(client.put(path, R"({"crons":"@daily"})"), 422, "invalid_document");
    EXPECT_EQ(client.get(path).text("/cron"), "null");
}

TEST_F(Schedules, ArePreviewed) {
    const Answer spring = client.post("/api/cron/preview", R"({"cron":"30 2 * * *",
        "timezone":"Europe/Paris","from":"2026-03-28T00:00:00Z","count":3})");
    EXPECT_EQ(spring.status, 200);
    EXPECT_EQ(spring.text("/valid"), "true");
    EXPECT_EQ(spring.text("/description"), "At 02:30 every day, Europe/Paris");
    EXPECT_EQ(
        spring.text("/next"),
        R"(["2026-03-28T01:30:00.000Z","2026-03-29T01:00:00.000Z","2026-03-30T00:30:00.000Z"])");
    const Answer wrong = client.post("/api/cron/preview", R"({"cron":"30 25 * * *"})");
    EXPECT_EQ(wrong.status, 200);
    EXPECT_EQ(wrong.text("/valid"), "false");
    EXPECT_EQ(wrong.text("/error/pointer"), "/cron");
    EXPECT_THAT(wrong.text("/error/message"), HasSubstr("hour: '25'"));
    EXPECT_EQ(wrong.text("/next"), "[]");
    EXPECT_EQ(client.post("/api/cron/preview", R"({"cron":"@daily","timezone":"X"})")
                  .text("/error/pointer"),
              "/timezone");
    const Answer leap_days = client.post(
        "/api/cron/preview", R"({"cron":"0 0 29 2 *","from":"2033-01-01T00:00:00Z","count":2})");
    EXPECT_EQ(leap_days.text("/next"), R"(["2036-02-29T00:00:00.000Z"])");
    EXPECT_THAT(leap_days.text("/reason"), HasSubstr("until the end of 2037"));
    const Answer none =
        client.post("/api/cron/preview", R"({"cron":"0 0 29 2 *","from":"2037-01-01T00:00:00Z"})");
    EXPECT_EQ(none.text("/valid"), "true");
    EXPECT_EQ(none.text("/next"), "[]");
    EXPECT_THAT(none.text("/reason"), HasSubstr("until the end of 2037"));
    const Answer hundred = client.post("/api/cron/preview", R"({"cron":"* * * * *","count":100})");
    EXPECT_EQ(hundred.json().at("next").as_array().size(), 100U);
    EXPECT_TRUE(hundred.json().at("reason").is_null());
    expect_problem(client.post("/api/cron/preview", R"({"cron":"@daily","count":101})"), 422,
                   "invalid_document");
    expect_problem(client.post("/api/cron/preview", R"({"cron":"@daily","from":"noon"})"), 422,
                   "invalid_document");
}

TEST_F(Schedules, StartOneRunPerOccurrenceHoweverOftenTheServerIsKilled) {
    const std::string flow = published_flow();
    const Answer set = client.put(path_of(flow), R"({"cron":"0 0 1 1 *","inputData":{"n":7}})");
    ASSERT_EQ(set.status, 200) << set.body;
    // Down over two New Years; killed as soon as it is up, and told again and again.
    const std::int64_t new_year_2025 = 1'735'689'600'000;
    for (int i = 0; i < 6; ++i) {
        server.kill_hard();
        set_next_run(new_year_2025);
        server.start();
        if (i > 2) ASSERT_TRUE(eventually([&] { return cron_runs() > 0; }));
    }
    ASSERT_TRUE(is_decided(flow, set.text("/nextRun")));
    EXPECT_EQ(cron_runs(), 1U);
    const Answer schedule = client.get(path_of(flow));
    EXPECT_EQ(schedule.text("/lastRun/plannedAt"), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(schedule.text("/history/1/outcome"), "missed");
    EXPECT_EQ(schedule.text("/history/1/plannedAt"), "2025-01-01T00:00:00.000Z");
    const std::string run = schedule.text("/lastRun/runId");
    EXPECT_EQ(client.status_at_end(run), "completed");
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/outputData"), R"({"n":7})");
    EXPECT_EQ(client.get("/api/runs/" + run).text("/run/trigger"), "cron");
}

TEST_F(Schedules, SkipWhatWasMissedWhenTheyAreTold) {
    const std::string flow = published_flow();
    const Answer set = client.put(path_of(flow), R"({"cron":"0 0 1 1 *","missed":"skip"})");
    ASSERT_EQ(set.status, 200);
    server.kill_hard();
    set_next_run(1'735'689'600'000);
    server.start();
    ASSERT_TRUE(is_decided(flow, set.text("/nextRun")));
    EXPECT_EQ(client.get(path_of(flow)).text("/history/0/outcome"), "missed");
    EXPECT_EQ(client.get(path_of(flow)).text("/history/0/count"), "2");
    EXPECT_EQ(cron_runs(), 0U);
}

TEST_F(Schedules, TellWhyARunCouldNotBeStarted) {
    const std::string flow = client.create_flow(script_flow("return 1"));  // not published
    const Answer set = client.put(path_of(flow), R"({"cron":"0 0 1 1 *"})");
    ASSERT_EQ(set.status, 200);
    server.kill_hard();
    set_next_run(1'735'689'600'000);
    server.start();
    ASSERT_TRUE(is_decided(flow, set.text("/nextRun")));
    EXPECT_EQ(client.get(path_of(flow)).text("/history/0/outcome"), "failed");
    EXPECT_THAT(client.get(path_of(flow)).text("/history/0/detail"), HasSubstr("publish"));
}

TEST(CronNext, PrintsOccurrencesAndWhatIsWrong) {
    const auto text = run_command({"cron", "next", "0 9 * * 1-5", "--zone", "Europe/Berlin"});
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_THAT(text.out, HasSubstr("At 09:00 on Monday through Friday, Europe/Berlin\n"));
    EXPECT_THAT(text.out, HasSubstr(" 09:00 +0"));
    const auto json = run_command({"cron", "next", "@hourly", "--count", "3", "--json"});
    EXPECT_EQ(parse_json(json.out)->at("next").as_array().size(), 3U);
    EXPECT_TRUE(parse_json(json.out)->at("reason").is_null());
    EXPECT_THAT(text.out, Not(HasSubstr("2037")));
    const std::vector<std::string> leap_days = {"cron", "next", "0 0 29 2 *", "--count", "100"};
    EXPECT_THAT(run_command(leap_days).out,
                HasSubstr("no further occurrence until the end of 2037"));
    std::vector<std::string> as_json = leap_days;
    as_json.emplace_back("--json");
    EXPECT_THAT(std::string(parse_json(run_command(as_json).out)->at("reason").as_string()),
                HasSubstr("until the end of 2037"));
    const auto wrong = run_command({"cron", "next", "0 9 * * 8"});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_THAT(wrong.err, HasSubstr("day of week: '8'"));
    EXPECT_EQ(run_command({"cron"}).exit_code, 2);
}

}  // namespace
}  // namespace swiftgrid::e2e
