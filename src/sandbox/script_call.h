#pragma once

// What a script is asked and what it answers. All of it is plain data: the server builds a Call, a
// ScriptPool has it carried out in a confined process, a Reply comes back. Nothing in a Reply can
// be trusted by its sender alone; the pool has validated sizes, JSON and UTF-8 before it hands it
// out.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace swiftgrid::sandbox {

// A value under a name in the script's scope. A name that is no JavaScript identifier cannot be
// mentioned by a script and is left out.
struct Binding {
    std::string name;
    JsonText value;
};

// JavaScript expressions over the same bindings: the conditions of a router or the longer
// placeholders of one node. In scope besides: between(x, lo, hi), contains(x, y), matches(x,
// regex). They share the values: an expression that changes one (`value.sort()`) changes it for
// those after it.
struct Expressions {
    std::vector<std::string> sources;
    std::vector<Binding> bindings;
    bool stop_at_first_true = false;
};

// The body of an async function with INPUT, input (both are `input`), $trigger and nodes (null and
// {} when not among the bindings), the other bindings, and console.
struct Code {
    std::string source;
    JsonText input;
    std::vector<Binding> bindings;
};

// Scripts that are parsed and not run. Each gives null, or the ScriptError that it would end with.
struct Syntax {
    bool is_code = false;  // bodies as in Code, else expressions
    std::vector<std::string> sources;
};

using Work = std::variant<Expressions, Code, Syntax>;

struct Call {
    std::uint64_t id = 0;
    Work work;
    std::int64_t time_ms = 0;
};

// The codes are part of the product's contract:
//   script_error             thrown or a syntax error; message "TypeError: ...", place in the
//                            user's own text, both from 1, or 0 when not known
//   script_timeout           over Call::time_ms
//   script_memory            over limits::script_memory_bytes
//   script_stack             over limits::script_stack_bytes
//   script_result_too_large  over limits::node_result_bytes
//   script_result_invalid    not JSON: a function, a BigInt, a cycle, too deep
//   script_crashed           the process died under it
struct ScriptError {
    std::string code;
    std::string message;
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    bool operator==(const ScriptError&) const = default;
};

struct ExpressionValue {
    JsonText value;
    bool truthy = false;
};

struct ExpressionResult {
    std::variant<ExpressionValue, ScriptError> outcome;
};

struct CodeResult {
    JsonText value;
};

enum class LogLevel : std::uint8_t { log, info, warn, error, debug };

std::string_view to_string(LogLevel level);

struct LogLine {
    LogLevel level = LogLevel::log;
    std::string text;
};

// Console output of a script that still runs. It comes in order and before the call's Reply, whose
// `logs` hold these lines again: what a reader that only waits for the end wants.
struct LiveLogs {
    std::uint64_t id = 0;  // of the call
    std::vector<LogLine> lines;
};

// Expressions and Syntax end with one result each (fewer after the first true one, when that was
// asked for), code with a CodeResult; a ScriptError here concerns the whole call.
struct Reply {
    std::uint64_t id = 0;
    std::variant<std::vector<ExpressionResult>, CodeResult, ScriptError> outcome;
    std::vector<LogLine> logs;
    std::int64_t duration_us = 0;
};

}  // namespace swiftgrid::sandbox
