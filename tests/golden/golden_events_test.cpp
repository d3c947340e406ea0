// One file per event type: the stored text of events, as it is in the journal of somebody's server,
// and their public form. What was stored once must mean the same for ever.

#include <map>

#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/event_codec.h"
#include "engine/event_types.h"
#include "tests/golden/golden_file.h"
#include "tests/scenarios/test_nodes.h"

namespace swiftgrid::testing {
namespace {

using namespace engine;

const std::filesystem::path events_folder = std::filesystem::path(SWIFTGRID_GOLDEN_DIR) / "events";

RunId run_id() { return parse_id<RunId>("0192f0c1-2a00-7000-8000-000000000001").value(); }
swiftgrid::Instant base() { return parse_rfc3339("2026-11-24T15:00:00.250Z").value(); }

model::PlanPtr golden_plan() {
    model::Graph graph;
    graph.nodes = {test_node("fetch", "task"), test_node("b-2_x", "task")};
    return plan_of(graph);
}

JsonText text(std::string_view json) { return JsonText::parse(json).value(); }

RunError full_error() {
    RunError error = make_run_error("http_status", "500 from \"http://x/\"\n\u2192 look there");
    error.node_id = "fetch";
    error.retryable = true;
    error.details = text(R"({"status":500,"ratio":1.50,"big":123456789012345678901234567890})");
    return error;
}

RunCreated full_creation() {
    RunCreated created;
    created.flow = parse_id<FlowId>("0192f0c1-2a00-7000-8000-00000000000f").value();
    created.version = 12;
    created.graph = parse_graph_id("00112233445566778899aabbccddeeff").value();
    created.trigger = Trigger::subflow;
    created.input = text(R"({"a":[1,2.50,3e5,"\u00e4\ud83d\ude00"]})");
    created.parent = parse_id<RunId>("0192f0c1-2a00-7000-8000-000000000002").value();
    created.calling_node_id = "call";
    created.depth = 3;
    created.replay_of = parse_id<RunId>("0192f0c1-2a00-7000-8000-000000000003").value();
    return created;
}

RunCreated least_creation() {
    RunCreated created;
    created.flow = full_creation().flow;
    created.graph = full_creation().graph;
    return created;
}

swiftgrid::Instant later() { return parse_rfc3339("2027-01-01T00:00:00.500Z").value(); }
RunId child_run() { return parse_id<RunId>("0192f0c1-2a00-7000-8000-000000000004").value(); }

RunCreated called_creation() {
    RunCreated created = full_creation();
    created.calling_attempt = 2;
    created.calling_item = 41;
    created.deadline = later();
    created.secrets = SecretNames{{"KEY", "VAULT \"KEY\""}};
    created.snapshots = {{"other-flow", 7}};
    created.budget = 99;
    return created;
}

RunCreated forked_creation() {
    RunCreated created = least_creation();
    created.trigger = Trigger::replay;
    created.replay_of = full_creation().replay_of;
    created.forked_at = 17;
    return created;
}

NodeCompleted kept_completion() {
    NodeCompleted completed;
    completed.attempt = 0;
    completed.result = text("[1]");
    completed.kept = true;
    return completed;
}

NodeFailed kept_failure() {
    NodeFailed failed{1, 0, make_run_error("old", "x"), 0, true, std::nullopt};
    failed.kept = true;
    return failed;
}

FlowCall full_call() {
    return {"0192f0c1-2a00-7000-8000-00000000000f",
            text("\"latest\""),
            {{"KEY", "VAULT KEY"}},
            later(),
            99};
}

FlowCall least_call() {
    FlowCall call;
    call.flow = "f";
    call.version = text("7");
    return call;
}

FanOutWait least_fan_out() {
    FanOutWait wait;
    wait.call = least_call();
    wait.total = 1;
    return wait;
}

FanOutWait full_fan_out() {
    FanOutWait wait;
    wait.call = full_call();
    wait.total = 100'000;
    wait.concurrency = 10;
    wait.retries_max = 2;
    wait.continue_on_error = false;
    wait.collect_results = false;
    wait.items_member = "inputArray";
    wait.mapping_member = "inputMapping";
    wait.item_variable = "user";
    wait.index_variable = "n";
    wait.until = later();
    return wait;
}

FanOutWait fan_out_beside() {
    FanOutWait wait = least_fan_out();
    wait.beside_parent = true;
    return wait;
}

// Of runs that may not spend what they like.
RunCreated allowed_creation() {
    RunCreated created = called_creation();
    created.allowance = {40, 125'000'000};
    return created;
}

// Asked for by somebody who traces.
RunCreated traced_creation() {
    RunCreated created = least_creation();
    created.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    return created;
}

FanOutWait allowed_fan_out() {
    FanOutWait wait = least_fan_out();
    wait.call.allowance.nano_usd = 1;
    return wait;
}

FlowCall allowed_call() {
    FlowCall call = least_call();
    call.allowance.tokens = 0;
    return call;
}

NodeRetryScheduled spent_item() {
    NodeRetryScheduled retry{1, 1, make_run_error("x", ""), later(), 0, 5, std::nullopt};
    retry.spent = {12, 0};
    return retry;
}

// Every type with all members and with none.
std::vector<EventBody> bodies() {
    const JsonText extras = text(R"({"logs":[{"level":"log","text":"hi"}],"usage":{"total":3}})");
    return {
        full_creation(),
        least_creation(),
        RunStarted{},
        RunCompleted{text(R"({"out":false})")},
        RunCompleted{},
        RunFailed{full_error()},
        RunFailed{make_run_error("internal", "")},
        RunCancelled{"by \"ada\""},
        RunCancelled{""},
        NodeScheduled{0},
        NodeStarted{0, 1, text(R"({"url":"http://x/"})")},
        NodeStarted{1, 3, JsonText()},
        NodeCompleted{0, 2, text("0"), std::vector<std::string>{"yes", "n o"}, 1234, full_error(),
                      extras},
        NodeCompleted{1, 1, text("\"\""), std::vector<std::string>{}, 0, std::nullopt,
                      std::nullopt},
        NodeCompleted{1, 1, text("[]"), std::nullopt, 0, std::nullopt, std::nullopt},
        NodeFailed{0, 4, full_error(), 77, true, extras},
        NodeFailed{1, 1, make_run_error("missing_value", "x"), 0, false, std::nullopt},
        NodeSkipped{1},
        NodeCancelled{0, 2},
        NodeCancelled{1, 0},
        called_creation(),
        NodeStarted{0, 1, text("[1]"), {text("2"), text("\"x\"")}},
        kept_completion(),
        kept_failure(),
        NodeSkipped{0, true},
        NodeRetryScheduled{0, 2, full_error(), later(), 77, std::nullopt, extras},
        NodeRetryScheduled{1, 1, make_run_error("x", ""), later(), 0, 5, std::nullopt},
        NodeSuspended{0, 1, TimerWait{later()}},
        NodeSuspended{0, 2, SignalWait{later()}},
        NodeSuspended{0, 1, ChildWait{full_call(), child_run()}},
        NodeSuspended{1, 3, ChildWait{least_call(), child_run()}},
        NodeSuspended{0, 1, full_fan_out()},
        NodeSuspended{1, 1, least_fan_out()},
        NodeResumed{0, 1, SignalReceived{text("{\"approved\":true}")}},
        NodeResumed{0, 1, ChildEnded{child_run(), RunStatus::completed, text("[1]"), {}, 12}},
        NodeResumed{0, 2, ChildEnded{child_run(), RunStatus::failed, JsonText(), full_error(), 0}},
        NodeResumed{0, 2, ItemRetried{7}},
        MapItemSettled{0, 1, 3, true, text("{\"a\":1.50}"), "", child_run(), 9},
        MapItemSettled{1, 2, 0, false, JsonText(), "out of \"paper\"", child_run(), 0},
        NodeSuspended{0, 1, fan_out_beside()},
        forked_creation(),
        allowed_creation(),
        NodeSuspended{0, 1, allowed_fan_out()},
        NodeSuspended{0, 1, ChildWait{allowed_call(), child_run()}},
        spent_item(),
        NodeResumed{
            0, 1, ChildEnded{child_run(), RunStatus::completed, text("1"), {}, 0, {9, 2'500'000}}},
        MapItemSettled{0, 1, 3, true, text("1"), "", child_run(), 9, {0, 1}},
        traced_creation(),
    };
}

std::string stored_text(const Event& event, const model::Plan& plan) {
    std::string out;
    encode_events(out, {&event, 1}, base(), plan);
    return out;
}

std::string public_text(const Event& event, const model::Plan& plan) {
    std::string out;
    append_public_event(out, run_id(), event, plan);
    return out;
}

void accept_events() {
    const auto plan = golden_plan();
    std::map<std::string, std::string> files;
    for (const EventBody& body : bodies()) {
        const Event event{41, base() + Duration{7}, body};
        std::string& file = files[std::string(type_name(body))];
        file += file.empty() ? "[\n" : ",\n";
        file += "  {\n    \"stored\": " + stored_text(event, *plan) +
                ",\n    \"public\": " + public_text(event, *plan) + "\n  }";
    }
    for (const auto& [name, content] : files)
        write_text(events_folder / (name + ".json"), content + "\n]\n");
}

TEST(GoldenEvents, AreReadAsTheyWereMeant) {
    if (accepts_golden()) accept_events();
    const auto plan = golden_plan();
    std::size_t cases = 0;
    for (const auto& path : files_in(events_folder, ".json")) {
        SCOPED_TRACE(path.filename().string());
        for (const JsonText& golden : elements(text(read_text(path)))) {
            ++cases;
            const JsonText stored = member(golden, "stored");
            const auto events =
                decode_events("[" + std::string(stored.view()) + "]", 41, base(), *plan);
            ASSERT_TRUE(events) << events.error().message;
            ASSERT_EQ(events->size(), 1u);
            EXPECT_EQ(type_name(events->front().body), path.stem().string());
            EXPECT_EQ(public_text(events->front(), *plan), member(golden, "public").view());
            EXPECT_EQ(stored_text(events->front(), *plan), stored.view());
        }
    }
    EXPECT_EQ(cases, bodies().size());
}

TEST(GoldenEvents, ExistForEveryType) {
    for (const EventBody& body : bodies())
        EXPECT_TRUE(
            std::filesystem::exists(events_folder / (std::string(type_name(body)) + ".json")));
    EXPECT_EQ(files_in(events_folder, ".json").size(), std::variant_size_v<EventBody>);
}

TEST(EventCodec, GivesBackWhatItWasGiven) {
    const auto plan = golden_plan();
    std::vector<Event> events;
    for (const EventBody& body : bodies())
        events.push_back(
            {7 + events.size(), base() + Duration{static_cast<std::int64_t>(events.size())}, body});
    std::string stored = "[";
    encode_events(stored, events, base(), *plan);
    stored += ']';
    const auto decoded = decode_events(stored, 7, base(), *plan);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, events);
}

TEST(EventCodec, KeepsValuesAsDeepAsAllowed) {
    const auto plan = golden_plan();
    const std::string deep =
        std::string(limits::json_depth, '[') + std::string(limits::json_depth, ']');
    const std::vector<Event> events = {{1, base(), RunCompleted{JsonText::trusted(deep)}}};
    std::string stored = "[";
    encode_events(stored, events, base(), *plan);
    stored += ']';
    const auto decoded = decode_events(stored, 1, base(), *plan);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, events);
}

TEST(EventCodec, RefusesWhatItDoesNotUnderstand) {
    const auto plan = golden_plan();
    const auto message = [&](std::string_view stored) {
        const auto decoded = decode_events(stored, 1, base(), *plan);
        EXPECT_FALSE(decoded) << stored;
        return decoded ? std::string() : decoded.error().message;
    };
    EXPECT_EQ(message("[[99,0,null,0,{}]]"),
              "stored event 1 cannot be read: this version does not know event type 99");
    EXPECT_EQ(message("[[2,0,null,0,{}],[6,0,\"gone\",0,{}]]"),
              "stored event 2 cannot be read: the graph has no node 'gone'");
    EXPECT_EQ(message("[[3,0,null,0,{}]]"),
              "stored event 1 cannot be read: member 'output' is missing or wrong");
    EXPECT_EQ(message("[[2,0,null]]"),
              "stored events are malformed: element 1 is not "
              "[type, delta_ms, node_id, attempt, payload]");
    for (const char* stored :
         {"", "{}", "[", "[[]]", "[1]", "[[2,0,null,0,[]]]", "[[\"2\",0,null,0,{}]]",
          "[[2,0,null,-1,{}]]", "[[2,0,null,0,{},1]]", "[[3,0,null,0,{\"output\":tru}]]",
          "[[2,0,null,0,{}]", "[[6,0,null,0,{}]]", "[[7,0,\"fetch\",1,{}]]",
          "[[8,0,\"fetch\",1,{\"result\":1,\"outputs\":[1]}]]",
          "[[8,0,\"fetch\",1,{\"result\":1,\"durationMs\":\"x\"}]]",
          "[[9,0,\"fetch\",1,{\"error\":\"x\"}]]", "[[4,0,null,0,{\"error\":{}}]]",
          "[[1,0,null,0,{\"trigger\":\"never\",\"input\":1}]]", "\xff"})
        EXPECT_NE(message(stored), "");
}

TEST(EventCodec, ReadsTheLastOfTwoMembersWithOneName) {
    const auto plan = golden_plan();
    const auto decoded = decode_events(
        R"([[9,0,"fetch",1,{"error":{"code":"c","message":"m"},"durationMs":1,"durationMs":2}]])",
        1, base(), *plan);
    ASSERT_TRUE(decoded) << decoded.error().message;
    const auto& failed = std::get<NodeFailed>(decoded->at(0).body);
    EXPECT_EQ(failed.duration_ms, 2);
    EXPECT_FALSE(failed.extras);
}

TEST(EventCodec, FillsInTheDefaultsOfThePublicForm) {
    EXPECT_EQ(payload_of(least_creation()).view(),
              R"({"trigger":"manual","input":null,"version":null,)"
              R"("flowId":"0192f0c1-2a00-7000-8000-00000000000f",)"
              R"("graphId":"00112233445566778899aabbccddeeff","depth":0})");
    EXPECT_EQ(
        payload_of(NodeCompleted{0, 1, text("1"), std::nullopt, 0, std::nullopt, std::nullopt})
            .view(),
        R"({"result":1,"durationMs":0})");
    EXPECT_EQ(payload_of(NodeFailed{0, 1, make_run_error("c", "m"), 0, false, std::nullopt}).view(),
              R"({"error":{"code":"c","message":"m"},"durationMs":0,"absorbed":false})");
}

}  // namespace
}  // namespace swiftgrid::testing
