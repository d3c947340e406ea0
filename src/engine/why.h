#pragma once

// What an open run is doing or waits for, in one sentence: the list of runs, a run's page and the
// doctor show it.

#include <string>
#include <string_view>

#include "base/instant.h"
#include "engine/run_state.h"
#include "model/plan.h"

namespace swiftgrid::engine {

// "" when nothing is open. The sentence is stored and read later, so times stand in it as
// `{t:<milliseconds>}` (an instant) and `{in:<milliseconds>}` (how long it is until that instant).
std::string why(const RunState& run, const model::Plan& plan);

// "waits 2 h 5 min more (delay 'Cool down')".
std::string render_why(std::string_view text, Instant now);

}  // namespace swiftgrid::engine
