#pragma once

// How attempts are carried out. A node type has one of two kinds of performer: an OutsidePerformer
// talks to the world and may take its time; a ScriptPerformer only asks the sandbox and is free of
// effects, so that the runtime lets it run between commits.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "engine/run_error.h"
#include "model/plan.h"
#include "sandbox/script_call.h"

namespace swiftgrid::nodes {

struct AttemptKey {
    RunId run;
    model::NodeIndex node = 0;
    std::uint32_t attempt = 1;

    auto operator<=>(const AttemptKey&) const = default;
};

// Output of an attempt that still runs, for whoever watches: shown once, never stored.
enum class ChunkType : std::uint8_t { progress, data, token, log, error, complete };

struct Chunk {
    ChunkType type = ChunkType::log;
    JsonText content;  // a text; for `log` { level, text }, for `progress` an object
};

struct PerformRequest {
    AttemptKey key;
    model::PlanPtr plan;  // keeps the node below alive
    JsonText input;       // resolved
    std::vector<std::pair<std::string, JsonText>> bindings;
    std::string traceparent = {};  // for servers that are asked; "" when traces are off

    // Outside performers may call it, on any thread, until they call `done`. Empty for scripts,
    // whose console output the runtime hands on itself.
    std::function<void(Chunk)> show = {};

    const model::PlanNode& node() const { return plan->nodes[key.node]; }
};

struct Outcome {
    std::variant<JsonText, engine::RunError> result;
    std::optional<std::vector<std::string>> outputs;
    std::int64_t duration_ms = 0;
    std::optional<JsonText> extras;                   // an object for people: logs, timing …
    std::optional<std::int64_t> retry_after_ms = {};  // of a failure: what the server asked for
};

class OutsidePerformer {
public:
    virtual ~OutsidePerformer() = default;

    // Calls `done` exactly once, on any thread, also after a cancel.
    virtual void start(PerformRequest request, std::function<void(Outcome)> done) = 0;

    // Takes effect within a second. Unknown keys are ignored: the outcome may be on its way.
    virtual void cancel(const AttemptKey& key) = 0;
};

class ScriptPerformer {
public:
    virtual ~ScriptPerformer() = default;

    // The runtime sets the call's id.
    virtual sandbox::Call prepare(const PerformRequest& request) const = 0;
    virtual Outcome finish(const PerformRequest& request, sandbox::Reply reply) const = 0;
};

}  // namespace swiftgrid::nodes
