#pragma once

// One line of text for people: scenarios, logs and failing tests say with it what happened.
//   NODE_COMPLETED a#1 result={"x":1}      PerformNode a#1 input={"url":"…"}

#include <string>

#include "engine/command.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "model/plan.h"

namespace swiftgrid::engine {

std::string explain(const Event& event, const model::Plan& plan);
std::string explain(const Command& command, const model::Plan& plan);
std::string explain(const Effect& effect, const model::Plan& plan);

}  // namespace swiftgrid::engine
