#include "control/flow_import.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/flow_draft.h"
#include "control/incoming_flows.h"
#include "control/problem_view.h"
#include "model/flow_json.h"
#include "model/flow_references.h"

namespace swiftgrid::control {
namespace {

// Each flow once, in order of first mention.
std::vector<std::string> references_of(const json::value& document, const model::NodeTypes& types) {
    std::vector<std::string> found;
    json::value copy = document;
    model::visit_flow_references(copy, types, [&](const json::string& reference) {
        std::string id(reference);
        if (!id.empty() && std::ranges::find(found, id) == found.end())
            found.push_back(std::move(id));
    });
    return found;
}

// Steps that call a certain version of another flow: in a new flow its number means another one.
void note_versions(const IncomingFlow& flow, const std::map<std::string, FlowId, std::less<>>& ids,
                   ImportReport& report) {
    const json::array& nodes = flow.document.at("graph").at("nodes").as_array();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto* data = nodes[i].at("data").if_object();
        const auto* version = data ? data->if_contains("version") : nullptr;
        if (!version || *version == "latest" || *version == "snapshot") continue;
        for (const char* member : {"workflowId", "subflowId"})
            if (ids.contains(text_at(*data, member)))
                report.add(ImportNote{
                    NoteSeverity::warning, flow.name, std::string(text_at(*data, "label")),
                    std::string(text_at(nodes[i].get_object(), "id")),
                    fmt::format("{}/graph/nodes/{}/data/version", flow.pointer, i),
                    "it calls a certain version of another workflow of the file, and versions are "
                    "not in files",
                    "Choose 'latest', or the version that is meant once it is published."});
    }
}

bool is_redaction(const model::Problem& problem, const json::value& document) {
    if (problem.code != "inline_secret") return false;
    boost::system::error_code error;
    const auto* value = document.find_pointer(problem.pointer, error);
    return value && value->is_string() && value->get_string() == limits::redacted_text;
}

json::object flow_item(const IncomingFlow& flow, const store::NewFlow* made, bool published) {
    return {{"id", made ? json::value(to_string(made->id)) : json::value()},
            {"name", flow.name},
            {"sourceId", flow.source_id.empty() ? json::value() : json::value(flow.source_id)},
            {"nodes", flow.document.at("graph").at("nodes").as_array().size()},
            {"published", published},
            {"problems", problems_json(flow.problems)}};
}

}  // namespace

Answer<std::string> FlowImport::import(const json::value& file, const ImportChoice& choice) {
    auto work = read(file, choice.drafts);
    if (!work) return std::unexpected(work.error());
    if (auto settled = settle(*work); !settled) return std::unexpected(settled.error());
    if (!choice.dry_run) {
        auto created = parts_.flows.create_all(work->made);
        if (!created) return std::unexpected(created.error());
        if (choice.publish) publish(*work, choice.actor);
    }
    json::array flows;
    for (std::size_t i = 0; i < work->flows.size(); ++i)
        flows.push_back(flow_item(work->flows[i], choice.dry_run ? nullptr : &work->made[i],
                                  work->published[i]));
    return to_json(
        json::object{{"flows", std::move(flows)}, {"report", report_json(work->report)}});
}

Answer<FlowImport::Work> FlowImport::read(const json::value& file, bool drafts) {
    auto incoming = read_incoming(file, parts_.types);
    if (!incoming) return std::unexpected(incoming.error());
    std::vector<model::Problem> errors;
    for (IncomingFlow& flow : incoming->flows) {
        flow.problems = parts_.flows.problems_of_document(flow.document);
        if (drafts || !incoming->must_be_valid || !model::has_errors(flow.problems)) continue;
        for (model::Problem problem : flow.problems) {
            problem.pointer.insert(0, flow.pointer);
            if (errors.size() < limits::problems) errors.push_back(std::move(problem));
        }
    }
    if (!errors.empty())
        return refuse_document("the file has errors; nothing was imported", std::move(errors));
    return Work{std::move(incoming->flows), std::move(incoming->report)};
}

// Gives every flow its id and points what they call each other at these.
Answer<void> FlowImport::settle(Work& work) {
    for (std::size_t i = 0; i < work.flows.size(); ++i)
        work.made.push_back({FlowId{parts_.ids.next()}, {}, {}});
    work.published.assign(work.flows.size(), false);
    for (std::size_t i = 0; i < work.flows.size(); ++i)
        if (!work.flows[i].source_id.empty())
            work.ids.emplace(work.flows[i].source_id, work.made[i].id);
    for (std::size_t i = 0; i < work.flows.size(); ++i) {
        IncomingFlow& flow = work.flows[i];
        note_versions(flow, work.ids, work.report);
        settle_references(work, flow);
        note_surroundings(work, flow);
        work.made[i].schedule = incoming_schedule(flow, work.report);
        std::vector<model::Problem> ignored;
        const auto read = model::read_flow(flow.document, parts_.types, ignored);
        if (!read) return refuse_document("the file has errors; nothing was imported", ignored);
        if (read->name.empty() || read->name.size() > 4 * limits::flow_name_characters)
            return refuse_member(problem_at(flow.pointer + "/name", "invalid_value",
                                            "the name must have 1 to 200 characters",
                                            "Give the flow a shorter name."));
        work.made[i].draft = imported_draft(*read);
    }
    return {};
}

void FlowImport::settle_references(Work& work, IncomingFlow& flow) {
    std::set<std::string> elsewhere;
    model::visit_flow_references(flow.document, parts_.types, [&](json::string& reference) {
        if (const auto found = work.ids.find(std::string_view(reference)); found != work.ids.end())
            reference = to_string(found->second);
        else if (!reference.empty())
            elsewhere.emplace(reference);
    });
    for (const std::string& id : elsewhere) note_elsewhere(work, flow, id);
}

void FlowImport::note_elsewhere(Work& work, const IncomingFlow& flow, const std::string& id) {
    const auto [known, is_new] = work.elsewhere.emplace(id, std::nullopt);
    if (const auto parsed = parse_id<FlowId>(id); is_new && parsed)
        if (const auto here = parts_.catalog.get_flow(*parsed)) known->second = here->draft.name;
    ImportNote note{NoteSeverity::info, flow.name, "", "", flow.pointer, "", ""};
    if (known->second) {
        note.reason = fmt::format("it calls '{}', which is here already", *known->second);
    } else {
        note.severity = NoteSeverity::warning;
        note.reason =
            fmt::format("it calls the workflow '{}', which is neither in the file nor here", id);
        note.mend =
            "Import that one too and choose it in the steps that call it, or import a "
            "bundle that holds both.";
    }
    work.report.add(std::move(note));
}

// What is missing here, and what the export took out.
void FlowImport::note_surroundings(Work& work, const IncomingFlow& flow) {
    const auto known = parts_.vault.content()->kinds();
    for (const model::EnvUse& use : parts_.secrets.in_document(flow.document))
        if (use.is_required && !known.contains(use.name))
            work.report.secrets_needed.insert(use.name);
    for (const model::Problem& problem : flow.problems)
        if (is_redaction(problem, flow.document))
            work.report.add(ImportNote{NoteSeverity::warning, flow.name, problem.node_id,
                                       problem.node_id, flow.pointer + problem.pointer,
                                       "a secret that was typed here was taken out by the export",
                                       "Store it as a secret and choose that here."});
}

// Only published flows can be called, so those that others call come first.
void FlowImport::publish(Work& work, const std::string& actor) {
    std::map<std::string, std::size_t, std::less<>> index_by_id;
    for (std::size_t i = 0; i < work.made.size(); ++i)
        index_by_id.emplace(to_string(work.made[i].id), i);
    // Depth first without recursion: a flow is published when what it calls was looked at.
    std::vector<bool> seen(work.flows.size(), false);
    for (std::size_t root = 0; root < work.flows.size(); ++root) {
        std::vector<std::pair<std::size_t, bool>> stack{{root, false}};
        while (!stack.empty()) {
            const auto [index, called_are_done] = stack.back();
            stack.pop_back();
            if (called_are_done) {
                if (auto done = publish_one(work, index, actor); !done)
                    work.report.add(
                        ImportNote{NoteSeverity::warning, work.flows[index].name, "", "",
                                   work.flows[index].pointer,
                                   "it was not published: " + done.error().error.message,
                                   "Mend what its editor lists, then publish it."});
                continue;
            }
            if (seen[index]) continue;
            seen[index] = true;
            stack.emplace_back(index, true);
            for (const std::string& id : references_of(work.flows[index].document, parts_.types))
                if (const auto found = index_by_id.find(id); found != index_by_id.end())
                    stack.emplace_back(found->second, false);
        }
    }
}

Answer<void> FlowImport::publish_one(Work& work, std::size_t index, const std::string& actor) {
    auto version = parts_.flows.publish(work.made[index].id, "Imported", actor);
    if (!version) return std::unexpected(version.error());
    work.published[index] = true;
    return {};
}

}  // namespace swiftgrid::control
