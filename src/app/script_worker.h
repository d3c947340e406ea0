#pragma once

// One script worker for commands without shards: scripts are parsed one after the other. Blocking.

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "control/script_syntax.h"
#include "runtime/clock.h"
#include "sandbox/script_pool.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

class ScriptWorker {
public:
    // The zygote outlives it.
    static Result<ScriptWorker> create(sandbox::Zygote& zygote);

    sandbox::Reply answer(sandbox::Call call);

    // For append_syntax_problems(); used while this lives, at this place.
    control::EvaluateScripts evaluate();

private:
    explicit ScriptWorker(std::unique_ptr<sandbox::ScriptPool> pool) : pool_(std::move(pool)) {}

    int time_to_deadline() const;

    std::unique_ptr<sandbox::ScriptPool> pool_;
    runtime::SystemClock clock_;
    std::uint64_t last_id_ = 0;
};

}  // namespace swiftgrid::app
