#pragma once

// Why a node or a run failed, as users see it everywhere (events, API, UI, command line):
// `{ code, message, nodeId?, retryable?, details? }`.

#include <optional>
#include <string>

#include "base/json.h"

namespace swiftgrid::engine {

struct RunError {
    std::string code;     // stable: "http_status", "script_error", "missing_value" …
    std::string message;  // what happened, why, what to do
    std::string node_id;  // "" when it is not about one node
    bool retryable = false;
    std::optional<JsonText> details;

    bool operator==(const RunError&) const = default;
};

// An error that is not worth another try and has no details; the node is filled in by the engine.
RunError make_run_error(std::string code, std::string message);

// The JSON object of the contract; members without a value are left out.
JsonText to_json_text(const RunError& error);
RunError run_error_from(const json::value& value);

// `{ "error": … }`: the result of a node whose failure was absorbed (engine.md section 3).
JsonText error_result(const RunError& error);

}  // namespace swiftgrid::engine
