// Code and router nodes from the plan to the result, with the real engine and the real sandbox;
// only the runtime between them is replaced by a loop.

#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/handle.h"
#include "nodes/code_execution/perform.h"
#include "nodes/registry.h"
#include "nodes/router/perform.h"
#include "sandbox/script_world_test.h"

namespace swiftgrid::nodes {
namespace {

using engine::NodeStatus;
using engine::RunStatus;

JsonText text(std::string_view json) { return JsonText::parse(json).value(); }

const model::NodeTypes& node_types() {
    static const model::NodeTypes types = make_node_types();
    return types;
}

model::Node node(std::string id, std::string type, std::string_view data) {
    model::Node node;
    node.label = id;
    node.id = std::move(id);
    node.type = std::move(type);
    node.data = text(data).to_value().as_object();
    return node;
}

model::Edge edge(std::string source, std::string handle, std::string target) {
    return {source + handle + target, source, handle, target};
}

class ScriptRun {
public:
    explicit ScriptRun(model::Graph graph) : plan_(plan_of(std::move(graph))) {
        performers_.emplace("code-execution", code_execution::make_performer());
        performers_.emplace("router", router::make_performer());
    }

    engine::RunState run(std::string_view input) {
        state_ = engine::RunState(RunId{}, plan_->nodes.size());
        engine::StartRun start;
        start.created.input = text(input);
        handle(start);
        while (!owed_.empty()) {
            const engine::Effect effect = std::move(owed_.front());
            owed_.pop_front();
            if (const auto* evaluate = std::get_if<engine::EvaluateInput>(&effect))
                handle(evaluated(*evaluate));
            if (const auto* perform = std::get_if<engine::PerformNode>(&effect))
                handle(performed(*perform));
        }
        return state_;
    }

    const engine::NodeState& state(std::string_view id) const {
        return state_.nodes[plan_->find(id).value()];
    }

private:
    static model::PlanPtr plan_of(model::Graph graph) {
        model::Flow flow;
        flow.graph = std::move(graph);
        auto plan = model::make_plan(flow, node_types(), GraphId{});
        if (!plan) throw std::runtime_error(plan.error().message);
        return *plan;
    }

    void handle(const engine::Command& command) {
        auto turn = engine::handle(state_, *plan_, *behaviours_, command, Instant{1},
                                   engine::empty_environment);
        ASSERT_FALSE(turn.rejection) << turn.rejection->message;
        for (engine::Effect& effect : turn.effects) owed_.push_back(std::move(effect));
    }

    engine::Command evaluated(const engine::EvaluateInput& effect) {
        sandbox::Expressions expressions;
        for (const auto& script : plan_->nodes[effect.node].input.scripts())
            expressions.sources.push_back(script.source);
        for (const auto& [name, value] : effect.bindings)
            expressions.bindings.push_back({name, value});
        engine::CompleteInput command{effect.node, effect.attempt, {}};
        const auto reply = world_.run(std::move(expressions));
        for (const auto& result : std::get<std::vector<sandbox::ExpressionResult>>(reply.outcome))
            command.values.push_back(std::get<sandbox::ExpressionValue>(result.outcome).value);
        return command;
    }

    engine::Command performed(const engine::PerformNode& effect) {
        const PerformRequest request{
            {state_.id, effect.node, effect.attempt}, plan_, effect.input, effect.bindings};
        const auto& performer = *performers_.at(request.node().descriptor->type);
        sandbox::Call call = performer.prepare(request);
        Outcome outcome = performer.finish(request, world_.run(std::move(call.work), call.time_ms));
        if (auto* error = std::get_if<engine::RunError>(&outcome.result))
            return engine::FailNode{effect.node, effect.attempt, *error, outcome.duration_ms,
                                    outcome.extras};
        return engine::CompleteNode{
            effect.node,     effect.attempt,      std::get<JsonText>(outcome.result),
            outcome.outputs, outcome.duration_ms, outcome.extras};
    }

    model::PlanPtr plan_;
    std::unique_ptr<engine::NodeBehaviours> behaviours_ = make_node_behaviours();
    std::map<std::string, std::unique_ptr<ScriptPerformer>, std::less<>> performers_;
    sandbox::ScriptWorld world_;
    engine::RunState state_;
    std::deque<engine::Effect> owed_;
};

TEST(ScriptNodes, RunCodeThenARouterThenCode) {
    ScriptRun flow({{node("double", "code-execution", R"({"code":"return INPUT.n * 2"})"),
                     node("big", "router", R"({"routeBy":"{{double}}","conditions":[
                         {"id":"yes","label":"Yes","expression":"value > 10"}],
                         "defaultOutput":"no"})"),
                     node("y", "code-execution", R"({"code":"return 'big ' + nodes.double"})"),
                     node("n", "code-execution", R"({"code":"return 'small ' + $trigger.n"})")},
                    {edge("double", "", "big"), edge("big", "yes", "y"), edge("big", "no", "n")},
                    {}});
    EXPECT_EQ(flow.run(R"({"n":6})").output, text("\"big 12\""));
    EXPECT_EQ(flow.state("big").result,
              text(R"({"matched_outputs":["yes"],"evaluated_value":12})"));
    EXPECT_EQ(flow.state("n").status, NodeStatus::skipped);
    EXPECT_EQ(flow.run(R"({"n":5})").output, text("\"small 5\""));
}

TEST(ScriptNodes, SeeAllUpstreamResultsWhenTheyAskForThem) {
    ScriptRun flow({{node("a-1", "code-execution", R"({"code":"return 1"})"),
                     node("b", "code-execution", R"({"code":"return 2"})"),
                     node("c", "code-execution", R"({"code":"return [nodes, INPUT, input]"})")},
                    {edge("a-1", "", "b"), edge("b", "", "c")},
                    {}});
    EXPECT_EQ(flow.run("null").output, text(R"([{"a-1":1,"b":2},2,2])"));
}

TEST(ScriptNodes, HaveTheScriptsOfTheirInputsEvaluatedFirst) {
    ScriptRun flow({{node("a", "code-execution", R"({"code":"return {x: 3}"})"),
                     node("b", "code-execution", R"({"code":"return INPUT",
                         "inputs":{"sum":"{{ a.x + $trigger.y }}","plain":"{{a.x}}"}})")},
                    {edge("a", "", "b")},
                    {}});
    EXPECT_EQ(flow.run(R"({"y":4})").output, text(R"({"sum":7,"plain":3})"));
}

TEST(ScriptNodes, RecordAConditionThatThrowsAndGoOn) {
    ScriptRun flow({{node("r", "router", R"({"routeBy":"{{$trigger}}","conditions":[
                         {"id":"bad","label":"","expression":"value.no.such"},
                         {"id":"good","label":"","expression":"value == 1"}]})")},
                    {},
                    {}});
    flow.run("1");
    EXPECT_EQ(flow.state("r").outputs, (std::vector<std::string>{"good"}));
    ASSERT_TRUE(flow.state("r").extras);
    const auto first = flow.state("r").extras->child("conditionErrors")->child(std::size_t{0});
    EXPECT_EQ(first->child("id"), text("\"bad\""));
    EXPECT_NE(first->child("message")->view().find("TypeError"), std::string_view::npos);
}

TEST(ScriptNodes, FailWithTheMessageAndThePlaceOfWhatWasThrown) {
    ScriptRun flow(
        {{node("a", "code-execution",
               R"json({"code":"console.log('before');\n\nthrow new Error('no luck')"})json")},
         {},
         {}});
    const auto state = flow.run("null");
    ASSERT_EQ(state.status, RunStatus::failed);
    EXPECT_EQ(state.error->code, "script_error");
    EXPECT_EQ(state.error->node_id, "a");
    EXPECT_NE(state.error->message.find("no luck"), std::string::npos);
    ASSERT_TRUE(state.error->details);
    EXPECT_EQ(state.error->details->child("line"), text("3"));
    EXPECT_EQ(flow.state("a").extras, text(R"({"logs":[{"level":"log","text":"before"}]})"));
}

TEST(ScriptNodes, FailWhenTheyDoNotEnd) {
    ScriptRun flow({{node("a", "code-execution",
                          R"json({"code":"for (;;) {}","timeoutMs":50,"onError":"continue"})json"),
                     node("b", "code-execution", R"({"code":"return INPUT.error.code"})")},
                    {edge("a", "", "b")},
                    {}});
    EXPECT_EQ(flow.run("null").output, text("\"script_timeout\""));
}

std::string example_of(std::string_view folder) {
    const auto path = std::filesystem::path(__FILE__).replace_filename(folder) / "example.json";
    std::ifstream file(path);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

TEST(ScriptNodes, HaveExamplesThatRun) {
    ScriptRun flow({{node("fetch", "code-execution", R"({"code":"return INPUT"})"),
                     node("sum", "code-execution", example_of("code_execution")),
                     node("route", "router", example_of("router"))},
                    {edge("fetch", "", "sum"), edge("fetch", "", "route")},
                    {}});
    flow.run(R"({"status":404,"body":{"items":[{"price":1.5},{"price":2}]}})");
    EXPECT_EQ(flow.state("sum").result, text(R"({"total":3.5})"));
    EXPECT_EQ(flow.state("route").outputs, (std::vector<std::string>{"client_error"}));
}

}  // namespace
}  // namespace swiftgrid::nodes
