#pragma once

// What may be asked of a run. Imperative; refused with a reason when it is redundant or late, never
// silently absorbed (style.md D6).

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/event.h"

namespace swiftgrid::engine {

struct StartRun {
    RunCreated created;
};
// The values of a node's template scripts, in the order of Template::scripts().
struct CompleteInput {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    std::vector<JsonText> values;
};
struct CompleteNode {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    JsonText result;
    std::optional<std::vector<std::string>> outputs;
    std::int64_t duration_ms = 0;
    std::optional<JsonText> extras;
};
// Also the answer when the evaluation of the input failed.
struct FailNode {
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    RunError error;
    std::int64_t duration_ms = 0;
    std::optional<JsonText> extras;
};
struct CancelRun {
    std::string reason;
};

using Command = std::variant<StartRun, CompleteInput, CompleteNode, FailNode, CancelRun>;

}  // namespace swiftgrid::engine
