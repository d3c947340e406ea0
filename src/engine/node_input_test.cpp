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
    return model::NodeTypes({send, wait});
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

class Secrets : public RunSecrets {
public:
    std::string resume_url(RunId, std::string_view node_id) const override {
        return "https://grid/resume/" + std::string(node_id) + "?a=\"1\"";
    }
};

// send -> approval, and another wait beside.
class InputWithSecrets : public testing::Test {
protected:
    void begin(std::string_view input) {
        begin_graph(R"([{"id":"ask","type":"send","position":{"x":0,"y":0},"data":{"input":)" +
                        std::string(input) + R"(}},
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
        turn(StartRun{});
    }

    std::vector<Effect> turn(const Command& command) {
        Turn turn = handle(run, *plan, behaviours, command, Instant{1'000});
        EXPECT_FALSE(turn.rejection) << turn.rejection->message;
        return turn.effects;
    }

    std::string recorded() const { return std::string(run.nodes[0].input.value().view()); }
    std::string sent(NodeIndex node = 0) const {
        const auto input = input_with_secrets(run, *plan, node, Secrets());
        const auto* error = std::get_if<RunError>(&input);
        return error ? error->message : std::string(std::get<JsonText>(input).view());
    }

    const model::NodeTypes types = make_types();
    const Behaviours behaviours;
    model::PlanPtr plan;
    RunState run;
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

TEST_F(InputWithSecrets, SecretsOfTheVaultCountToo) {
    begin(R"({"key":"{{$env.KEY ?? 'none'}}"})");
    EXPECT_TRUE(plan->nodes[0].reads_secrets);
    EXPECT_EQ(recorded(), R"({"key":"none"})");
}

}  // namespace
}  // namespace swiftgrid::engine
