#include "control/n8n/triggers.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/shape.h"
#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {
namespace {

class TriggerReader {
public:
    TriggerReader(const Source& source, json::object& document, ImportReport& report)
        : source_(source), document_(document), report_(report) {}

    void read(const SourceNode& node) {
        node_ = &node;
        outcome_ = NodeOutcome::converted;
        if (node.is_disabled)
            note(NodeOutcome::removed, NoteSeverity::info, "it is switched off in n8n", "");
        else if (node.kind == "webhook")
            webhook();
        else if (node.kind == "scheduleTrigger" || node.kind == "cron" || node.kind == "interval")
            schedule();
        else if (node.kind == "executeWorkflowTrigger")
            called();
        else if (node.kind == "errorTrigger")
            note(NodeOutcome::unsupported, NoteSeverity::error,
                 "it starts when another workflow fails, which has no counterpart; its steps are a "
                 "workflow of their own",
                 "Tell people of failures with notifications.");
        else if (node.kind != "manualTrigger" && node.kind != "start")
            note(NodeOutcome::unsupported, NoteSeverity::error,
                 fmt::format("nothing here starts a workflow as '{}' does", node.type),
                 "Let that service call the webhook of this workflow, or start it by a schedule.");
        report_.add(ImportedNode{source_.name, node.name, "", node.type, "trigger", outcome_});
    }

private:
    void note(NodeOutcome outcome, NoteSeverity severity, std::string reason, std::string mend) {
        outcome_ = std::max(outcome_, outcome);
        report_.add(ImportNote{severity, source_.name, node_->name, "", node_->pointer,
                               std::move(reason), std::move(mend)});
    }

    void changed(std::string reason, std::string mend) {
        note(NodeOutcome::changed, NoteSeverity::warning, std::move(reason), std::move(mend));
    }

    void webhook() {
        const json::object& parameters = node_->parameters;
        changed(fmt::format("the webhook '{}' gets another address, is signed, and is off",
                            text_at(parameters, "path")),
                "Publish the workflow, switch its webhook on, and give the sender its address and "
                "secret.");
        const std::string_view mode = text_at(parameters, "responseMode");
        if (mode == "lastNode" || mode == "responseNode")
            changed("its caller waits for the result",
                    "Set the response of the webhook to 'wait'.");
    }

    void called() {
        json::object properties;
        const json::object inputs = object_member(node_->parameters, "workflowInputs");
        for (const json::value& entry : array_member(inputs, "values")) {
            const auto* object = entry.if_object();
            if (!object || text_at(*object, "name").empty()) continue;
            std::string type(text_at(*object, "type"));
            if (type != "number" && type != "boolean" && type != "object" && type != "array")
                type = "string";
            properties[text_at(*object, "name")] = json::object{{"type", type}};
        }
        if (!properties.empty())
            document_["inputSchema"] =
                json::object{{"type", "object"}, {"properties", std::move(properties)}};
    }

    // A part of an expression: every n-th, or each.
    static std::string every(const json::object& rule, std::string_view name, std::int64_t max,
                             std::int64_t otherwise = 1) {
        const auto n = std::clamp<std::int64_t>(integer_at(rule, name, otherwise), 1, max);
        return n == 1 ? "*" : fmt::format("*/{}", n);
    }

    std::string five_fields(std::string_view expression) {
        if (expression.starts_with('=')) expression.remove_prefix(1);
        std::vector<std::string> fields;
        for (std::size_t at = 0; at < expression.size();) {
            const auto begin = expression.find_first_not_of(' ', at);
            if (begin == std::string_view::npos) break;
            at = std::min(expression.find(' ', begin), expression.size());
            fields.emplace_back(expression.substr(begin, at - begin));
        }
        constexpr std::size_t with_seconds = 6;
        if (fields.size() == with_seconds) {
            if (fields.front() != "0") changed("its seconds were left out", "");
            fields.erase(fields.begin());
        }
        return fmt::format("{}", fmt::join(fields, " "));
    }

    std::string cron_of(const json::object& rule) {
        std::string_view field = text_at(rule, "field");
        const auto minute = std::clamp<std::int64_t>(integer_at(rule, "triggerAtMinute", 0), 0, 59);
        const auto hour = std::clamp<std::int64_t>(integer_at(rule, "triggerAtHour", 0), 0, 23);
        if (field == "cronExpression") return five_fields(text_at(rule, "expression"));
        if (field == "seconds") {
            changed("it starts every few seconds; here every minute is the most", "");
            return "* * * * *";
        }
        constexpr std::int64_t minutes_otherwise = 5;
        if (field == "minutes")
            return every(rule, "minutesInterval", 59, minutes_otherwise) + " * * * *";
        if (field == "hours")
            return fmt::format("{} {} * * *", minute, every(rule, "hoursInterval", 23));
        if (field == "weeks") {
            if (integer_at(rule, "weeksInterval", 1) > 1)
                changed("it starts every few weeks; here it is every week",
                        "Decide in the workflow which weeks count.");
            std::vector<std::int64_t> days;
            for (const json::value& day : array_member(rule, "triggerAtDay"))
                if (day.is_int64() && day.get_int64() >= 0 && day.get_int64() <= 7)
                    days.push_back(day.get_int64());
            if (days.empty()) days.push_back(0);
            return fmt::format("{} {} * * {}", minute, hour, fmt::join(days, ","));
        }
        if (field == "months")
            return fmt::format(
                "{} {} {} {} *", minute, hour,
                std::clamp<std::int64_t>(integer_at(rule, "triggerAtDayOfMonth", 1), 1, 31),
                every(rule, "monthsInterval", 12));
        if (integer_at(rule, "daysInterval", 1) > 1)
            changed(
                "it starts every few days; here the days are those of the month, from its "
                "first on",
                "Check the times of the schedule.");
        return fmt::format("{} {} {} * *", minute, hour, every(rule, "daysInterval", 31));
    }

    void schedule() {
        const json::array intervals =
            array_member(object_member(node_->parameters, "rule"), "interval");
        const json::object none;
        const json::object& rule = !intervals.empty() && intervals.front().is_object()
                                       ? intervals.front().get_object()
                                       : none;
        if (node_->kind != "scheduleTrigger" || document_.contains("scheduleCron"))
            return changed(node_->kind == "scheduleTrigger"
                               ? "this schedule was left out: a workflow has one here"
                               : "the times of this old kind of schedule were left out",
                           "Enter its times in the schedule of the workflow.");
        document_["scheduleCron"] = cron_of(rule);
        const std::string_view zone = text_at(source_.settings, "timezone");
        const bool has_zone = !zone.empty() && zone != "DEFAULT";
        document_["scheduleTimezone"] = has_zone ? zone : "UTC";
        if (intervals.size() > 1)
            changed("it has several times; only the first one is here",
                    "Join them in one cron expression.");
        note(outcome_, NoteSeverity::info,
             has_zone ? "the schedule is off until somebody switches it on"
                      : "the schedule is in UTC, and off until somebody switches it on",
             "Check its times, publish the workflow and switch it on.");
    }

    const Source& source_;
    json::object& document_;
    ImportReport& report_;
    const SourceNode* node_ = nullptr;
    NodeOutcome outcome_ = NodeOutcome::converted;
};

}  // namespace

void put_triggers(const Source& source, json::object& document, ImportReport& report) {
    TriggerReader reader(source, document, report);
    std::size_t count = 0;
    std::set<std::set<std::size_t>> beginnings;  // the steps that each leads to
    for (std::size_t i = 0; i < source.nodes.size(); ++i) {
        const SourceNode& node = source.nodes[i];
        if (role_of(node) != NodeRole::trigger) continue;
        reader.read(node);
        if (node.is_disabled || node.kind == "errorTrigger") continue;
        ++count;
        std::set<std::size_t> targets;
        for (const SourceLink& link : source.links)
            if (link.source == i) targets.insert(link.target);
        beginnings.insert(std::move(targets));
    }
    if (beginnings.size() > 1)
        report.add(ImportNote{
            NoteSeverity::warning, source.name, "", "", "",
            fmt::format("{} triggers lead to steps of their own in n8n; here every start begins "
                        "with all of them",
                        count),
            "Make a workflow of each."});
}

void put_settings(const Source& source, json::object& document, ImportReport& report) {
    const auto note = [&](NoteSeverity severity, std::string reason, std::string mend) {
        report.add(
            ImportNote{severity, source.name, "", "", "", std::move(reason), std::move(mend)});
    };
    const auto seconds = integer_at(source.settings, "executionTimeout", 0);
    if (seconds > 0) {
        document["timeoutMs"] = std::min(seconds, limits::run_seconds_max) * 1000;
        if (std::ranges::any_of(source.nodes, [](const SourceNode& node) {
                return node.kind == "wait" && !node.is_disabled;
            }))
            note(NoteSeverity::warning,
                 fmt::format("a run may take {} seconds, and here its waits count", seconds),
                 "Raise the workflow's time limit when it may wait for longer.");
    }
    if (!text_at(source.settings, "errorWorkflow").empty())
        note(NoteSeverity::warning, "the workflow that n8n starts when this one fails was left out",
             "Tell people of failures with notifications.");
    if (source.has_pinned_data)
        note(NoteSeverity::info, "pinned data was left out", "Pin the results of a run here.");
    if (source.has_tags) note(NoteSeverity::info, "its tags were left out", "");
    constexpr auto known = std::to_array<std::string_view>(
        {"executionTimeout", "errorWorkflow", "timezone", "executionOrder"});
    const std::string others = names_besides(source.settings, known);
    if (!others.empty())
        note(NoteSeverity::info, "of its settings these were left out: " + others, "");
    note(NoteSeverity::info,
         "n8n hands lists of items from node to node and works on each; here a step hands on one "
         "value, which may be a list",
         "Where several items come, use a map, or work on the list in a code step.");
}

}  // namespace swiftgrid::control::n8n
