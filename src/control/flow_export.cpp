#include "control/flow_export.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/flow_draft.h"
#include "model/env_names.h"
#include "model/flow_json.h"
#include "model/flow_notifications.h"
#include "model/flow_references.h"
#include "model/validate.h"
#include "runtime/redactor.h"

namespace swiftgrid::control {
namespace {

using Ids = std::map<std::string, std::string, std::less<>>;

constexpr const char* typed_in_code = "inline_secret";
constexpr std::size_t file_id_characters = 60;

json::value sorted(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const json::value& item : *array) out.push_back(sorted(item));
        return out;
    }
    const auto* object = value.if_object();
    if (!object) return value;
    std::vector<std::string_view> names;
    for (const auto& member : *object) names.emplace_back(member.key());
    std::ranges::sort(names);
    json::object out;
    for (const std::string_view name : names) out[name] = sorted(object->at(name));
    return out;
}

// Old spellings were replaced, which put their values last.
void sort_data(json::object& document) {
    for (json::value& node : document["graph"].at("nodes").as_array())
        node.as_object()["data"] = sorted(node.at("data"));
}

void put_schedule(json::object& document, const store::ScheduleSettings& settings) {
    document["scheduleCron"] = settings.cron;
    document["scheduleTimezone"] = settings.timezone;
    if (settings.input_data)
        document["scheduleInputData"] =
            sorted(parse_json(*settings.input_data).value_or(json::value()));
    document["scheduleOverlapMode"] = settings.overlap_mode;
    document["scheduleMissed"] = settings.missed;
}

std::string unused_id(const std::string& wanted, std::set<std::string>& used) {
    std::string id = wanted;
    for (int number = 2; !used.insert(id).second; ++number)
        id = fmt::format("{}-{}", wanted, number);
    return id;
}

// Behind what says which format this is.
void put_id(json::object& document, const std::string& id) {
    json::object out;
    for (auto& member : document) {
        out[member.key()] = std::move(member.value());
        if (member.key() == "formatVersion") out["id"] = id;
    }
    document = std::move(out);
}

void mark_typed_secrets(json::object& document, const model::NodeTypes& types,
                        std::vector<std::string>& found) {
    json::value read = document;
    for (const model::Problem& problem : model::read_and_validate(read, types).problems) {
        if (problem.code != typed_in_code) continue;
        boost::system::error_code error;
        json::value* typed = read.find_pointer(problem.pointer, error);
        if (!typed || !typed->is_string() || typed->get_string() == limits::redacted_text) continue;
        if (typed->get_string().size() >= limits::secret_characters_min)
            found.emplace_back(typed->get_string());
        *typed = limits::redacted_text;
    }
    document = std::move(read.get_object());
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

// Takes secrets out of what people wrote. What the format itself is made of stays: a secret that
// reads like a word of it must not spoil the file.
class DocumentRedactor {
public:
    DocumentRedactor(const runtime::Redactor& stored, const std::vector<std::string>& typed)
        : stored_(stored) {
        if (!typed.empty()) typed_.emplace(typed);
    }

    void redact(json::object& document) const {
        redact_members(document,
                       {"format", "formatVersion", "id", "graph", "timeoutMs", "scheduleCron",
                        "scheduleTimezone", "scheduleOverlapMode", "scheduleMissed"});
        json::object& graph = document["graph"].as_object();
        redact_members(graph, {"nodes", "edges"});
        for (json::value& node : graph["nodes"].as_array()) {
            redact_members(node.as_object(), {"id", "type", "position"});
            if (!node.at("data").is_object()) node.at("data") = json::object();
        }
        for (json::value& edge : graph["edges"].as_array())
            redact_members(edge.as_object(), {"id", "source", "sourceHandle", "target"});
    }

private:
    void redact_members(json::object& object,
                        std::initializer_list<std::string_view> but_these) const {
        for (auto& member : object)
            if (!is_one_of(member.key(), but_these)) redact_value(member.value());
    }

    void redact_value(json::value& value) const {
        JsonText text = JsonText::from(value);
        stored_.redact_in(text);
        if (typed_) typed_->redact_in(text);
        value = text.to_value();
    }

    const runtime::Redactor& stored_;
    std::optional<runtime::Redactor> typed_;
};

}  // namespace

std::string file_id_of(std::string_view name) {
    std::string id;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_upper;
        if (is_kept)
            id += static_cast<char>(is_upper ? c - 'A' + 'a' : c);
        else if (!id.empty() && id.back() != '-')
            id += '-';
        if (id.size() == file_id_characters) break;
    }
    if (id.ends_with('-')) id.pop_back();
    return id.empty() ? "flow" : id;
}

Answer<store::FlowDraft> FlowExport::draft_of(FlowId id, ExportedState state,
                                              bool must_be_published) {
    auto flow = parts_.catalog.get_flow(id);
    if (!flow) return refuse(flow.error());
    store::FlowDraft draft = std::move(flow->draft);
    if (state == ExportedState::draft || (!must_be_published && !flow->active_version))
        return draft;
    auto version = parts_.catalog.get_active_version(id);
    if (!version) return refuse(version.error());
    draft.graph = std::move(version->graph);
    draft.input_schema = std::move(version->input_schema);
    draft.output_schema = std::move(version->output_schema);
    draft.timeout_ms = version->timeout_ms;
    if (version->notifications) draft.notifications = std::move(version->notifications);
    return draft;
}

Answer<FlowExport::Member> FlowExport::read(FlowId id, ExportedState state,
                                            bool must_be_published) {
    auto draft = draft_of(id, state, must_be_published);
    if (!draft) return std::unexpected(draft.error());
    std::vector<model::Problem> ignored;
    const auto flow = model::read_flow(document_of_draft(*draft), parts_.types, ignored);
    if (!flow) return refuse(ErrorCode::storage_error, "the stored draft cannot be read");
    Member member{id, model::write_flow(*flow), {}};
    sort_data(member.document);
    for (const model::EnvUse& use : model::env_uses(flow->graph, parts_.types))
        member.secrets.insert(use.name);
    for (const model::EnvName& use :
         model::env_names_of(model::read_notifications(flow->notifications)))
        member.secrets.insert(use.name);
    auto schedule = parts_.schedules.get(id);
    if (!schedule) return refuse(schedule.error());
    if (*schedule) put_schedule(member.document, (*schedule)->settings);
    return member;
}

// The flow first, then what it calls, level by level.
Answer<std::vector<FlowExport::Member>> FlowExport::with_called(FlowId root,
                                                                const ExportChoice& choice) {
    std::vector<Member> members;
    std::set<FlowId> seen{root};
    std::vector<FlowId> wanted{root};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i == limits::bundle_flows)
            return refuse(ErrorCode::too_large,
                          fmt::format("a bundle has at most {} flows", limits::bundle_flows));
        auto member = read(wanted[i], choice.state, i == 0);
        if (!member && i > 0 && member.error().error.code == ErrorCode::not_found) continue;
        if (!member) return std::unexpected(member.error());
        members.push_back(*std::move(member));
        if (choice.form == ExportForm::document) break;
        json::value document = members.back().document;
        model::visit_flow_references(document, parts_.types, [&](json::string& reference) {
            const auto called = parse_id<FlowId>(std::string_view(reference));
            if (called && seen.insert(*called).second) wanted.push_back(*called);
        });
    }
    return members;
}

Answer<std::vector<FlowId>> FlowExport::all_flows() {
    std::vector<FlowId> flows;
    store::FlowQuery query{"", "", limits::page_items_max};
    for (;;) {
        auto page = parts_.catalog.list_flows(query);
        if (!page) return refuse(page.error());
        for (const store::FlowSummary& flow : page->items) flows.push_back(flow.id);
        if (flows.size() > limits::bundle_flows)
            return refuse(ErrorCode::too_large,
                          fmt::format("a bundle has at most {} flows, here are more; export them "
                                      "one by one, with what they call",
                                      limits::bundle_flows));
        if (!page->next_cursor) break;
        query.cursor = *page->next_cursor;
    }
    std::ranges::sort(flows);  // as they were made
    return flows;
}

Answer<ExportedFile> FlowExport::of_flow(FlowId flow, const ExportChoice& choice) {
    auto members = with_called(flow, choice);
    if (!members) return std::unexpected(members.error());
    const bool as_bundle = choice.form == ExportForm::bundle || members->size() > 1;
    return write(*std::move(members), as_bundle);
}

Answer<ExportedFile> FlowExport::of_all(ExportedState state) {
    const auto flows = all_flows();
    if (!flows) return std::unexpected(flows.error());
    std::vector<Member> members;
    for (const FlowId flow : *flows) {
        auto member = read(flow, state, false);
        if (!member && member.error().error.code == ErrorCode::not_found) continue;  // deleted now
        if (!member) return std::unexpected(member.error());
        members.push_back(*std::move(member));
    }
    auto file = write(std::move(members), true);
    if (file) file->name = "workflows.json";
    return file;
}

Answer<ExportedFile> FlowExport::write(std::vector<Member> members, bool as_bundle) {
    std::size_t nodes = 0;
    for (const Member& member : members)
        nodes += member.document.at("graph").at("nodes").as_array().size();
    if (nodes > limits::bundle_nodes)
        return refuse(
            ErrorCode::too_large,
            fmt::format("the file would have {} nodes, an import takes at most {}; export "
                        "the workflows one by one",
                        nodes, limits::bundle_nodes));
    redact(members);
    Ids ids;
    std::set<std::string> used;
    for (const Member& member : members)
        ids.emplace(to_string(member.flow),
                    unused_id(file_id_of(member.document.at("name").as_string()), used));
    const std::string name =
        members.empty() ? "workflows" : ids.at(to_string(members.front().flow));
    std::set<std::string> secrets;
    json::array documents;
    for (Member& member : members) {
        put_id(member.document, ids.at(to_string(member.flow)));
        secrets.merge(member.secrets);
        json::value document = std::move(member.document);
        model::visit_flow_references(document, parts_.types, [&](json::string& reference) {
            if (const auto named = ids.find(std::string_view(reference)); named != ids.end())
                reference = named->second;
        });
        documents.push_back(std::move(document));
    }
    if (!as_bundle) return finish(documents.front(), name);
    const json::object bundle{{"format", "swiftgrid.bundle"},
                              {"formatVersion", 1},
                              {"secrets", json::array(secrets.begin(), secrets.end())},
                              {"flows", std::move(documents)}};
    return finish(bundle, name);
}

// What was typed into one of them may stand in another.
void FlowExport::redact(std::vector<Member>& members) const {
    std::vector<std::string> typed;
    for (Member& member : members) mark_typed_secrets(member.document, parts_.types, typed);
    const auto vault = parts_.vault.content();
    const DocumentRedactor redactor(*vault->redactor(), typed);
    for (Member& member : members) redactor.redact(member.document);
}

// What can be imported again, and nothing else.
Answer<ExportedFile> FlowExport::finish(const json::value& whole, const std::string& name) {
    ExportedFile file{name + ".json", to_pretty_json(whole) + "\n"};
    if (auto checked = JsonText::parse(file.text); !checked)
        return refuse(ErrorCode::too_large, "the file: " + checked.error().message);
    if (file.text.size() > limits::request_body_bytes)
        return refuse(ErrorCode::too_large,
                      fmt::format("the file has {} bytes, an import takes at most {}; export the "
                                  "workflows one by one",
                                  file.text.size(), limits::request_body_bytes));
    return file;
}

}  // namespace swiftgrid::control
