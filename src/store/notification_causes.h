#pragma once

// What may be a reason for a notification, noted in the very commit in which it happened: a crash
// loses neither or both. As long as no channel wants to hear of such things this costs a commit one
// look at a number.

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <unordered_map>

#include "base/result.h"
#include "store/batch.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

struct Occurrence;

struct WantedCauses {
    bool completed = false;  // runs that nobody but a trigger has started
    bool failed = false;
    bool cancelled = false;
    bool unstarted = false;  // occurrences of schedules

    bool operator==(const WantedCauses&) const = default;
};

class NotificationCauses {
public:
    // Any thread; holds for the next commit.
    void want(WantedCauses wanted);
    WantedCauses wanted() const;
    // The same of the runs of one flow alone, besides; its occurrences are nobody's but `wanted`'s.
    void want_of(FlowId flow, WantedCauses wanted);

    // Called on the committer's thread after a commit that noted something. Before the first one.
    void when_noted(std::function<void()> noted) { on_noted_ = std::move(noted); }

    // For the committer, within its transaction.
    Result<void> note_ends(sqlite::Connection& connection, std::span<const RunRow> rows);
    Result<void> note_occurrence(sqlite::Connection& connection, FlowId flow,
                                 const Occurrence& occurrence);
    // After it.
    void committed();

private:
    unsigned wanted_of(FlowId flow) const;

    std::atomic<unsigned> wanted_ = 0;
    std::atomic<std::size_t> flow_count_ = 0;  // of wanted_of_flows_
    mutable std::mutex mutex_;                 // for the length of a look-up
    std::unordered_map<FlowId, unsigned> wanted_of_flows_;
    bool has_noted_ = false;  // the committer's
    std::function<void()> on_noted_;
};

}  // namespace swiftgrid::store
