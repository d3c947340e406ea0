#include "engine/turn.h"

namespace swiftgrid::engine {

void Turn::emit(EventBody body) {
    Event& event = events.emplace_back(Event{run_.last_sequence + 1, now_, std::move(body)});
    apply(run_, event);
}

}  // namespace swiftgrid::engine
