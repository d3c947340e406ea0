#include "control/run_starter.h"

#include "base/limits.h"
#include "base/overloaded.h"
#include "control/snapshots.h"
#include "model/validate.h"

namespace swiftgrid::control {
namespace {

Error overloaded() { return {ErrorCode::overloaded, "the server is busy; try again in a moment"}; }

// Types that this version cannot run are refused before anything happens. Validation only warns of
// them, because a draft may be drawn for a later version.
std::optional<Refusal> unavailable_types(std::vector<model::Problem> problems) {
    std::erase_if(problems,
                  [](const auto& problem) { return problem.code != "type_not_available"; });
    if (problems.empty()) return std::nullopt;
    for (model::Problem& problem : problems) problem.severity = model::Severity::error;
    std::string message = problems.front().detail;
    return Refusal(Error{ErrorCode::not_available, std::move(message)}, std::move(problems));
}

}  // namespace

void RunStarter::start(StartRequest request, Done done) {
    if (!parts_.journal.accepts_new_work()) {
        done(refuse(parts_.journal.refusal()));
        return;
    }
    if (!request.key && start_from_memory(request, done)) return;
    auto shared =
        std::make_shared<std::pair<StartRequest, Done>>(std::move(request), std::move(done));
    const bool posted = parts_.post([this, shared] {
        if (shared->first.key)
            start_with_key(std::move(shared->first), std::move(shared->second));
        else
            start_on_worker(std::move(shared->first), shared->second);
    });
    if (!posted) shared->second(refuse(overloaded()));
}

// True when nothing had to be read; `done` is then taken care of.
bool RunStarter::start_from_memory(StartRequest& request, const Done& done) {
    const auto head = parts_.heads.find(request.flow);
    if (!head) return false;
    const auto chosen = choose_from_head(*head, request.version);
    if (!chosen || !is_stored(chosen->graph)) return false;
    Prepared prepared{*chosen, parts_.plans.find(chosen->graph), std::nullopt};
    if (!prepared.plan) return false;
    // Which versions its snapshots mean may have to be read.
    if (chosen->is_draft && !snapshot_calls(*prepared.plan).empty()) return false;
    submit(std::move(request), std::move(prepared), done);
    return true;
}

void RunStarter::start_on_worker(StartRequest request, const Done& done) {
    auto prepared = prepare(request);
    if (!prepared) {
        done(std::unexpected(prepared.error()));
        return;
    }
    submit(std::move(request), std::move(*prepared), done);
}

// Requests with one key at the same time make one run: the first starts it, the others wait for it.
void RunStarter::start_with_key(StartRequest request, Done done) {
    const std::pair<std::string, std::string> key{request.key->scope, request.key->key};
    const auto differs = [&](const std::string& fingerprint) {
        return fingerprint != request.key->fingerprint;
    };
    const auto refuse_other = [&] {
        done(refuse(ErrorCode::invalid_document,
                    "this Idempotency-Key was used for another request"));
    };
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = starting_.find(key); found != starting_.end()) {
            if (differs(found->second.fingerprint)) return refuse_other();
            found->second.waiting.push_back(std::move(done));
            return;
        }
        auto known = parts_.catalog.find_key(key.first, key.second, parts_.clock.now());
        if (!known) return done(refuse(known.error()));
        if (*known) {
            if (differs((*known)->fingerprint)) return refuse_other();
            return done(Started{(*known)->run, true});
        }
        starting_[key].fingerprint = request.key->fingerprint;
    }
    start_on_worker(std::move(request),
                    [this, key, done = std::move(done)](Answer<Started> answer) {
                        done(answer);
                        finish_key(key, answer);
                    });
}

void RunStarter::finish_key(const std::pair<std::string, std::string>& key,
                            const Answer<Started>& answer) {
    std::vector<Done> waiting;
    {
        const std::lock_guard lock(mutex_);
        waiting = std::move(starting_.extract(key).mapped().waiting);
    }
    for (const Done& done : waiting)
        done(answer ? Answer<Started>(Started{answer->run, true}) : answer);
}

RunStarter::Chosen RunStarter::published(const VersionHead& version) {
    return {version.graph, version.number, false, version.timeout_ms, version.snapshots};
}

std::optional<RunStarter::Chosen> RunStarter::choose_from_head(const FlowHead& head,
                                                               const VersionChoice& choice) {
    auto draft = Chosen{head.draft, std::nullopt, true, head.draft_timeout_ms, {}};
    auto active = head.active ? std::optional(published(*head.active)) : std::nullopt;
    return std::visit(
        Overloaded{
            [&](const DefaultVersion&) -> std::optional<Chosen> { return active ? active : draft; },
            [&](const DraftVersion&) -> std::optional<Chosen> { return draft; },
            [&](const ActiveVersionOnly&) { return active; },
            [&](const NumberedVersion& numbered) -> std::optional<Chosen> {
                return active && active->number == numbered.number ? active : std::nullopt;
            },
            [&](const SameGraph& same) -> std::optional<Chosen> {
                return Chosen{same.graph, same.number, false, same.timeout_ms, same.snapshots};
            },
        },
        choice);
}

Answer<RunStarter::Chosen> RunStarter::choose(const StartRequest& request) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, request.flow);
    if (!head) return refuse(head.error());
    if (const auto chosen = choose_from_head(*head, request.version)) return *chosen;
    if (const auto* numbered = std::get_if<NumberedVersion>(&request.version)) {
        auto version = parts_.catalog.get_version(request.flow, numbered->number);
        if (!version) return refuse(version.error());
        return published(head_of(*version));
    }
    return refuse(ErrorCode::conflict, "the flow has no published version; publish it first");
}

Answer<RunStarter::Prepared> RunStarter::prepare(const StartRequest& request) {
    auto chosen = choose(request);
    if (!chosen) return std::unexpected(chosen.error());
    if (chosen->is_draft) return prepare_draft(request.flow, *chosen);
    auto plan = parts_.plans.get(chosen->graph);
    if (!plan) return std::unexpected(why_not(plan.error(), request.flow, chosen->graph));
    note_stored(chosen->graph);
    return Prepared{*chosen, *plan, std::nullopt};
}

// A published graph may hold types of a later version: that is told as for a draft, node by node.
Refusal RunStarter::why_not(const Error& error, FlowId flow, GraphId graph) {
    if (error.code != ErrorCode::not_available) return error;
    auto text = parts_.plans.read_graph(graph);
    if (!text) return text.error();
    store::FlowDraft draft;
    draft.name = "stored";
    draft.graph = *std::move(text);
    auto refusal = unavailable_types(parts_.flows.problems_of(draft, flow));
    return refusal ? *std::move(refusal) : Refusal(error);
}

// The draft may have changed since it was chosen: what is stored now is what is on the screen.
Answer<RunStarter::Prepared> RunStarter::prepare_draft(FlowId id, const Chosen& chosen) {
    auto flow = parts_.catalog.get_flow(id);
    if (!flow) return refuse(flow.error());
    Prepared prepared{chosen, nullptr, std::nullopt};
    prepared.chosen.graph = flow->draft.graph_id;
    prepared.chosen.timeout_ms = time_limit(flow->draft.timeout_ms);
    auto problems = parts_.flows.problems_of(flow->draft, id);
    if (model::has_errors(problems))
        return refuse_document("the draft has errors and cannot run", std::move(problems));
    if (auto refusal = unavailable_types(std::move(problems)))
        return std::unexpected(std::move(*refusal));
    prepared.plan = parts_.plans.find(flow->draft.graph_id);
    if (!prepared.plan) {
        auto plan =
            runtime::plan_of_graph_text(flow->draft.graph_id, flow->draft.graph, parts_.types);
        if (!plan) return refuse(plan.error());
        parts_.plans.put(*plan);
        prepared.plan = *plan;
    }
    auto recorded = record_snapshots(
        snapshot_calls(*prepared.plan),
        [this](const std::string& called) { return parts_.flows.active_version(called); });
    if (!recorded.problems.empty())
        return refuse_document("the draft calls flows that cannot run",
                               std::move(recorded.problems));
    prepared.chosen.snapshots = std::move(recorded.versions);
    prepared.document = store::GraphDocument{flow->draft.graph_id, std::move(flow->draft.graph)};
    return prepared;
}

Answer<engine::StartRun> RunStarter::command_of(StartRequest& request,
                                                const Prepared& prepared) const {
    engine::StartRun command;
    engine::RunCreated& created = command.created;
    created.flow = request.flow;
    created.version = prepared.chosen.number;
    created.graph = prepared.plan->graph_id;
    created.trigger = request.trigger;
    created.input = std::move(request.input);
    created.replay_of = request.replay_of;
    created.forked_at = request.forked_at;
    created.secrets = std::move(request.secrets);
    created.traceparent = std::move(request.traceparent);
    created.snapshots = prepared.chosen.snapshots;
    if (const auto& limit = prepared.chosen.timeout_ms)
        created.deadline = parts_.clock.now() + Duration{*limit};
    if (!request.keep) return command;
    auto kept = request.keep(*prepared.plan);
    if (!kept) return std::unexpected(std::move(kept.error()));
    command.kept = std::move(kept->nodes);
    command.enter_at = kept->enter_at;
    return command;
}

void RunStarter::submit(StartRequest request, Prepared prepared, const Done& done) {
    auto command = command_of(request, prepared);
    if (!command) return done(std::unexpected(std::move(command.error())));
    runtime::Submission submission;
    submission.run = RunId{parts_.ids.next()};
    submission.command = std::move(*command);
    submission.plan = std::move(prepared.plan);
    submission.graph = std::move(prepared.document);
    if (request.key)
        submission.key =
            store::IdempotencyKey{request.key->scope, request.key->key, request.key->fingerprint,
                                  submission.run, parts_.clock.now()};
    const RunId run = submission.run;
    if (request.on_end)
        submission.on_end = [run, on_end = std::move(request.on_end)](const runtime::RunEnd& end) {
            on_end(run, end);
        };
    const GraphId graph = submission.plan->graph_id;
    submission.reply = [this, run, graph, done](Result<void> result) {
        if (!result) return done(refuse(result.error()));
        note_stored(graph);
        done(Started{run, false});
    };
    if (auto sent = parts_.shards.submit(std::move(submission)); !sent) done(refuse(sent.error()));
}

bool RunStarter::is_stored(GraphId graph) {
    const std::lock_guard lock(mutex_);
    return stored_.contains(graph);
}

void RunStarter::note_stored(GraphId graph) {
    const std::lock_guard lock(mutex_);
    // A cache may forget: a graph that is given again is stored once all the same.
    if (stored_.size() >= limits::flow_heads) stored_.clear();
    stored_.insert(graph);
}

}  // namespace swiftgrid::control
