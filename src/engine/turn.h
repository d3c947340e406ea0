#pragma once

// The unit of work of one command: what happened, what is owed, or why it was refused.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/apply.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/run_state.h"

namespace swiftgrid::engine {

class Turn {
public:
    Turn(RunState& run, Instant now) : run_(run), now_(now) {}

    // Records the event and applies it, so that later decisions of this turn see it.
    void emit(EventBody body);
    void owe(Effect effect) { effects.push_back(std::move(effect)); }
    void refuse(ErrorCode code, std::string message) {
        rejection = Error{code, std::move(message)};
    }

    const RunState& run() const { return run_; }
    Instant now() const { return now_; }

    std::vector<Event> events;
    std::vector<Effect> effects;
    std::optional<Error> rejection;  // then events and effects are empty

private:
    RunState& run_;
    Instant now_;
};

}  // namespace swiftgrid::engine
