// n8n's IF, Filter and Switch as routers.

#include <functional>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/conditions.h"

namespace swiftgrid::control::n8n {
namespace {

json::object condition(const std::string& id, std::string_view label, std::string expression) {
    return {{"id", id},
            {"label",
             label.empty() ? std::string_view(id) : cut_to_bytes(label, limits::import_name_bytes)},
            {"expression", std::move(expression)}};
}

// Writes once to learn what is read, and again when that is more than the input.
void write_router(StepMaker& maker, const std::function<json::array(RouterWriter&)>& conditions,
                  const std::string& otherwise) {
    maker.step().type = "router";
    maker.step().place = maker.input();
    RouterWriter writer(maker);
    json::array list = conditions(writer);
    if (writer.needs_object()) {
        writer.use_object();
        list = conditions(writer);
    }
    maker.data()["routeBy"] = writer.route_by();
    maker.data()["conditions"] = std::move(list);
    maker.data()["defaultOutput"] = otherwise;
    if (maker.data()["conditions"].get_array().size() > limits::router_conditions)
        maker.unsupported(fmt::format("it has more than {} ways out", limits::router_conditions),
                          "Divide it into several routers.");
}

std::string of_conditions(StepMaker& maker, RouterWriter& writer) {
    std::string_view combined = text_at(maker.parameters(), "combineOperation");  // of an old IF
    if (combined.empty()) combined = text_at(maker.parameters(), "combineConditions");
    return writer.expression(object_member(maker.parameters(), "conditions"),
                             std::string(combined));
}

// The number of an output; nothing for another value.
std::optional<std::size_t> output_number(const json::value* value) {
    if (!value) return std::nullopt;
    json::value number = *value;
    if (number.is_string()) number = parse_json(number.get_string()).value_or(json::value());
    if (!number.is_int64() || number.get_int64() < 0 ||
        number.get_int64() >= static_cast<std::int64_t>(limits::router_conditions))
        return std::nullopt;
    return static_cast<std::size_t>(number.get_int64());
}

struct Rule {
    std::string label;
    std::size_t output = 0;
    std::function<std::string(RouterWriter&)> expression;
};

std::vector<Rule> new_rules(StepMaker& maker) {
    std::vector<Rule> rules;
    const json::object list = object_member(maker.parameters(), "rules");
    json::array values = array_member(list, "values");
    if (values.empty()) values = array_member(list, "rules");
    for (const json::value& value : values) {
        const auto* object = value.if_object();
        if (!object) continue;
        const bool is_named = flag_at(*object, "renameOutput", false);
        rules.push_back({is_named ? std::string(text_at(*object, "outputKey")) : "", rules.size(),
                         [conditions = object_member(*object, "conditions")](RouterWriter& writer) {
                             return writer.expression(conditions);
                         }});
    }
    return rules;
}

std::vector<Rule> old_rules(StepMaker& maker) {
    std::vector<Rule> rules;
    const json::object& parameters = maker.parameters();
    const auto* left = parameters.if_contains("value1");
    const std::string type(text_at(parameters, "dataType"));
    for (const json::value& value : array_member(object_member(parameters, "rules"), "rules")) {
        const auto* object = value.if_object();
        if (!object) continue;
        const auto* right = object->if_contains("value2");
        std::string operation(text_at(*object, "operation"));
        if (operation.empty()) operation = "equal";
        const auto output = output_number(object->if_contains("output"));
        rules.push_back({std::string(text_at(*object, "outputKey")), output.value_or(rules.size()),
                         [=, left = left ? *left : json::value(),
                          right = right ? *right : json::value()](RouterWriter& writer) {
                             return writer.comparison(left, right, type.empty() ? "number" : type,
                                                      operation);
                         }});
    }
    return rules;
}

// One way out for each number that the expression may give.
std::vector<Rule> numbered_rules(StepMaker& maker) {
    std::vector<Rule> rules;
    const auto count = output_number(maker.parameters().if_contains("numberOutputs")).value_or(4);
    const auto* output = maker.parameters().if_contains("output");
    rules.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        rules.push_back(
            {"", i, [=, output = output ? *output : json::value(0)](RouterWriter& writer) {
                 return fmt::format("{} === {}", writer.operand(output), i);
             }});
    return rules;
}

void put_handles(StepMaker& maker, const std::vector<Rule>& rules) {
    auto& handles = maker.step().handles;
    handles.clear();
    auto& further = maker.step().further_handles;
    for (std::size_t i = 0; i < rules.size(); ++i)
        further.emplace_back(rules[i].output, fmt::format("output{}", i));
}

}  // namespace

void make_if(StepMaker& maker) {
    maker.name_left_out(object_member(maker.parameters(), "options"),
                        {"ignoreCase", "looseTypeValidation"});
    maker.step().handles = {"true", "false"};
    write_router(
        maker,
        [&](RouterWriter& writer) {
            return json::array{condition("true", "true", of_conditions(maker, writer))};
        },
        "false");
}

void make_filter(StepMaker& maker) {
    maker.name_left_out(object_member(maker.parameters(), "options"),
                        {"ignoreCase", "looseTypeValidation"});
    maker.step().handles = {"kept", "discarded"};
    write_router(
        maker,
        [&](RouterWriter& writer) {
            return json::array{condition("kept", "kept", of_conditions(maker, writer))};
        },
        "discarded");
    maker.note(NoteSeverity::info,
               "it lets a value pass or not; n8n does that with each item of a list",
               "For a list, filter it in a code step.");
}

void make_switch(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const bool is_numbered = text_at(parameters, "mode") == "expression";
    const bool is_old = maker.node().version < 3;
    const std::vector<Rule> rules = is_numbered ? numbered_rules(maker)
                                    : is_old    ? old_rules(maker)
                                                : new_rules(maker);
    put_handles(maker, rules);
    const json::object options = object_member(parameters, "options");
    maker.name_left_out(options, {"ignoreCase", "looseTypeValidation", "fallbackOutput",
                                  "renameFallbackOutput", "allMatchingOutputs"});
    const auto* fallback =
        is_old ? parameters.if_contains("fallbackOutput") : options.if_contains("fallbackOutput");
    const bool has_own = fallback && fallback->is_string() && fallback->get_string() == "extra";
    const auto shared = has_own ? std::nullopt : output_number(fallback);
    if (has_own) maker.step().further_handles.emplace_back(rules.size(), "otherwise");
    if (shared) maker.step().further_handles.emplace_back(*shared, "otherwise");
    write_router(
        maker,
        [&](RouterWriter& writer) {
            json::array list;
            for (std::size_t i = 0; i < rules.size(); ++i)
                list.push_back(condition(fmt::format("output{}", i), rules[i].label,
                                         rules[i].expression(writer)));
            return list;
        },
        has_own || shared ? "otherwise" : "");
    if (flag_at(options, "allMatchingOutputs", false)) maker.data()["mode"] = "broadcast";
}

}  // namespace swiftgrid::control::n8n
