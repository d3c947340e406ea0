#include "control/flow_service.h"

#include <algorithm>
#include <future>
#include <iterator>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/flow_draft.h"
#include "control/flow_view.h"
#include "control/problem_view.h"
#include "control/script_syntax.h"
#include "model/flow_json.h"

namespace swiftgrid::control {
namespace {

constexpr const char* empty_graph = R"({"edges":[],"nodes":[]})";

Error wrong_member(const std::string& name, const std::string& expected) {
    return {ErrorCode::invalid_document, "body: '" + name + "' must be " + expected};
}

Error changed_meanwhile(std::int64_t stored, std::int64_t sent) {
    return {ErrorCode::precondition_failed,
            fmt::format("the draft was changed meanwhile: it is at revision {}, you have {}",
                        stored, sent)};
}

// Each once, in the order of the names, as `uses` has them.
std::vector<std::string> missing_of(const std::vector<model::EnvUse>& uses,
                                    const model::EnvKinds& known) {
    std::vector<std::string> missing;
    for (const model::EnvUse& use : uses)
        if (use.is_required && !known.contains(use.name) &&
            (missing.empty() || missing.back() != use.name))
            missing.push_back(use.name);
    return missing;
}

// Copies a member whose column is JSON text; null clears it.
void take_json(const json::object& body, const char* name, std::optional<std::string>& column) {
    const json::value* value = body.if_contains(name);
    if (!value) return;
    column = value->is_null() ? std::nullopt : std::optional(canonical_json(*value));
}

}  // namespace

Answer<std::string> FlowService::list(const store::FlowQuery& query) {
    auto page = parts_.catalog.list_flows(query);
    if (!page) return refuse(page.error());
    return flow_page_json(*page);
}

Answer<FlowView> FlowService::get(FlowId flow) {
    auto stored = parts_.catalog.get_flow(flow);
    if (!stored) return refuse(stored.error());
    return view(*stored);
}

Answer<FlowView> FlowService::create(const json::object& body) {
    store::FlowDraft draft;
    draft.name = "Untitled flow";
    draft.graph = empty_graph;
    draft.graph_id = graph_id_of(draft.graph);
    auto changed = draft_of(body, std::move(draft));
    if (!changed) return std::unexpected(changed.error());

    auto flow = write([&]() -> Answer<store::Flow> {
        auto made =
            parts_.catalog.create_flow(FlowId{parts_.ids.next()}, *changed, parts_.clock.now());
        if (!made) return refuse(made.error());
        return *std::move(made);
    });
    if (!flow) return std::unexpected(flow.error());
    return saved_view(*flow);
}

Answer<FlowView> FlowService::save(FlowId id, std::int64_t revision, const json::object& body) {
    auto flow = write([&]() -> Answer<store::Flow> {
        auto stored = parts_.catalog.get_flow(id);
        if (!stored) return refuse(stored.error());
        if (stored->revision != revision)
            return refuse(changed_meanwhile(stored->revision, revision));
        auto changed = draft_of(body, stored->draft);
        if (!changed) return std::unexpected(changed.error());
        auto saved = parts_.catalog.update_flow(id, revision, *changed, parts_.clock.now());
        if (!saved) return refuse(saved.error());
        return *std::move(saved);
    });
    if (!flow) return std::unexpected(flow.error());
    return saved_view(*flow);
}

// One change at a time: the head must not be older than what another change wrote.
Answer<store::Flow> FlowService::write(const std::function<Answer<store::Flow>()>& change) {
    const std::lock_guard lock(writing_);
    auto flow = change();
    if (!flow) return flow;
    remember(*flow);
    return flow;
}

// After a change that is on disk: a head that cannot be read must not make it look as if it had
// failed. Whoever needs the head next reads it.
void FlowService::remember(const store::Flow& flow) {
    if (const auto head = read_head(parts_.catalog, flow))
        parts_.heads.put(flow.id, *head);
    else
        parts_.heads.erase(flow.id);
}

// Takes the members that are there. Only what cannot be stored is refused; what is merely wrong in
// a draft is told by saved_view().
Answer<store::FlowDraft> FlowService::draft_of(const json::object& body, store::FlowDraft draft) {
    if (const json::value* name = body.if_contains("name")) {
        if (!name->is_string() || name->get_string().empty() ||
            name->get_string().size() > 4 * limits::flow_name_characters)
            return refuse(wrong_member("name", "a text of 1 to 200 characters"));
        draft.name = std::string(name->get_string());
    }
    if (const json::value* description = body.if_contains("description")) {
        if (!description->is_string()) return refuse(wrong_member("description", "a text"));
        draft.description = std::string(description->get_string());
    }
    if (const json::value* graph = body.if_contains("graph")) {
        const json::object* object = graph->if_object();
        const json::value* nodes = object ? object->if_contains("nodes") : nullptr;
        const json::value* edges = object ? object->if_contains("edges") : nullptr;
        if (!nodes || !nodes->is_array() || !edges || !edges->is_array())
            return refuse(wrong_member("graph", "an object with the arrays 'nodes' and 'edges'"));
        if (nodes->get_array().size() > limits::graph_nodes ||
            edges->get_array().size() > limits::graph_edges)
            return refuse(ErrorCode::too_large,
                          "a graph has at most " + std::to_string(limits::graph_nodes) +
                              " nodes and " + std::to_string(limits::graph_edges) + " edges");
        draft.graph = canonical_json(*graph);
        draft.graph_id = graph_id_of(draft.graph);
    }
    if (const json::value* timeout = body.if_contains("timeoutMs")) {
        if (!timeout->is_int64() || timeout->get_int64() < 0)
            return refuse(wrong_member("timeoutMs", "a whole number of milliseconds, 0 for none"));
        draft.timeout_ms = timeout->get_int64();
    }
    take_json(body, "inputSchema", draft.input_schema);
    take_json(body, "outputSchema", draft.output_schema);
    take_json(body, "notifications", draft.notifications);
    return draft;
}

std::vector<model::Problem> FlowService::problems_of(const store::FlowDraft& draft, FlowId flow) {
    // When the names cannot be read, so cannot be the flow: that is told elsewhere.
    const auto env = known_names(flow, parts_.secrets.in_graph({draft.graph_id, draft.graph}))
                         .value_or(parts_.vault.content()->kinds());
    return check(draft, flow, env).problems;
}

model::ValidatedFlow FlowService::check(const store::FlowDraft& draft, FlowId flow,
                                        const model::EnvKinds& env) {
    model::Surroundings surroundings;
    surroundings.flow_id = to_string(flow);
    surroundings.env = &env;
    surroundings.flow_exists = [this](const std::string& id) {
        const auto parsed = parse_id<FlowId>(id);
        return parsed && parts_.catalog.get_flow(*parsed).has_value();
    };
    return check_document(document_of_draft(draft), surroundings);
}

model::ValidatedFlow FlowService::check_document(const json::value& document,
                                                 const model::Surroundings& surroundings) {
    auto result = model::read_and_validate(document, parts_.types, surroundings);
    const EvaluateScripts by_shards = [this](sandbox::Call call,
                                             std::function<void(sandbox::Reply)> done) {
        return parts_.shards.evaluate(std::move(call), std::move(done));
    };
    append_syntax_problems(result.scripts, evaluate_ ? evaluate_ : by_shards, result.problems);
    return result;
}

Answer<FlowView> FlowService::saved_view(const store::Flow& flow) {
    const auto uses = parts_.secrets.in_graph({flow.draft.graph_id, flow.draft.graph});
    const auto known = known_names(flow.id, uses);
    if (!known) return refuse(known.error());
    return FlowView{
        flow_json(flow, {missing_of(uses, *known), check(flow.draft, flow.id, *known).problems}),
        flow.revision};
}

Answer<FlowView> FlowService::view(const store::Flow& flow) {
    const auto uses = parts_.secrets.in_graph({flow.draft.graph_id, flow.draft.graph});
    const auto known = known_names(flow.id, uses);
    if (!known) return refuse(known.error());
    return FlowView{flow_json(flow, {missing_of(uses, *known), std::nullopt}), flow.revision};
}

// The vault's, and those that other flows hand on to this one. Who hands on what is looked for
// only when it matters to `uses`: it takes the text of every graph.
Result<model::EnvKinds> FlowService::known_names(FlowId flow,
                                                 const std::vector<model::EnvUse>& uses) {
    model::EnvKinds known = parts_.vault.content()->kinds();
    if (std::ranges::all_of(uses,
                            [&](const model::EnvUse& use) { return known.contains(use.name); }))
        return known;
    auto handed = parts_.secrets.handed_to(flow);
    if (!handed) return std::unexpected(handed.error());
    for (const std::string& name : *handed) known.emplace(name, model::EnvKind::secret);
    return known;
}

Answer<std::string> FlowService::env_names(FlowId id, bool of_draft) {
    auto flow = parts_.catalog.get_flow(id);
    if (!flow) return refuse(flow.error());
    store::GraphDocument graph{flow->draft.graph_id, flow->draft.graph};
    if (flow->active_version && !of_draft) {
        auto version = parts_.catalog.get_version(id, *flow->active_version);
        if (!version) return refuse(version.error());
        graph = {version->graph_id, version->graph};
    }
    json::array names;
    for (const model::EnvUse& use : parts_.secrets.in_graph(graph)) {
        if (names.empty() || names.back().at("name").as_string() != use.name)
            names.push_back(
                json::object{{"name", use.name}, {"required", false}, {"nodeIds", json::array()}});
        json::object& last = names.back().get_object();
        if (use.is_required) last["required"] = true;
        last["nodeIds"].get_array().emplace_back(use.node_id);
    }
    return to_json(json::object{{"names", std::move(names)}});
}

std::string FlowService::name_in_memory(FlowId flow) const {
    const auto head = parts_.heads.find(flow);
    return head ? head->name : "";
}

Answer<void> FlowService::remove(FlowId flow, bool force, const std::string& actor) {
    if (force) {
        if (auto cancelled = cancel_open_runs(flow); !cancelled) return refuse(cancelled.error());
    }
    const std::lock_guard lock(writing_);
    const store::Actor deleting{actor, R"({"reason":"user_request"})"};
    auto removed = parts_.catalog.delete_flow(flow, force, deleting, parts_.clock.now());
    if (!removed) return refuse(removed.error());
    parts_.heads.erase(flow);
    parts_.entries.erase(flow);
    return {};
}

// Waits until every cancel is on disk; a run that ended meanwhile is fine.
Result<void> FlowService::cancel_open_runs(FlowId flow) {
    store::RunQuery query;
    query.flows = {flow};
    query.statuses = {"pending", "running", "suspended"};
    query.limit = limits::page_items_max;
    for (;;) {
        auto page = parts_.catalog.list_runs(query);
        if (!page) return std::unexpected(page.error());
        for (const store::RunSummary& run : page->items) {
            std::promise<void> answered;
            runtime::Submission submission;
            submission.run = run.row.id;
            submission.command = engine::CancelRun{"the flow is deleted"};
            submission.reply = [&](Result<void>) { answered.set_value(); };
            if (auto sent = parts_.shards.submit(std::move(submission)); !sent) return sent;
            answered.get_future().wait();
        }
        if (!page->next_cursor) return {};
        query.cursor = *page->next_cursor;
    }
}

Answer<std::string> FlowService::validate(const json::value& document, std::optional<FlowId> flow) {
    auto env = flow ? known_names(*flow, parts_.secrets.in_document(document))
                    : Result<model::EnvKinds>(parts_.vault.content()->kinds());
    if (!env) return refuse(env.error());
    model::Surroundings surroundings;
    surroundings.env = &*env;
    const auto problems = check_document(document, surroundings).problems;
    return to_json(json::object{{"valid", !model::has_errors(problems)},
                                {"problems", problems_json(problems)}});
}

Answer<std::string> FlowService::publish(FlowId id, const std::string& change_summary,
                                         const std::string& actor,
                                         std::optional<std::int64_t> revision) {
    const std::lock_guard lock(writing_);
    auto flow = parts_.catalog.get_flow(id);
    if (!flow) return refuse(flow.error());
    if (revision && *revision != flow->revision)
        return refuse(changed_meanwhile(flow->revision, *revision));
    const auto env =
        known_names(id, parts_.secrets.in_graph({flow->draft.graph_id, flow->draft.graph}));
    if (!env) return refuse(env.error());
    auto checked = check(flow->draft, id, *env);
    auto recorded = record(*flow, checked);
    std::ranges::move(recorded.problems, std::back_inserter(checked.problems));
    if (model::has_errors(checked.problems))
        return refuse_document("the draft has errors and cannot be published",
                               std::move(checked.problems));
    store::Publication publication{VersionId{parts_.ids.next()}, flow->revision, change_summary,
                                   actor, write_snapshots(recorded.versions)};
    auto version = parts_.catalog.publish(id, publication, store::Actor{actor, std::nullopt},
                                          parts_.clock.now());
    if (!version) return refuse(version.error());
    flow->active_version = version->number;
    parts_.entries.put(id, version->notifications);
    remember(*flow);
    version->graph = flow->draft.graph;
    return version_json(*version);
}

// The versions that the snapshots of a draft mean when it is published now. A flow that calls
// itself means the version that is being made.
RecordedSnapshots FlowService::record(const store::Flow& flow,
                                      const model::ValidatedFlow& checked) {
    if (!checked.flow) return {};
    return record_snapshots(snapshot_calls(checked.flow->graph, parts_.types),
                            [&](const std::string& called) -> Result<std::optional<std::int64_t>> {
                                const auto id = parse_id<FlowId>(called);
                                if (id && *id == flow.id)
                                    return flow.latest_version.value_or(0) + 1;
                                return active_version(called);
                            });
}

Result<std::optional<std::int64_t>> FlowService::active_version(const std::string& flow) {
    const auto id = parse_id<FlowId>(flow);
    if (!id) return std::nullopt;
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, *id);
    if (!head) return std::unexpected(head.error());
    if (!head->active) return std::nullopt;
    return head->active->number;
}

Answer<std::string> FlowService::list_versions(FlowId flow, const std::string& cursor,
                                               std::size_t limit) {
    auto page = parts_.catalog.list_versions(flow, cursor, limit);
    if (!page) return refuse(page.error());
    return version_page_json(*page);
}

Answer<std::string> FlowService::get_version(FlowId flow, std::int64_t number) {
    auto version = parts_.catalog.get_version(flow, number);
    if (!version) return refuse(version.error());
    return version_json(*version);
}

Answer<FlowView> FlowService::roll_back(FlowId id, std::int64_t number, const std::string& actor,
                                        std::optional<std::int64_t> revision) {
    const std::lock_guard lock(writing_);
    auto version = parts_.catalog.roll_back(id, {number, revision},
                                            store::Actor{actor, std::nullopt}, parts_.clock.now());
    if (!version) return refuse(version.error());
    parts_.entries.put(id, version->notifications);
    auto flow = parts_.catalog.get_flow(id);
    if (!flow) {
        parts_.heads.erase(id);
        return refuse(flow.error());
    }
    remember(*flow);
    return view(*flow);
}

Answer<FlowView> FlowService::restore(FlowId id, std::int64_t number,
                                      std::optional<std::int64_t> revision) {
    auto flow = write([&]() -> Answer<store::Flow> {
        auto restored = parts_.catalog.restore_version(id, {number, revision}, parts_.clock.now());
        if (!restored) return refuse(restored.error());
        return *std::move(restored);
    });
    if (!flow) return std::unexpected(flow.error());
    return saved_view(*flow);
}

Answer<FlowId> FlowService::import_document(const json::value& document) {
    auto read = check_document(document);
    if (!read.flow || model::has_errors(read.problems))
        return refuse_document("the document is not a valid flow", std::move(read.problems));
    const std::lock_guard lock(writing_);
    auto flow = parts_.catalog.create_flow(FlowId{parts_.ids.next()}, imported_draft(*read.flow),
                                           parts_.clock.now());
    if (!flow) return refuse(flow.error());
    return flow->id;
}

std::vector<model::Problem> FlowService::problems_of_document(const json::value& document) {
    return check_document(document).problems;
}

Answer<std::vector<store::Flow>> FlowService::create_all(std::span<const store::NewFlow> flows) {
    const std::lock_guard lock(writing_);
    auto created = parts_.catalog.create_flows(flows, parts_.clock.now());
    if (!created) return refuse(created.error());
    for (const store::Flow& flow : *created) remember(flow);
    return *std::move(created);
}

Answer<bool> FlowService::has_flows() {
    auto page = parts_.catalog.list_flows({"", "", 1});
    if (!page) return refuse(page.error());
    return !page->items.empty();
}

}  // namespace swiftgrid::control
