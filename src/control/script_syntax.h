#pragma once

// Has the scripts of a flow parsed where they would run, in the sandbox: a script that cannot be
// parsed is a problem of the document and not first of a run (decision 0009).

#include <functional>
#include <vector>

#include "base/result.h"
#include "model/problem.h"
#include "model/validate.h"
#include "runtime/shards.h"

namespace swiftgrid::control {

// Has one call carried out; `done` is called once, on any thread, unless it is refused.
using EvaluateScripts =
    std::function<Result<void>(sandbox::Call call, std::function<void(sandbox::Reply)> done)>;

// Appends a `script_syntax` error for each script that does not parse. Blocking, a few
// milliseconds. What the sandbox cannot tell now (it is busy or ending) is left to the run.
void append_syntax_problems(const std::vector<model::ScriptText>& scripts,
                            const EvaluateScripts& evaluate, std::vector<model::Problem>& problems);

}  // namespace swiftgrid::control
