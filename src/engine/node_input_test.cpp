#include "engine/node_input.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/event.h"
#include "engine/handle.h"
#include "engine/outstanding.h"
#include "model/flow_json.h"

namespace swiftgrid::engine {
namespace {

model::NodeTypes make_types() {
    model::NodeDescriptor send;
    send.type = send.label = "send";
    send.has_outside_effect = true;
    send.input_template = [](const json::object& data) -> std::optional<json::value> {
        return data.at("input");
    };
    model::NodeDescriptor wait;
    wait.type = wait.label = "wait";
    wait.awaits_signal = true;
    model::NodeDescriptor call = send;
    call.type = call.label = "call";
    call.calls_flows = true;
    return model::NodeTypes({send, wait, call});
}

class Behaviour : public NodeBehaviour {
public:
    Directive enter(const model::PlanNode& node, const JsonText&) const override {
        if (node.descriptor->awaits_signal) return AwaitSignal{Duration{1'000}};
        return Perform{};
    }
};

class Behaviours : public NodeBehaviours {
public:
    const NodeBehaviour& of(std::string_view) const override { return behaviour_; }

private:
    Behaviour behaviour_;
};

class Secrets : public EmptyEnvironment {
public:
    std::optional<std::string> value(std::string_view name) const override {
        if (name == "KEY") return shows_values ? "sk-1234567" : std::string(limits::redacted_text);
        if (name == "HOST") return "example.com";
        return std::nullopt;
    }
    bool is_secret(std::string_view name) const override { return name == "KEY"; }
    std::vector<std::string> names() const override { return {"HOST", "KEY"}; }
    std::string resume_url(RunId, std::string_view node_id) const override {
        if (!shows_values) return std::string(limits::redacted_text);
        return "https://grid/resume/" + std::string(node_id) + "?a=\"1\"";
    }

    bool shows_values = true;
};

// send -> approval, and another wait beside.
class InputWithSecrets : public testing::Test {
protected:
    void begin(std::string_view input) {
        begin_graph(R"([{"id":"ask","type":")" + type +
                        R"(","position":{"x":0,"y":0},"data":{"input":)" + std::string(input) +
                        R"(}},
            {"id":"approval","type":"wait","position":{"x":0,"y":0},"data":{}},
            {"id":"7","type":"wait","position":{"x":0,"y":0},"data":{}}])",
                    R"([{"id":"e","source":"ask","target":"approval"}])");
    }

    void begin_graph(const std::string& nodes, const std::string& edges) {
        const auto document =
            parse_json(R"({"graph":{"nodes":)" + nodes + R"(,"edges":)" + edges + "}}");
        std::vector<model::Problem> problems;
        plan = *model::make_plan(*model::read_flow(document.value(), types, problems), types, {});
        run = RunState(RunId{}, plan->nodes.size());
        StartRun start;
        start.created.secrets = handed;
        turn(start);
    }

    std::vector<Effect> turn(const Command& command) {
        Secrets recorded;
        recorded.shows_values = false;
        Turn turn = handle(run, *plan, behaviours, command, Instant{1'000}, recorded);
        EXPECT_FALSE(turn.rejection) << turn.rejection->message;
        return turn.effects;
    }

    std::string recorded() const { return std::string(run.nodes[0].input.value().view()); }
    std::string sent(NodeIndex node = 0) const {
        const auto input = input_with_secrets({run, *plan, node, Secrets()});
        const auto* error = std::get_if<RunError>(&input);
        return error ? error->message : std::string(std::get<JsonText>(input).view());
    }

    const model::NodeTypes types = make_types();
    const Behaviours behaviours;
    model::PlanPtr plan;
    RunState run;
    std::optional<SecretNames> handed;
    std::string type = "send";
};

TEST_F(InputWithSecrets, HoldsTheAddressThatTheRecordedInputLeavesOut) {
    begin(R"({"to":"{{$run.resumeUrl.approval}}","text":"go to {{$run.resumeUrl['7']}}",
              "run":"{{$run.id}}"})");
    EXPECT_TRUE(plan->nodes[0].reads_secrets);
    const std::string id = R"("run":"00000000-0000-0000-0000-000000000000"})";
    EXPECT_EQ(recorded(), R"({"to":"[redacted]","text":"go to [redacted]",)" + id);
    EXPECT_EQ(sent(), R"({"to":"https://grid/resume/approval?a=\"1\"",)"
                      R"("text":"go to https://grid/resume/7?a=\"1\"",)" +
                          id);
}

TEST_F(InputWithSecrets, OfANodeWithAnIndexAsNameIsFoundToo) {
    begin(R"("{{$run.resumeUrl.7}}")");
    EXPECT_EQ(sent(), R"("https://grid/resume/7?a=\"1\"")");
}

TEST_F(InputWithSecrets, KeepsTheValuesOfScriptsSoThatNothingIsEvaluatedTwice) {
    begin(R"({"to":"{{$run.resumeUrl.approval}}","n":"{{$trigger.n * 2}}"})");
    EXPECT_EQ(run.nodes[0].status, NodeStatus::scheduled);
    turn(CompleteInput{0, 1, {*JsonText::parse("42")}});
    EXPECT_EQ(recorded(), R"({"to":"[redacted]","n":42})");
    EXPECT_EQ(sent(), R"({"to":"https://grid/resume/approval?a=\"1\"","n":42})");
}

TEST_F(InputWithSecrets, AreNeverAmongWhatScriptsMayRead) {
    begin(R"({"to":"{{$run.resumeUrl.approval}}","n":"{{$run.id + '!'}}"})");
    const auto bindings = script_bindings(run, *plan, 0);
    ASSERT_EQ(bindings.size(), 1U);
    EXPECT_EQ(bindings[0].second.view().find("https://"), std::string_view::npos);
}

// Validation refuses it; a graph that was stored before is planned all the same.
TEST_F(InputWithSecrets, AreNotThereForAScriptThatAsksForThem) {
    begin(R"({"a":"{{$env.KEY + '!'}}","b":"{{$env.KEY}}"})");
    EXPECT_TRUE(script_bindings(run, *plan, 0).empty());
}

TEST_F(InputWithSecrets, OfAnAttemptFromBeforeTheyWereKeptIsTheRecordedOne) {
    begin(R"({"to":"{{$run.resumeUrl.approval}}","n":"{{$trigger.n * 2}}"})");
    turn(CompleteInput{0, 1, {*JsonText::parse("42")}});
    run.nodes[0].script_values.clear();
    EXPECT_EQ(sent(), recorded());
}

TEST_F(InputWithSecrets, OrdinaryNodesReadNoneAndKeepNoScriptValues) {
    begin(R"({"run":"{{$run.id}}","n":"{{$trigger.n * 2}}"})");
    EXPECT_FALSE(plan->nodes[0].reads_secrets);
    turn(CompleteInput{0, 1, {*JsonText::parse("42")}});
    EXPECT_TRUE(run.nodes[0].script_values.empty());
    EXPECT_EQ(recorded().find("resumeUrl"), std::string::npos);
}

// Three nodes lead to the last one, which starts when the first of them is done.
TEST_F(InputWithSecrets, SeesTheResultsThatCountedWhenTheAttemptBegan) {
    begin_graph(R"([
        {"id":"a","type":"send","position":{"x":0,"y":0},"data":{"input":1}},
        {"id":"b","type":"send","position":{"x":0,"y":0},"data":{"input":2}},
        {"id":"ask","type":"send","position":{"x":0,"y":0},"data":{"join":"any","input":
            {"to":"{{$run.resumeUrl.approval}}","a":"{{a ?? 'none'}}","b":"{{b ?? 'none'}}"}}},
        {"id":"approval","type":"wait","position":{"x":0,"y":0},"data":{}}])",
                R"([{"id":"e","source":"a","target":"ask"},{"id":"f","source":"b","target":"ask"},
        {"id":"g","source":"ask","target":"approval"}])");
    turn(CompleteNode{0, 1, *JsonText::parse("10"), {}, 0, {}});
    EXPECT_EQ(run.nodes[2].input->view(), R"({"to":"[redacted]","a":10,"b":"none"})");
    turn(CompleteNode{1, 1, *JsonText::parse("20"), {}, 0, {}});
    EXPECT_EQ(sent(2), R"({"to":"https://grid/resume/approval?a=\"1\"","a":10,"b":"none"})");
    Perform all;
    all.binds = {"b"};
    all.binds_all_upstream = true;
    const Bindings bindings = performer_bindings(run, *plan, 2, all);
    ASSERT_EQ(bindings.size(), 1U);
    EXPECT_EQ(bindings[0].first, "a");
}

TEST_F(InputWithSecrets, HoldsSecretsWhereTheRecordedOneHoldsOnlyVariables) {
    begin(R"({"url":"https://{{$env.HOST}}/","key":"Bearer {{$env['KEY']}}"})");
    EXPECT_EQ(recorded(), R"({"url":"https://example.com/","key":"Bearer [redacted]"})");
    EXPECT_EQ(sent(), R"({"url":"https://example.com/","key":"Bearer sk-1234567"})");
}

TEST_F(InputWithSecrets, TakesTheDefaultOfANameThatDoesNotExist) {
    begin(R"({"key":"{{$env.NONE ?? 'none'}}","host":"{{$env.HOST}}"})");
    EXPECT_TRUE(plan->nodes[0].reads_secrets);
    EXPECT_EQ(recorded(), R"({"key":"none","host":"example.com"})");
}

TEST_F(InputWithSecrets, FailsTheNodeForAMissingNameAndSaysWhichMayBeMeant) {
    begin(R"({"key":"{{$env.KEYS}}"})");
    EXPECT_EQ(run.nodes[0].status, NodeStatus::failed);
    ASSERT_TRUE(run.error);
    EXPECT_EQ(run.error->code, "missing_value");
    EXPECT_EQ(run.error->message,
              "{{$env.KEYS}} is missing: $env has no field 'KEYS'. Did you mean 'KEY'?");
}

TEST_F(InputWithSecrets, OfAChildAreThoseThatWereHandedOnUnderItsOwnNames) {
    handed = SecretNames{{"TOKEN", "KEY"}, {"LOST", "GONE"}};
    begin(R"({"key":"{{$env.TOKEN}}"})");
    EXPECT_EQ(recorded(), R"({"key":"[redacted]"})");
    EXPECT_EQ(sent(), R"({"key":"sk-1234567"})");
    begin(R"({"key":"{{$env.KEY}}"})");
    EXPECT_EQ(run.error->message,
              "{{$env.KEY}} is missing: $env has no field 'KEY'. Its fields are: TOKEN, LOST");
    begin(R"({"key":"{{$env.LOST}}"})");
    EXPECT_EQ(run.nodes[0].status, NodeStatus::failed);
}

TEST_F(InputWithSecrets, OfAChildThatWasHandedNothingSaysSo) {
    handed.emplace();
    begin(R"({"key":"{{$env.KEY}}"})");
    EXPECT_EQ(run.error->message,
              "{{$env.KEY}} is missing: this run was handed no secrets; map the name in the step "
              "that calls its flow");
}

TEST_F(InputWithSecrets, OfAnotherFlowMayHoldVariablesButNoSecret) {
    type = "call";
    begin(R"({"key":"{{$env.HOST}}"})");
    EXPECT_EQ(recorded(), R"({"key":"example.com"})");
    begin(R"({"key":"{{$env.KEY}}"})");
    EXPECT_EQ(run.error->code, "secret_not_passed_on");
}

}  // namespace
}  // namespace swiftgrid::engine
