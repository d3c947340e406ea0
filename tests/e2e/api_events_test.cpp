// The history of a run: events in pages, the state at each of them, and the live stream.

#include <map>
#include <thread>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

class History : public Api {
protected:
    std::string path(const std::string& run) { return "/api/runs/" + run; }

    std::string ended_run(const std::string& document, const std::string& input = "null") {
        const auto run = client.start_run(client.create_flow(document), input);
        client.status_at_end(run);
        return run;
    }

    // Frames as the events they carry; the rest by name.
    static json::array events_of(const std::vector<Frame>& frames) {
        json::array events;
        for (const Frame& frame : frames) {
            if (frame.event == "run_event") events.push_back(parse_json(frame.data).value());
        }
        return events;
    }
};

// What an event says about the status of its node or of the run: written down a second time here,
// so that the server's fold is not compared with itself.
const std::map<std::string, std::string, std::less<>> status_after = {
    {"RUN_CREATED", "pending"},     {"RUN_STARTED", "running"},
    {"RUN_COMPLETED", "completed"}, {"RUN_FAILED", "failed"},
    {"RUN_CANCELLED", "cancelled"}, {"NODE_SCHEDULED", "scheduled"},
    {"NODE_STARTED", "running"},    {"NODE_COMPLETED", "completed"},
    {"NODE_FAILED", "failed"},      {"NODE_RETRY_SCHEDULED", "retrying"},
    {"NODE_SKIPPED", "skipped"},    {"NODE_CANCELLED", "cancelled"},
};

TEST_F(History, OfEveryRunHasNoGaps) {
    for (const std::string& flow : {three_step_flow(), script_flow("throw new Error('x');")}) {
        const json::array events = client.events(ended_run(flow));
        ASSERT_GE(events.size(), 5U);
        for (std::size_t i = 0; i < events.size(); ++i)
            EXPECT_EQ(events[i].at("id"), json::value(i + 1));
        EXPECT_EQ(events.front().at("eventType"), "RUN_CREATED");
    }
}

TEST_F(History, StateAtEveryEventIsTheFoldOfTheEventsUpToIt) {
    for (const std::string& flow : {three_step_flow(), script_flow("throw new Error('x');")}) {
        const auto run = ended_run(flow);
        const json::array events = client.events(run);
        std::string run_status;
        std::map<std::string, std::string> nodes;
        for (const json::value& event : events) {
            const auto& status = status_after.at(std::string(event.at("eventType").as_string()));
            if (event.at("nodeId").is_null())
                run_status = status;
            else
                nodes[std::string(event.at("nodeId").as_string())] = status;
            const Answer state = client.get(path(run) + "/state?at=" + to_json(event.at("id")));
            ASSERT_EQ(state.status, 200) << state.body;
            EXPECT_EQ(state.text("/run/status"), run_status) << to_json(event);
            for (const auto& node : state.json().at("nodeResults").as_object()) {
                const auto known = nodes.find(std::string(node.key()));
                EXPECT_EQ(node.value().at("status"),
                          json::value(known == nodes.end() ? "pending" : known->second))
                    << node.key() << " after " << to_json(event);
            }
        }
    }
}

TEST_F(History, TheLastStateIsTheDetail) {
    const auto run = ended_run(three_step_flow());
    const json::value detail = client.get(path(run)).json();
    const auto last = std::to_string(detail.at("events").as_array().size());
    for (const std::string& query : {std::string(), "?at=" + last}) {
        const json::value state = client.get(path(run) + "/state" + query).json();
        EXPECT_EQ(state.at("run"), detail.at("run"));
        EXPECT_EQ(state.at("nodeResults"), detail.at("nodeResults"));
    }
    EXPECT_EQ(detail.at("events"), json::value(client.events(run)));
    EXPECT_TRUE(detail.at("nextAfter").is_null());
    expect_problem(client.get(path(run) + "/state?at=999"), 404, "not_found");
    expect_problem(client.get(path(run) + "/state?at=0"), 400, "bad_request");
    expect_problem(client.get(path(unknown_id) + "/state"), 404, "not_found");
}

TEST_F(History, PagesOfEventsJoinWithoutLossOrRepetition) {
    const auto run = ended_run(three_step_flow());
    const json::array all = client.events(run);
    for (int limit = 1; limit <= 5; ++limit) {
        json::array joined;
        std::string after = "0";
        while (after != "null") {
            const Answer page = client.get(path(run) + "/events?after=" + after +
                                           "&limit=" + std::to_string(limit));
            for (const json::value& event : page.json().at("items").as_array())
                joined.push_back(event);
            after = page.text("/nextAfter");
        }
        EXPECT_EQ(joined, all) << "in pages of " << limit;
    }
    EXPECT_EQ(client.get(path(run) + "/events?after=999").text("/items"), "[]");
    expect_problem(client.get(path(run) + "/events?after=-1"), 400, "bad_request");
    expect_problem(client.get(path(run) + "/events?limit=1001"), 400, "bad_request");
}

TEST_F(History, AStreamOfAnEndedRunIsItsEventsAndTheEnd) {
    const auto run = ended_run(three_step_flow());
    const auto frames = client.stream(path(run) + "/stream");
    EXPECT_EQ(events_of(frames), client.events(run));
    EXPECT_EQ(frames.back().event, "end");
    EXPECT_EQ(frames.back().data, R"({"status":"completed"})");
    EXPECT_EQ(frames.front().id, "1");
}

TEST_F(History, AStreamResumesExactlyAfterTheLastEventId) {
    const auto run = ended_run(three_step_flow());
    const json::array all = client.events(run);
    for (std::size_t last = 0; last <= all.size(); ++last) {
        const json::array rest(all.begin() + static_cast<std::ptrdiff_t>(last), all.end());
        const auto id = std::to_string(last);
        const auto frames = client.stream(path(run) + "/stream", {"Last-Event-ID: " + id});
        EXPECT_EQ(events_of(frames), rest) << "after " << last;
        EXPECT_EQ(frames.back().event, "end");
        EXPECT_EQ(events_of(client.stream(path(run) + "/stream?after=" + id)), rest);
    }
    expect_problem(client.send({.path = path(run) + "/stream", .headers = {"Last-Event-ID: x"}}),
                   400, "bad_request");
    expect_problem(client.get(path(unknown_id) + "/stream"), 404, "not_found");
}

TEST_F(History, ALiveStreamThatIsCutAndResumedMissesNothing) {
    const auto run = client.start_run(client.create_flow(http_flow(500)));
    std::vector<Frame> frames =
        client.stream(path(run) + "/stream", {}, [](const Frame&) { return true; });
    ASSERT_EQ(frames.size(), 1U);
    while (frames.back().event != "end") {
        const std::string last = frames.back().id;
        // One more event on each connection: every one of them is a resume.
        for (Frame& frame : client.stream(path(run) + "/stream", {"Last-Event-ID: " + last},
                                          [](const Frame&) { return true; }))
            frames.push_back(std::move(frame));
        ASSERT_LT(frames.size(), 50U);
    }
    EXPECT_EQ(events_of(frames), client.events(run));
}

TEST_F(History, ManyViewersSeeOneRunLiveAndEqual) {
    const auto run = client.start_run(client.create_flow(http_flow(500)));
    std::vector<std::vector<Frame>> seen(5);
    std::vector<std::thread> viewers;
    for (auto& frames : seen)
        viewers.emplace_back([&] { frames = Client(server).stream(path(run) + "/stream"); });
    for (std::thread& viewer : viewers) viewer.join();
    const json::array all = client.events(run);
    for (const auto& frames : seen) {
        EXPECT_EQ(events_of(frames), all);
        EXPECT_EQ(frames.back().event, "end");
    }
}

// The frames of chunks as `[index, level, text]`.
json::array chunks_of(const std::vector<Frame>& frames) {
    json::array chunks;
    for (const Frame& frame : frames) {
        if (frame.event != "chunk") continue;
        const json::value chunk = parse_json(frame.data).value();
        EXPECT_EQ(chunk.at("type"), "log");
        EXPECT_EQ(chunk.at("nodeId"), "script");
        EXPECT_TRUE(frame.id.empty());
        const json::value& line = chunk.at("content");
        chunks.push_back(json::array{chunk.at("index"), line.at("level"), line.at("text")});
    }
    return chunks;
}

std::size_t place_of(const std::vector<Frame>& frames, std::string_view part) {
    const auto found = std::ranges::find_if(
        frames, [&](const Frame& frame) { return frame.data.find(part) != std::string::npos; });
    return static_cast<std::size_t>(found - frames.begin());
}

TEST_F(History, ConsoleOutputIsSeenWhileTheScriptRuns) {
    const std::string wait = "{const t = Date.now() + 300; while (Date.now() < t);}";
    const auto run = client.start_run(
        client.create_flow(script_flow("console.warn('begun');" + wait + "console.log('half');" +
                                       wait + "console.log('done'); return 1;")));
    const auto is_chunk = [](const Frame& frame) { return frame.event == "chunk"; };
    // The first reader goes away with the first line, while the script still runs.
    const auto first = client.stream(path(run) + "/stream", {}, is_chunk);
    ASSERT_FALSE(first.empty());
    EXPECT_EQ(to_json(chunks_of(first)), R"([[0,"warn","begun"]])");
    EXPECT_EQ(place_of(first, "NODE_COMPLETED"), first.size());
    EXPECT_LT(place_of(first, "NODE_STARTED"), first.size());

    const auto again = client.stream(path(run) + "/stream");
    EXPECT_EQ(to_json(chunks_of(again)),
              R"([[0,"warn","begun"],[1,"log","half"],[2,"log","done"]])");
    EXPECT_LT(place_of(again, "NODE_STARTED"), place_of(again, "begun"));
    EXPECT_LT(place_of(again, R"("text":"half")"), place_of(again, "NODE_COMPLETED"));
    EXPECT_EQ(again.back().event, "end");

    const auto later = client.stream(path(run) + "/stream");
    EXPECT_TRUE(chunks_of(later).empty());
    EXPECT_EQ(events_of(later), client.events(run));
}

TEST_F(History, ChangesOfAllRunsAreStreamed) {
    const auto flow = client.create_flow(http_flow(0));
    std::vector<Frame> frames;
    std::atomic<bool> is_open = false;
    std::thread viewer([&] {
        frames = Client(server).stream("/api/stream", {}, [&](const Frame& frame) {
            is_open = true;
            return frame.event == "run_deleted";
        });
    });
    ASSERT_TRUE(eventually([&] { return is_open.load(); }));
    const auto run = client.start_run(flow);
    client.status_at_end(run);
    client.del(path(run));
    viewer.join();
    EXPECT_EQ(frames.front().event, "hello");
    EXPECT_EQ(parse_json(frames.back().data).value().at("id"), json::value(run));
    for (std::size_t i = 1; i + 1 < frames.size(); ++i) EXPECT_EQ(frames[i].event, "run");
}

TEST_F(History, APreviewTakesItsValuesFromARun) {
    const auto run = ended_run(three_step_flow(), R"({"n":7})");
    const auto preview = [&](const std::string& tmpl, const std::string& more = "") {
        return client.post("/api/expressions/preview",
                           R"({"runId":")" + run + R"(","template":")" + tmpl + "\"" + more + "}");
    };
    EXPECT_EQ(preview("{{double.n}}").text("/value"), "14");
    EXPECT_EQ(preview("{{double.n}}").text("/type"), "number");
    EXPECT_EQ(preview("n is {{$trigger.n}}").text("/value"), "n is 7");
    EXPECT_EQ(preview("{{double.n}}", R"(,"inputs":{"double":{"n":3}})").text("/value"), "3");
    EXPECT_FALSE(preview("{{nobody.n}}").text("/error/message").empty());
}

}  // namespace
}  // namespace swiftgrid::e2e
