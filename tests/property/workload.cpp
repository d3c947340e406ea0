#include "tests/property/workload.h"

#include <cstdlib>

#include <fmt/format.h>

#include "tests/scenarios/test_nodes.h"

namespace swiftgrid::testing {
namespace {

std::string node_name(std::size_t index) { return fmt::format("n{}", index); }

json::value random_template(Random& random, std::size_t index) {
    const std::string source = node_name(random.below(index + 1));
    switch (random.below(6)) {
        case 0: return json::value("constant");
        case 1: return json::value("{{$trigger.x}}");
        case 2: return json::value("{{" + source + ".x ?? null}}");
        case 3: return json::value("{{" + source + "}} or {{prev.x ?? 0}}");
        case 4: return json::value("{{ 1 + 1 }} and {{ " + source + " ? 2 : 3 }}");
        default: return json::array{"{{" + source + ".x}}", 1.5};
    }
}

json::array random_list(Random& random) {
    json::array list;
    for (std::size_t i = random.below(6); i > 0; --i)
        list.push_back(random.chance(50) ? json::value("a, \"b]") : json::value({1, {2}}));
    return list;
}

// The type, with its data.
const char* random_waiting(Random& random, json::object& data) {
    if (random.chance(40)) data["timeout"] = std::to_string(200 + random.below(2'000));
    switch (random.below(4)) {
        case 0: data["ms"] = std::to_string(random.below(3) * 700); return "sleep";
        case 1: return "signal";
        case 2: return "call";
        default:
            data["input"] = json::object{{"list", random_list(random)}, {"more", {{"k", 1}}}};
            data["concurrency"] = std::to_string(1 + random.below(3));
            if (random.chance(30)) data["stop"] = "";
            if (random.chance(30)) data["itemRetries"] = "1";
            if (random.chance(20)) data["collect"] = "no";
            return "each";
    }
}

// Which data a node has depends on its place alone and the random source.
model::Node random_node(Random& random, std::size_t index) {
    static constexpr const char* on_error[] = {"fail", "continue", "branch"};
    json::object data;
    // A failure ends most runs early, so that kind is rare.
    data["onError"] = on_error[random.chance(15) ? 0 : 1 + random.below(2)];
    if (random.chance(30)) data["join"] = "any";
    if (random.chance(50)) data["input"] = random_template(random, index);
    const bool is_router = random.chance(25);
    if (is_router) data["outputs"] = json::array{"x", "y", "z"};
    if (random.chance(20)) data["binds"] = json::array{"*"};
    if (random.chance(30))
        data["retry"] = json::object{{"maxRetries", 1 + random.below(2)}, {"backoffMs", 100}};
    const std::size_t kind = random.below(14);
    const char* type = kind < 7    ? "task"
                       : kind < 9  ? "instant"
                       : kind < 10 ? "refusing"
                                   : random_waiting(random, data);
    if (is_router && kind >= 7) data["chosen"] = json::array{"y"};
    return test_node(node_name(index), type, std::move(data));
}

std::string random_handle(Random& random, const model::Node& source) {
    if (random.chance(source.data.at("onError").as_string() == "branch" ? 40 : 5)) return "error";
    if (!source.data.contains("outputs")) return "";
    static constexpr const char* handles[] = {"x", "y", "z"};
    return handles[random.below(3)];
}

JsonText random_result(Random& random) {
    static constexpr const char* results[] = {"null",
                                              "false",
                                              "0",
                                              "\"\"",
                                              "{}",
                                              "{\"x\":1}",
                                              "[1,2.50,3e5]",
                                              "123456789012345678901234567890"};
    return JsonText::trusted(results[random.below(std::size(results))]);
}

std::optional<JsonText> random_extras(Random& random) {
    static constexpr const char* extras[] = {
        "{}",
        "{\"logs\":[{\"level\":\"log\",\"text\":\"a\"}]}",
        "{\"\":1,\"error2\":null}",
        "[]",
        "{\"usage\":{\"total_tokens\":7,\"cost_usd\":0.1}}",
        "{\"usage\":{\"total_tokens\":9000000000000000000,\"cost_usd\":1e300}}"};
    if (random.chance(60)) return std::nullopt;
    return JsonText::trusted(extras[random.below(std::size(extras))]);
}

std::optional<std::vector<std::string>> random_outputs(Random& random,
                                                       const model::PlanNode& node) {
    if (!node.data.contains("outputs")) return std::nullopt;
    std::vector<std::string> outputs;
    for (const char* handle : {"x", "y", "z"})
        if (random.chance(40)) outputs.emplace_back(handle);
    return outputs;
}

engine::FailNode random_failure(Random& random, model::NodeIndex node, std::uint32_t attempt) {
    engine::FailNode command{node, attempt, engine::make_run_error("timeout", "too \"slow\"\n"),
                             static_cast<std::int64_t>(random.below(3)), random_extras(random)};
    command.error.retryable = random.chance(50);
    if (random.chance(30)) command.error.details = random_result(random);
    return command;
}

}  // namespace

std::uint64_t seed_or(std::uint64_t otherwise) {
    const char* text = std::getenv("SWIFTGRID_SEED");
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

model::Graph random_graph(Random& random) {
    model::Graph graph;
    const std::size_t node_count = 1 + random.below(24);
    for (std::size_t i = 0; i < node_count; ++i) graph.nodes.push_back(random_node(random, i));
    for (std::size_t target = 1; target < node_count; ++target) {
        const std::size_t edge_count = random.below(4);
        for (std::size_t i = 0; i < edge_count; ++i) {
            const model::Node& source = graph.nodes[random.below(target)];
            graph.edges.push_back(
                test_edge(source.id, random_handle(random, source), node_name(target)));
        }
    }
    if (random.chance(10)) graph.budget.tokens = static_cast<std::int64_t>(random.below(50));
    if (random.chance(10))
        graph.budget.nano_usd = static_cast<std::int64_t>(random.below(500'000'000));
    return graph;
}

engine::Command random_answer(Random& random, const model::Plan& plan,
                              const engine::Effect& effect) {
    if (const auto* evaluate = std::get_if<engine::EvaluateInput>(&effect)) {
        if (random.chance(20)) return random_failure(random, evaluate->node, evaluate->attempt);
        engine::CompleteInput command{evaluate->node, evaluate->attempt, {}};
        for (std::size_t i = 0; i < plan.nodes[evaluate->node].input.scripts().size(); ++i)
            command.values.push_back(random_result(random));
        return command;
    }
    if (const auto* start = std::get_if<engine::StartChildRun>(&effect)) {
        engine::CompleteChild command{start->node, start->attempt, start->item, {}};
        command.end.child = start->child;
        if (random.chance(30)) command.end.spent = {7, 100'000'000};
        if (random.chance(60)) {
            command.end.output = random_result(random);
        } else if (random.chance(80)) {
            command.end.status = engine::RunStatus::failed;
            command.end.error = engine::make_run_error("child", "out of \"paper\"");
        } else {
            command.end.status = engine::RunStatus::cancelled;
        }
        return command;
    }
    const auto& perform = std::get<engine::PerformNode>(effect);
    if (random.chance(20)) return random_failure(random, perform.node, perform.attempt);
    return engine::CompleteNode{perform.node,
                                perform.attempt,
                                random_result(random),
                                random_outputs(random, plan.nodes[perform.node]),
                                static_cast<std::int64_t>(random.below(3)),
                                random_extras(random)};
}

engine::Command random_nonsense(Random& random, const model::Plan& plan) {
    const auto node = static_cast<model::NodeIndex>(random.below(plan.nodes.size() + 2));
    // No attempt of these tests has such a number.
    const auto attempt = static_cast<std::uint32_t>(random.chance(50) ? 0 : 7 + random.below(3));
    switch (random.below(5)) {
        case 4: return engine::CompleteChild{node, attempt, attempt, {}};
        case 0: return engine::StartRun{};
        case 1: return engine::CompleteInput{node, attempt, {JsonText()}};
        case 2: return random_failure(random, node, attempt);
        default:
            return engine::CompleteNode{node, attempt, JsonText(), std::nullopt, 0, std::nullopt};
    }
}

}  // namespace swiftgrid::testing
