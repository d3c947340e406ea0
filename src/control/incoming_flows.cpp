#include "control/incoming_flows.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/convert.h"
#include "model/flow_json.h"
#include "model/schema.h"
#include "model/timetable.h"

namespace swiftgrid::control {
namespace {

constexpr std::array<std::string_view, 20> kept_members = {"$schema",
                                                           "format",
                                                           "formatVersion",
                                                           "id",
                                                           "name",
                                                           "description",
                                                           "graph",
                                                           "inputSchema",
                                                           "outputSchema",
                                                           "timeoutMs",
                                                           "notifications",
                                                           "scheduleEnabled",
                                                           "scheduleCron",
                                                           "scheduleTimezone",
                                                           "scheduleInputData",
                                                           "scheduleOverlapMode",
                                                           "scheduleMissed",
                                                           "scheduleNextRun",
                                                           "webhookEnabled",
                                                           "versions"};

constexpr std::array<std::string_view, 5> schedule_members = {
    "scheduleCron", "scheduleTimezone", "scheduleInputData", "scheduleOverlapMode",
    "scheduleMissed"};

constexpr std::array<std::string_view, 5> bundle_members = {"$schema", "format", "formatVersion",
                                                            "secrets", "flows"};

void note_flow(ImportReport& report, const IncomingFlow& flow, NoteSeverity severity,
               const std::string& member, std::string reason, std::string mend) {
    report.add(ImportNote{severity, flow.name, "", "",
                          member.empty() ? flow.pointer : model::join_pointer(flow.pointer, member),
                          std::move(reason), std::move(mend)});
}

// What is in the document and not in what we make of it.
void note_left_out(const json::object& document, const IncomingFlow& flow, ImportReport& report) {
    for (const auto& member : document) {
        if (std::ranges::find(kept_members, std::string_view(member.key())) != kept_members.end())
            continue;
        note_flow(report, flow, NoteSeverity::info, std::string(member.key()),
                  fmt::format("'{}' is unknown and was left out", std::string_view(member.key())),
                  "");
    }
    if (const auto* versions = document.if_contains("versions");
        versions && versions->is_array() && !versions->get_array().empty())
        note_flow(report, flow, NoteSeverity::info, "versions",
                  "older versions are not taken over, only the draft", "");
    if (flag_at(document, "scheduleEnabled", false))
        note_flow(report, flow, NoteSeverity::warning, "scheduleEnabled",
                  "the schedule was taken over, but is switched off",
                  "Publish the workflow and switch its schedule on.");
    if (flag_at(document, "webhookEnabled", false))
        note_flow(report, flow, NoteSeverity::warning, "webhookEnabled",
                  "the webhook is switched off, and has no secret yet",
                  "Publish the workflow and switch its webhook on.");
}

// What the original of SwiftGrid exported: { workflow, versions: [{ versionNumber, graph, … }] }.
bool is_old_export(const json::object& file) {
    const auto* workflow = file.if_contains("workflow");
    const auto* versions = file.if_contains("versions");
    return workflow && workflow->is_object() && versions && versions->is_array() &&
           !file.contains("format");
}

// The graph of the newest version; null when none has any.
json::value newest_graph(const json::array& versions) {
    const json::object* newest = nullptr;
    for (const json::value& version : versions) {
        const auto* object = version.if_object();
        if (!object || !object->contains("graph")) continue;
        if (!newest ||
            integer_at(*object, "versionNumber", 0) > integer_at(*newest, "versionNumber", 0))
            newest = object;
    }
    return newest ? newest->at("graph") : json::value();
}

void note_nodes(const model::Flow& flow, ImportReport& report) {
    for (const model::Node& node : flow.graph.nodes)
        report.add(ImportedNode{flow.name, node.label, node.id, node.type, node.type});
}

class FileReader {
public:
    explicit FileReader(const model::NodeTypes& types) : types_(types) {}

    void document(const json::value& document, const std::string& pointer) {
        std::vector<model::Problem> problems;
        if (!takes_nodes_of(document, pointer)) return;
        auto flow = model::read_flow(document, types_, problems);
        for (model::Problem& problem : problems) problem.pointer.insert(0, pointer);
        if (!flow) {
            std::ranges::move(problems, std::back_inserter(refused_));
            return;
        }
        IncomingFlow incoming{std::string(text_at(document.get_object(), "id")), pointer,
                              canonical(document.get_object(), *flow), flow->name};
        if (!incoming.source_id.empty() && !ids_.insert(incoming.source_id).second)
            refused_.push_back(problem_at(
                pointer + "/id", "duplicate_id",
                fmt::format("another flow of this file has the id '{}' too", incoming.source_id),
                "Give one of them another id."));
        note_left_out(document.get_object(), incoming, read_.report);
        note_nodes(*flow, read_.report);
        read_.flows.push_back(std::move(incoming));
    }

    void bundle(const json::object& file) {
        read_.report.format = "swiftgrid.bundle";
        const auto* version = file.if_contains("formatVersion");
        if (!version || *version != 1)
            return refuse_here("/formatVersion", "unsupported_format_version",
                               "expected version 1 of the format swiftgrid.bundle",
                               "Use a newer SwiftGrid, or write 1.");
        const auto* flows = file.if_contains("flows");
        if (!flows || !flows->is_array() || flows->get_array().empty())
            return refuse_here("/flows", flows ? "wrong_type" : "missing_field",
                               "expected a list with at least one flow",
                               "Write \"flows\": [ … ] with the documents of the flows.");
        if (flows->get_array().size() > limits::bundle_flows)
            return refuse_here("/flows", "too_large",
                               fmt::format("a bundle has at most {} flows, this one has {}",
                                           limits::bundle_flows, flows->get_array().size()),
                               "Split it.");
        for (const auto& member : file)
            if (std::ranges::find(bundle_members, std::string_view(member.key())) ==
                bundle_members.end())
                note_flow(
                    read_.report, {}, NoteSeverity::info, std::string(member.key()),
                    fmt::format("'{}' is unknown and was left out", std::string_view(member.key())),
                    "");
        for (std::size_t i = 0; i < flows->get_array().size(); ++i)
            document(flows->get_array()[i], fmt::format("/flows/{}", i));
    }

    // A draft that was never saved has no graph: then the newest version is what people worked on.
    void old_export(const json::object& file) {
        json::object workflow = file.at("workflow").get_object();
        const json::array& versions = file.at("versions").get_array();
        if (const auto* graph = workflow.if_contains("graph"); !graph || graph->is_null())
            workflow["graph"] = newest_graph(versions);
        document(workflow, "/workflow");
        if (read_.flows.empty() || versions.empty()) return;
        const IncomingFlow whole{"", "", {}, read_.flows.front().name};
        note_flow(read_.report, whole, NoteSeverity::info, "versions",
                  "older versions are not taken over, only the draft", "");
    }

    void refuse_here(std::string pointer, std::string code, std::string detail, std::string mend) {
        refused_.push_back(
            problem_at(std::move(pointer), std::move(code), std::move(detail), std::move(mend)));
    }

    IncomingFlows& read() { return read_; }

    Answer<IncomingFlows> finish() {
        if (!refused_.empty()) return refuse_document(std::move(refused_));
        return std::move(read_);
    }

private:
    // All flows of a file are checked and written at once: together they may be so large.
    bool takes_nodes_of(const json::value& document, const std::string& pointer) {
        const auto* object = document.if_object();
        const auto* graph = object ? object->if_contains("graph") : nullptr;
        const auto* nodes =
            graph && graph->is_object() ? graph->get_object().if_contains("nodes") : nullptr;
        if (!nodes || !nodes->is_array()) return true;
        nodes_ += nodes->get_array().size();
        if (nodes_ <= limits::bundle_nodes) return true;
        if (refused_.empty())
            refuse_here(pointer + "/graph/nodes", "too_large",
                        fmt::format("all flows of a file together have at most {} nodes",
                                    limits::bundle_nodes),
                        "Split the file.");
        return false;
    }

    // With the members that the database keeps elsewhere.
    static json::object canonical(const json::object& given, const model::Flow& flow) {
        json::object out = model::write_flow(flow);
        for (const std::string_view name : schedule_members)
            if (const auto* member = given.if_contains(name)) out[name] = *member;
        return out;
    }

    const model::NodeTypes& types_;
    IncomingFlows read_;
    std::vector<model::Problem> refused_;
    std::set<std::string> ids_;
    std::size_t nodes_ = 0;
};

// What n8n made, as our own documents.
Answer<IncomingFlows> read_n8n(const json::value& file, const model::NodeTypes& types) {
    auto converted = n8n::convert(file);
    if (!converted) return std::unexpected(converted.error());
    FileReader reader(types);
    reader.read().must_be_valid = false;
    for (const json::object& document : converted->documents) reader.document(document, "");
    reader.read().report = std::move(converted->report);
    reader.read().report.format = "n8n";
    return reader.finish();
}

}  // namespace

Answer<IncomingFlows> read_incoming(const json::value& file, const model::NodeTypes& types) {
    if (n8n::looks_like_n8n(file)) return read_n8n(file, types);
    FileReader reader(types);
    reader.read().report.format = "swiftgrid.flow";
    const auto* object = file.if_object();
    if (object && text_at(*object, "format") == "swiftgrid.bundle")
        reader.bundle(*object);
    else if (object && is_old_export(*object))
        reader.old_export(*object);
    else if (object && (object->contains("graph") || object->contains("format")))
        reader.document(file, "");
    else
        reader.refuse_here("", "unknown_format",
                           "this is neither a SwiftGrid flow or bundle nor an n8n workflow",
                           "Give a file that SwiftGrid exported, or the JSON of an n8n workflow "
                           "with its 'nodes' and 'connections'.");
    return reader.finish();
}

std::optional<store::ScheduleSettings> incoming_schedule(const IncomingFlow& flow,
                                                         ImportReport& report) {
    const json::object& document = flow.document.get_object();
    store::ScheduleSettings settings;
    settings.cron = text_at(document, "scheduleCron");
    if (settings.cron.empty()) return std::nullopt;
    if (const auto zone = text_at(document, "scheduleTimezone"); !zone.empty())
        settings.timezone = zone;
    const auto timetable = model::Timetable::parse(settings.cron, settings.timezone);
    if (!timetable) {
        note_flow(report, flow, NoteSeverity::warning, "scheduleCron",
                  "the schedule was left out: " + timetable.error().detail, timetable.error().mend);
        return std::nullopt;
    }
    if (const auto* input = document.if_contains("scheduleInputData"); input && !input->is_null())
        settings.input_data = canonical_json(*input);
    if (const auto mode = text_at(document, "scheduleOverlapMode");
        mode == "queue_one" || mode == "parallel")
        settings.overlap_mode = mode;
    if (text_at(document, "scheduleMissed") == "skip") settings.missed = "skip";
    return settings;
}

}  // namespace swiftgrid::control
