#include "control/resume_service.h"

#include <future>

#include "runtime/resume_tokens.h"
#include "runtime/run_table.h"

namespace swiftgrid::control {

Answer<Resumed> ResumeService::by_token(std::string_view token, JsonText payload) {
    if (token.size() != runtime::ResumeTokens::characters)
        return refuse(ErrorCode::not_found, "this resume address is unknown");
    // The token is looked up by its hash: how long that takes says nothing about other tokens.
    auto known = parts_.backend.find_resume_token(runtime::ResumeTokens::hash_of(token));
    if (!known) return refuse(known.error());
    if (!*known) return refuse(ErrorCode::not_found, "this resume address is unknown");
    auto target = find((*known)->run, (*known)->node_id);
    if (!target) return std::unexpected(target.error());
    return resume(*target, std::move(payload));
}

Answer<Resumed> ResumeService::by_hand(RunId run, const std::string& node_id, JsonText payload,
                                       const std::string& actor) {
    auto target = find(run, node_id);
    if (!target) return std::unexpected(target.error());
    auto resumed = resume(*target, std::move(payload));
    if (!resumed) return resumed;
    store::AuditEntry entry;
    entry.run = run;
    entry.flow = target->flow;
    entry.action = "RESUMED";
    entry.actor = actor;
    entry.metadata = to_json(json::object{{"nodeId", node_id}});
    entry.created_at = parts_.clock.now();
    if (auto added = parts_.catalog.add_audit(entry); !added) return refuse(added.error());
    return resumed;
}

Answer<ResumeService::Target> ResumeService::find(RunId run, const std::string& node_id) {
    auto summary = parts_.catalog.get_run(run);
    if (!summary) return refuse(summary.error());
    auto plan = parts_.plans.get(summary->row.graph);
    if (!plan) return refuse(plan.error());
    const auto node = (*plan)->find(node_id);
    if (!node) return refuse(ErrorCode::not_found, "the run has no node '" + node_id + "'");
    if (!(*plan)->nodes[*node].descriptor->awaits_signal)
        return refuse(ErrorCode::conflict, "node '" + node_id + "' does not wait for a call");
    return Target{run, summary->row.flow, *node, node_id};
}

Answer<Resumed> ResumeService::resume(const Target& target, JsonText payload) {
    std::promise<Result<void>> answered;
    runtime::Submission submission;
    submission.run = target.run;
    submission.command = engine::ResumeNode{target.node, std::move(payload)};
    submission.reply = [&](Result<void> result) { answered.set_value(std::move(result)); };
    if (auto sent = parts_.shards.submit(std::move(submission)); !sent) return refuse(sent.error());
    const auto resumed = answered.get_future().get();
    if (!resumed) return refuse(why_not(target, resumed.error()));
    return Resumed{target.run, target.node_id};
}

// A refusal of a wait that has expired is told from others by the run's events.
Error ResumeService::why_not(const Target& target, Error refusal) {
    if (refusal.code != ErrorCode::conflict) return refusal;
    bool waited = false;
    bool was_resumed = false;
    const auto replayed = runtime::replay_run(
        parts_.backend, parts_.plans, target.run, std::nullopt,
        [&](const engine::Event& event, const model::Plan&) {
            if (const auto* suspended = std::get_if<engine::NodeSuspended>(&event.body))
                waited = waited || suspended->node == target.node;
            if (const auto* resumed = std::get_if<engine::NodeResumed>(&event.body))
                was_resumed = was_resumed || resumed->node == target.node;
        });
    if (!replayed) return replayed.error();
    const engine::NodeStatus status = replayed->state.nodes[target.node].status;
    const bool has_ended =
        status == engine::NodeStatus::failed || status == engine::NodeStatus::completed;
    if (!waited || was_resumed || !has_ended) return refusal;
    return {ErrorCode::gone,
            "nobody called in time: the wait of node '" + target.node_id + "' has expired"};
}

}  // namespace swiftgrid::control
