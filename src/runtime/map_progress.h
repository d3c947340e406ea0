#pragma once

// How far the fan-outs of a run are, counted event by event: the rows of map_iterations. The state
// forgets a fan-out when its node ends, the row stays.

#include <map>
#include <vector>

#include "engine/event.h"
#include "model/plan.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

class MapProgress {
public:
    // Requires every event of the run, in order.
    void note(RunId run, const engine::Event& event, const model::Plan& plan);

    // Appends the rows that have changed since the last call.
    void take_changed(std::vector<store::MapRow>& rows);

    // What was noted so far is on disk already.
    void forget_changes();

private:
    struct Entry {
        store::MapRow row;
        bool is_changed = true;
    };

    void end(model::NodeIndex node, Instant at);

    std::map<model::NodeIndex, Entry> entries_;
};

}  // namespace swiftgrid::runtime
