#pragma once

// New runs made of old ones: a replay, from the start or from a node, and a fork from the state at
// an event. Blocking: called on API worker threads.

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.h"
#include "control/answer.h"
#include "control/kept_nodes.h"
#include "control/run_starter.h"
#include "runtime/plan_cache.h"
#include "store/backend.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct ReplayRequest {
    RunId run;
    std::optional<JsonText> input;         // the old run's when absent
    std::optional<VersionChoice> version;  // the old run's graph when absent
    std::optional<std::string> from_node;  // the start when absent
    std::optional<KeyOfRequest> key;
};

struct ForkRequest {
    RunId run;
    std::uint64_t at = 0;  // sequence number of an event
    Edits edits;
    std::optional<JsonText> input;
    std::optional<VersionChoice> version;
    std::optional<KeyOfRequest> key;
};

class Reruns {
public:
    struct Parts {
        store::Catalog& catalog;
        store::Backend& backend;
        runtime::PlanCache& plans;
        RunStarter& starter;
    };
    explicit Reruns(Parts parts) : parts_(parts) {}

    void replay(ReplayRequest request, RunStarter::Done done);
    void fork(ForkRequest request, RunStarter::Done done);

private:
    // The start of a new run like the one that `state` is of.
    StartRequest start_like(const engine::RunState& state, std::optional<VersionChoice> version);

    Parts parts_;
};

}  // namespace swiftgrid::control
