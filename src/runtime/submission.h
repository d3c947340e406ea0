#pragma once

// What others hand to a shard: a command for one run with everything it needs, and the answers.

#include <functional>
#include <optional>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "engine/command.h"
#include "engine/status.h"
#include "model/plan.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

struct RunEnd {
    engine::RunStatus status = engine::RunStatus::completed;
    JsonText output;
    std::optional<engine::RunError> error;
};

struct Submission {
    RunId run;
    engine::Command command;

    // Whoever gives the command is the run's caller and does not want to hear of its end (a
    // cancel).
    bool from_caller = false;

    // For StartRun: the plan of created.graph; the graph's text when it may not be stored yet; the
    // idempotency key to remember in the same transaction.
    model::PlanPtr plan;
    std::optional<store::GraphDocument> graph;
    std::optional<store::IdempotencyKey> key;

    // Called once, on a shard's thread, after the events are on disk, or with the reason of
    // refusal. Must be quick and must not throw. May be empty.
    std::function<void(Result<void>)> reply;

    // For StartRun: called once when the run has ended and that is on disk. May be empty.
    std::function<void(const RunEnd&)> on_end;
};

}  // namespace swiftgrid::runtime
