#include "control/reruns.h"

#include <memory>

#include <fmt/format.h>

#include "runtime/run_table.h"

namespace swiftgrid::control {
namespace {

// What a start keeps is asked when the plan is known, maybe on another thread.
using SharedRun = std::shared_ptr<const runtime::ReplayedRun>;

// How long the run had from its creation. That of a child may be what its parent had left.
std::optional<std::int64_t> own_time_limit(const engine::RunState& state, store::Catalog& catalog) {
    const engine::RunCreated& created = state.created;
    if (created.parent && created.version) {
        const auto version = catalog.get_version(created.flow, *created.version);
        return version ? head_of(*version).timeout_ms : std::nullopt;
    }
    if (!created.deadline) return std::nullopt;
    return (*created.deadline - state.created_at).milliseconds;
}

}  // namespace

StartRequest Reruns::start_like(const engine::RunState& state,
                                std::optional<VersionChoice> version) {
    const engine::RunCreated& created = state.created;
    StartRequest start;
    start.flow = created.flow;
    if (version)
        start.version = *std::move(version);
    else
        start.version = SameGraph{created.graph, created.version,
                                  own_time_limit(state, parts_.catalog), created.snapshots};
    start.input = created.input;
    start.trigger = engine::Trigger::replay;
    start.replay_of = state.id;
    start.secrets = created.secrets;
    return start;
}

void Reruns::replay(ReplayRequest request, RunStarter::Done done) {
    // From the start only the first event is needed.
    const auto until = request.from_node ? std::nullopt : std::optional<std::uint64_t>(1);
    auto replayed = runtime::replay_run(parts_.backend, parts_.plans, request.run, until);
    if (!replayed) return done(refuse(replayed.error()));
    StartRequest start = start_like(replayed->state, std::move(request.version));
    if (request.input) start.input = *std::move(request.input);
    start.key = std::move(request.key);
    if (request.from_node)
        start.keep = [old = SharedRun(std::make_shared<runtime::ReplayedRun>(std::move(*replayed))),
                      from_node = *std::move(request.from_node)](const model::Plan& plan) {
            return keep_before({old->state, *old->plan}, plan, from_node);
        };
    parts_.starter.start(std::move(start), std::move(done));
}

void Reruns::fork(ForkRequest request, RunStarter::Done done) {
    auto replayed = runtime::replay_run(parts_.backend, parts_.plans, request.run, request.at);
    if (!replayed) return done(refuse(replayed.error()));
    const std::uint64_t last = replayed->state.last_sequence;
    if (last < request.at)
        return done(refuse(ErrorCode::not_found,
                           fmt::format("at: the run has {} events, there is none with number {}",
                                       last, request.at)));
    StartRequest start = start_like(replayed->state, std::move(request.version));
    start.forked_at = request.at;
    if (request.input) start.input = *std::move(request.input);
    start.key = std::move(request.key);
    start.keep = [old = SharedRun(std::make_shared<runtime::ReplayedRun>(std::move(*replayed))),
                  edits = std::move(request.edits)](const model::Plan& plan) {
        return keep_with_edits({old->state, *old->plan}, plan, edits);
    };
    parts_.starter.start(std::move(start), std::move(done));
}

}  // namespace swiftgrid::control
