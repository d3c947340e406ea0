#pragma once

// Carries out one run that never reaches the outside: the engine and the scripts are the real ones,
// what would ask somebody is answered by an OutsideWorld, and time passes at once. Nothing is
// stored. Flow tests and backtests are made of these.
//
//   engine ── scripts ──▶ the sandbox        engine ── waits ──▶ the clock is set on
//          ── requests, calls of flows, waits for a call ──▶ OutsideWorld

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "engine/command.h"
#include "engine/environment.h"
#include "engine/node_behaviour.h"
#include "engine/run_state.h"
#include "model/plan.h"
#include "nodes/registry.h"
#include "runtime/clock.h"
#include "runtime/script_runner.h"

namespace swiftgrid::runtime {

struct OutsideQuestion {
    const model::PlanNode& node;
    std::uint32_t attempt;
    const JsonText& input;
};

struct OutsideAnswer {
    nodes::Outcome outcome;
    // Of a failure: the node's result where onError `continue` absorbs it. None: `{ error }`.
    std::optional<JsonText> result_if_absorbed;
};
// A wait for a call goes on until its time is over.
struct NobodyCalls {};
// The run ends here.
struct NoAnswer {
    std::string detail;
    std::string mend;
};
using OutsideReply = std::variant<OutsideAnswer, NobodyCalls, NoAnswer>;

class OutsideWorld {
public:
    virtual ~OutsideWorld() = default;

    // Called once for every attempt that asks the outside, and for those of replaced nodes. Only a
    // node that awaits a signal may be told that nobody calls.
    virtual OutsideReply answer(const OutsideQuestion& question) = 0;

    // Nodes that would not ask (scripts, delays), but shall be answered here instead.
    virtual bool replaces(const model::PlanNode& node) const = 0;
};

struct DryRunStart {
    RunId run;
    model::PlanPtr plan;
    engine::StartRun command;
    Instant at;  // time in the run begins here
};

// How long the whole may really take.
struct DryRunBounds {
    std::int64_t until_monotonic_ms = 0;
    const std::atomic<bool>& stop;  // set by any thread
};

struct DryRunEnd {
    struct Unanswered {
        model::NodeIndex node = 0;
        std::uint32_t attempt = 1;
        NoAnswer why;
    };

    engine::RunState state;  // final, unless one of these says why not
    std::optional<Unanswered> unanswered;
    std::optional<Error> stopped;  // its time was over, it was stopped, or it could not start
    Instant at;                    // time in the run
};

struct DryRunParts {
    const model::NodeTypes& types;
    const engine::NodeBehaviours& behaviours;
    const nodes::ScriptPerformers& performers;
    ScriptRunner& scripts;  // nobody else's
    const Clock& clock;     // for bounds only
};

DryRunEnd carry_out_dry(const DryRunParts& parts, DryRunStart start, OutsideWorld& world,
                        const engine::Environment& environment, const DryRunBounds& bounds);

}  // namespace swiftgrid::runtime
