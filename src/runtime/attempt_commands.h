#pragma once

// What the end of an attempt asks of its run, in the engine's words.

#include "engine/command.h"
#include "engine/effect.h"
#include "nodes/perform.h"
#include "sandbox/script_call.h"

namespace swiftgrid::runtime {

engine::Command command_of(const nodes::AttemptKey& key, nodes::Outcome outcome);

// Of the scripts in a node's input template.
engine::Command input_command_of(const nodes::AttemptKey& key, sandbox::Reply& reply);

// The question to the sandbox that such a reply answers; takes the effect's values.
sandbox::Call input_call_of(const model::PlanNode& node, engine::EvaluateInput& effect);

}  // namespace swiftgrid::runtime
