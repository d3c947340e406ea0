#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "engine/explain.h"
#include "tests/scenarios/test_nodes.h"

// A mistake in a scenario's text is thrown; the test that runs it fails with the message.

namespace swiftgrid::testing {
namespace {

std::string take_word(std::string_view& text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) {
        text = {};
        return "";
    }
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    std::string word(text.substr(begin, end - begin));
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
    return word;
}

JsonText read_json(std::string_view text) {
    auto value = JsonText::parse(text);
    if (!value) throw std::runtime_error(fmt::format("{}: {}", value.error().message, text));
    return *value;
}

json::array list_of(std::string_view text) {
    json::array list;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        list.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

bool is_wait_option(std::string_view name) {
    static constexpr std::string_view names[] = {"ms",          "timeout",     "flow", "version",
                                                 "concurrency", "itemRetries", "stop", "collect"};
    return std::ranges::find(names, name) != std::end(names);
}

model::Node read_node(std::string_view line) {
    const std::string id = take_word(line);
    std::string type = "task";
    json::object data;
    while (!line.empty()) {
        if (line.starts_with("input=")) {
            data["input"] = read_json(line.substr(6)).to_value();
            break;
        }
        const std::string option = take_word(line);
        const std::size_t equals = option.find('=');
        const std::string name = option.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
        if (name == "type")
            type = value;
        else if (name == "join" || name == "onError" || is_wait_option(name))
            data[name] = value;
        else if (name == "outputs" || name == "chosen" || name == "binds")
            data[name] = list_of(value);
        else if (name == "retries")
            data["retry"] = json::object{{"maxRetries", std::stoi(value)}, {"jitter", 0}};
        else if (name == "backoff")
            data["retry"].as_object()["backoffMs"] = std::stoi(value);
        else if (name == "retryOn")
            data["retry"].as_object()["retryOn"] = list_of(value);
        else
            throw std::runtime_error("unknown node option " + option);
    }
    return test_node(id, type, std::move(data));
}

model::Edge read_edge(std::string_view line) {
    std::string source = take_word(line);
    const std::string arrow = take_word(line);
    const std::string target = take_word(line);
    if (arrow != "->" || target.empty()) throw std::runtime_error("expected: edge a[.handle] -> b");
    const std::size_t dot = source.find('.');
    const std::string handle = dot == std::string::npos ? "" : source.substr(dot + 1);
    return test_edge(source.substr(0, dot), handle, target);
}

bool read_amount(model::Budget& budget, std::string_view name, const std::string& value) {
    if (name == "tokens")
        budget.tokens = std::stoll(value);
    else if (name == "usd")
        budget.nano_usd = std::llround(std::stod(value) * model::Budget::nano);
    else
        return false;
    return true;
}

// "tokens=100 usd=0.5"
model::Budget read_budget(std::string_view line) {
    model::Budget budget;
    while (!line.empty()) {
        const std::string amount = take_word(line);
        const std::size_t equals = amount.find('=');
        if (!read_amount(budget, amount.substr(0, equals), amount.substr(equals + 1)))
            throw std::runtime_error("unknown budget " + amount);
    }
    return budget;
}

// "usage=TOKENS/DOLLARS" at the end of the line.
std::optional<JsonText> take_usage(std::string_view& line) {
    const std::size_t at = line.find(" usage=");
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view amounts = line.substr(at + 7);
    const std::string text = take_word(amounts);
    line = line.substr(0, at);
    const std::size_t slash = text.find('/');
    return JsonText::trusted(R"({"usage":{"total_tokens":)" + text.substr(0, slash) +
                             R"(,"cost_usd":)" + text.substr(slash + 1) + "}}");
}

model::Graph read_graph_lines(const std::vector<std::string>& head) {
    model::Graph graph;
    for (const std::string& text : head) {
        std::string_view line = text;
        const std::string word = take_word(line);
        if (word == "node") graph.nodes.push_back(read_node(line));
        if (word == "edge") graph.edges.push_back(read_edge(line));
        if (word == "budget") graph.budget = read_budget(line);
    }
    return graph;
}

struct Subject {
    model::NodeIndex node = 0;
    std::uint32_t attempt = 1;
    std::optional<std::uint32_t> item = {};
};

Subject read_subject(const model::Plan& plan, std::string text) {
    std::optional<std::uint32_t> item;
    if (const std::size_t open = text.find('['); open != std::string::npos) {
        item = static_cast<std::uint32_t>(std::stoul(text.substr(open + 1)));
        text.resize(open);
    }
    const std::size_t hash = text.find('#');
    const auto node = plan.find(text.substr(0, hash));
    if (!node) throw std::runtime_error("unknown node " + text);
    Subject subject{*node, 1, item};
    if (hash != std::string::npos)
        subject.attempt = static_cast<std::uint32_t>(std::stoul(text.substr(hash + 1)));
    return subject;
}

engine::Command read_complete(const model::Plan& plan, std::string_view line) {
    const Subject subject = read_subject(plan, take_word(line));
    engine::CompleteNode command{subject.node, subject.attempt, {}, std::nullopt, 0, std::nullopt};
    command.extras = take_usage(line);
    if (const std::size_t arrow = line.find(" =>"); arrow != std::string_view::npos) {
        command.outputs.emplace();
        std::string_view names = line.substr(arrow + 3);
        for (const json::value& name : list_of(take_word(names)))
            command.outputs->emplace_back(name.as_string());
        line = line.substr(0, arrow);
    }
    command.result = read_json(line);
    return command;
}

engine::Command read_fail(const model::Plan& plan, std::string_view line) {
    const Subject subject = read_subject(plan, take_word(line));
    const auto usage = take_usage(line);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) throw std::runtime_error("expected CODE: MESSAGE");
    engine::FailNode command{subject.node, subject.attempt,
                             engine::make_run_error(std::string(line.substr(0, colon)),
                                                    std::string(line.substr(colon + 2))),
                             0, std::nullopt};
    command.extras = usage;
    command.error.retryable = command.error.code == "busy";
    return command;
}

engine::Command read_fail_after(const model::Plan& plan, std::string_view line) {
    const std::int64_t after_ms = std::stoll(take_word(line));
    auto command = std::get<engine::FailNode>(read_fail(plan, line));
    command.retry_after_ms = after_ms;
    return command;
}

// The run that is owed for the node and item, as the performer of the children would know it.
engine::Command read_child(const RunUnderTest& run, std::string_view line) {
    const Subject subject = read_subject(run.plan(), take_word(line));
    engine::CompleteChild command{subject.node, subject.attempt, subject.item, {}};
    for (const engine::Effect& effect : run.owed())
        if (const auto* start = std::get_if<engine::StartChildRun>(&effect);
            start && start->node == subject.node && start->item == subject.item)
            command.end.child = start->child;
    command.end.spent = engine::spending_of(take_usage(line));
    const std::string status = take_word(line);
    command.end.status = engine::parse_run_status(status).value();
    if (status == "completed") command.end.output = read_json(line);
    if (status == "failed")
        command.end.error = engine::make_run_error("child_code", std::string(line));
    return command;
}

engine::Command read_resume(const model::Plan& plan, std::string_view line) {
    const Subject subject = read_subject(plan, take_word(line));
    return engine::ResumeNode{subject.node, read_json(line)};
}

void read_run_options(RunUnderTest& run, std::string_view line) {
    engine::RunCreated& created = run.to_start().created;
    while (!line.empty()) {
        const std::string option = take_word(line);
        const std::size_t equals = option.find('=');
        const std::string name = option.substr(0, equals);
        const std::string value = option.substr(equals + 1);
        const std::size_t colon = value.find(':');
        if (name == "deadline")
            created.deadline = run.now() + Duration{std::stoll(value)};
        else if (name == "depth")
            created.depth = static_cast<std::uint32_t>(std::stoul(value));
        else if (name == "budget")
            created.budget = static_cast<std::uint32_t>(std::stoul(value));
        else if (read_amount(created.allowance, name, value))
            continue;
        else if (name == "snapshot")
            created.snapshots.emplace_back(value.substr(0, colon),
                                           std::stoll(value.substr(colon + 1)));
        else if (name == "secret")
            created.secrets = {{value.substr(0, colon), value.substr(colon + 1)}};
        else
            throw std::runtime_error("unknown run option " + option);
    }
}

void read_keep(RunUnderTest& run, std::string_view line) {
    engine::KeptNode kept;
    kept.node = read_subject(run.plan(), take_word(line)).node;
    if (line == "skipped") {
        kept.status = engine::NodeStatus::skipped;
    } else if (line.starts_with("failed ")) {
        kept.status = engine::NodeStatus::failed;
        kept.error = engine::make_run_error("old", std::string(line.substr(7)));
    } else {
        kept.result = read_json(line);
    }
    run.to_start().kept.push_back(std::move(kept));
}

engine::Command read_input(const model::Plan& plan, std::string_view line) {
    const Subject subject = read_subject(plan, take_word(line));
    engine::CompleteInput command{subject.node, subject.attempt, {}};
    const json::value values = read_json(line).to_value();
    for (const json::value& value : values.as_array())
        command.values.push_back(JsonText::from(value));
    return command;
}

std::vector<std::string> lines_of(const engine::Turn& turn, const model::Plan& plan) {
    std::vector<std::string> lines;
    if (turn.rejection)
        lines.push_back(fmt::format("refused {}: {}", to_string(turn.rejection->code),
                                    turn.rejection->message));
    for (const engine::Event& event : turn.events) lines.push_back(engine::explain(event, plan));
    for (const engine::Effect& effect : turn.effects)
        lines.push_back("-> " + engine::explain(effect, plan));
    return lines;
}

std::vector<std::string> carry_out(RunUnderTest& run, std::string_view line) {
    const model::Plan& plan = run.plan();
    const std::string verb = take_word(line);
    if (verb == "start") return lines_of(run.start(read_json(line)), plan);
    if (verb == "start-webhook")
        return lines_of(run.start(read_json(line), engine::Trigger::webhook), plan);
    if (verb == "complete") return lines_of(run.handle(read_complete(plan, line)), plan);
    if (verb == "fail") return lines_of(run.handle(read_fail(plan, line)), plan);
    if (verb == "input") return lines_of(run.handle(read_input(plan, line)), plan);
    if (verb == "fail-after") return lines_of(run.handle(read_fail_after(plan, line)), plan);
    if (verb == "child") return lines_of(run.handle(read_child(run, line)), plan);
    if (verb == "resume") return lines_of(run.handle(read_resume(plan, line)), plan);
    if (verb == "wait") {
        run.let_pass(Duration{std::stoll(std::string(line))});
        return lines_of(run.handle(engine::FireTimers{}), plan);
    }
    if (verb == "run" || verb == "keep" || verb == "enter") {
        if (verb == "run") read_run_options(run, line);
        if (verb == "keep") read_keep(run, line);
        if (verb == "enter") run.to_start().enter_at = read_subject(plan, std::string(line)).node;
        return {};
    }
    if (verb == "cancel") return lines_of(run.handle(engine::CancelRun{std::string(line)}), plan);
    if (verb != "crash") throw std::runtime_error("unknown command " + verb);
    run.crash_and_recover();
    std::vector<std::string> lines;
    for (const engine::Effect& effect : run.owed())
        lines.push_back("-> " + engine::explain(effect, plan));
    return lines;
}

}  // namespace

std::vector<Scenario> parse_scenarios(std::string_view text) {
    std::vector<Scenario> scenarios;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        std::string_view rest = line;
        const std::string word = take_word(rest);
        if (word == "scenario") {
            scenarios.push_back({std::string(rest), {}, {}});
        } else if (scenarios.empty()) {
            if (!word.empty() && !word.starts_with('#'))
                throw std::runtime_error("expected scenario, found " + line);
        } else if (line.starts_with("  ") && !scenarios.back().steps.empty()) {
            scenarios.back().steps.back().expected.emplace_back(line.substr(2));
        } else if (word == "node" || word == "edge" || word == "budget" || word.starts_with('#')) {
            scenarios.back().head.push_back(line);
        } else if (!word.empty()) {
            scenarios.back().steps.push_back({line, {}});
        }
    }
    return scenarios;
}

std::string print_scenarios(const std::vector<Scenario>& scenarios) {
    std::string out;
    for (const Scenario& scenario : scenarios) {
        if (!out.empty()) out += '\n';
        out += "scenario " + scenario.name + '\n';
        for (const std::string& line : scenario.head) out += line + '\n';
        for (const ScenarioStep& step : scenario.steps) {
            out += step.command + '\n';
            for (const std::string& line : step.expected) out += "  " + line + '\n';
        }
    }
    return out;
}

ScenarioOutcome run_scenario(const Scenario& scenario) {
    RunUnderTest run(plan_of(read_graph_lines(scenario.head)));
    ScenarioOutcome outcome;
    for (const ScenarioStep& step : scenario.steps)
        outcome.steps.push_back({step.command, carry_out(run, step.command)});
    outcome.problem = run.problem();
    return outcome;
}

RunUnderTest play_scenario(const Scenario& scenario) {
    RunUnderTest run(plan_of(read_graph_lines(scenario.head)));
    for (const ScenarioStep& step : scenario.steps) carry_out(run, step.command);
    return run;
}

}  // namespace swiftgrid::testing
