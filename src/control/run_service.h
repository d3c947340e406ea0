#pragma once

// Runs as people look at and manage them: lists, details, time travel, cancel, delete, pin.
// `actor` is who asks, for the audit log. Blocking: called on API worker threads.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/ids.h"
#include "control/answer.h"
#include "control/map_items.h"
#include "runtime/event_hub.h"
#include "runtime/plan_cache.h"
#include "runtime/shards.h"
#include "store/backend.h"
#include "store/catalog.h"

namespace swiftgrid::control {

// Why a run is cancelled.
enum class CancelCause : std::uint8_t {
    person,
    caller_gone,  // who waited for its output does so no longer
};

class RunService {
public:
    struct Parts {
        store::Catalog& catalog;
        store::Backend& backend;
        runtime::PlanCache& plans;
        runtime::Shards& shards;
        const runtime::Clock& clock;
        // Called after a deletion, which may have left something (store/run_deletion.h).
        std::function<void()> deleted;
    };
    explicit RunService(Parts parts) : parts_(std::move(parts)) {}

    Answer<std::string> list(const store::RunQuery& query);
    // { run, graph, events (first 1,000), nextAfter, nodeResults }
    Answer<std::string> detail(RunId run);
    // { items, nextAfter }
    Answer<std::string> events(RunId run, std::uint64_t after, std::size_t limit);
    // { run, nodeResults } at an event; not_found beyond the last one.
    Answer<std::string> state(RunId run, std::optional<std::uint64_t> at);
    // { runId, status, output, error } of a run that has ended; { runId, status } otherwise.
    Answer<std::string> end_or_status(RunId run);
    // Nothing while it is open.
    Answer<std::optional<runtime::RunEnd>> end_of(RunId run);
    Answer<std::string> summary(RunId run);
    // A page of the items of a map.
    Answer<std::string> map_items(const MapQuery& query);

    // Calls `visit` with each event after `after` in the public form until it answers false. Gives
    // the run's status.
    Answer<engine::RunStatus> visit_events(
        RunId run, std::uint64_t after,
        const std::function<bool(std::uint64_t sequence, const std::string& text)>& visit);

    // Returns when the cancellation and its row in the audit log are on disk.
    Answer<void> cancel(RunId run, const std::string& actor,
                        CancelCause cause = CancelCause::person);
    Answer<std::string> set_pinned(RunId run, bool pinned);
    // The flow whose run it was.
    Answer<FlowId> remove(RunId run, const std::string& actor);

private:
    // Calls `see` with each event after `after` until it answers false.
    Result<void> each_event(RunId run, std::uint64_t after, const model::Plan& plan,
                            const std::function<bool(const engine::Event&)>& see);

    Parts parts_;
};

}  // namespace swiftgrid::control
