#pragma once

// All rules that a flow must satisfy (engine.md section 1). Returns every finding with pointer,
// node, stable code and mend. On save these are shown as warnings, on publish and start errors
// refuse. Rules about other documents (does the sub-flow exist?) are asked through Surroundings.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/env_names.h"
#include "model/flow.h"
#include "model/node_descriptor.h"
#include "model/problem.h"

namespace swiftgrid::model {

struct Surroundings {
    // Null: not checked (a document alone on the command line).
    const EnvKinds* env = nullptr;
    std::function<bool(const std::string& flow_id)> flow_exists;
    // Of the flow being validated; "" when it has none yet. A sub-flow may start its own flow only
    // behind a node that chooses.
    std::string flow_id;
};

// A script of a node, in its place. Validation is pure and has no engine: whether these parse is
// for the caller to find out (control/script_syntax.h).
struct ScriptText {
    ScriptForm form = ScriptForm::expression;
    std::string pointer;  // of the text it stands in
    std::string node_id;
    std::string source;
};

std::vector<Problem> validate(const Flow& flow, const NodeTypes& types,
                              const Surroundings& surroundings = {},
                              std::vector<ScriptText>* scripts = nullptr);

// Reads and validates in one go: what publish, import, start and `swiftgrid validate` use.
struct ValidatedFlow {
    std::optional<Flow> flow;  // absent when the document has no usable shape
    std::vector<Problem> problems;
    std::vector<ScriptText> scripts;
};
ValidatedFlow read_and_validate(const json::value& document, const NodeTypes& types,
                                const Surroundings& surroundings = {});

}  // namespace swiftgrid::model
