#pragma once

// Goes on with nodes that wait for a call: by the token of a resume address, or by hand. Blocking:
// called on API worker threads. `actor` is who asks, for the audit log.

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "control/answer.h"
#include "runtime/plan_cache.h"
#include "runtime/shards.h"
#include "store/backend.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct Resumed {
    RunId run;
    std::string node_id;
};

class ResumeService {
public:
    struct Parts {
        store::Catalog& catalog;
        store::Backend& backend;
        runtime::PlanCache& plans;
        runtime::Shards& shards;
        const runtime::Clock& clock;
    };
    explicit ResumeService(Parts parts) : parts_(parts) {}

    // Both return when the payload is on disk; before the wait begins it is kept for it. The first
    // call wins: `conflict` for every other and for a run that is over, `gone` when the wait has
    // expired, `not_found` for what is unknown.
    Answer<Resumed> by_token(std::string_view token, JsonText payload);
    Answer<Resumed> by_hand(RunId run, const std::string& node_id, JsonText payload,
                            const std::string& actor);

private:
    struct Target {
        RunId run;
        FlowId flow;
        model::NodeIndex node = 0;
        std::string node_id;
    };
    Answer<Target> find(RunId run, const std::string& node_id);
    Answer<Resumed> resume(const Target& target, JsonText payload);
    Error why_not(const Target& target, Error refusal);

    Parts parts_;
};

}  // namespace swiftgrid::control
