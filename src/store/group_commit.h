#pragma once

// Many waiting batches, one commit. pump() takes what waits, up to a number of bytes, commits it in
// one transaction and acknowledges in the order of arrival; there is no time window: the commit's
// own duration is the window. Fail-stop: after a failed commit nothing is acknowledged ever again.
// A full disk is no failure: nothing was promised, so the same group is tried again by the next
// pump(). No thread and no lock in here: the committer and the simulator call it.

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "store/backend.h"

namespace swiftgrid::store {

struct PendingBatch {
    Batch batch;
    std::function<void()> on_durable;  // quick; called once, after the commit
};
struct PendingChange {
    std::function<Result<void>(sqlite::Connection&)> apply;
    std::function<void(Result<void>)> done;  // quick; called once, after the commit or when refused
};
using Pending = std::variant<PendingBatch, PendingChange>;

class GroupCommit {
public:
    enum class Outcome { idle, committed, disk_full, failed };

    explicit GroupCommit(Backend& backend, std::size_t bytes_max = limits::commit_bytes)
        : backend_(backend), bytes_max_(bytes_max) {}

    void add(Pending pending) { waiting_.push_back(std::move(pending)); }

    // One commit at most. While the disk is full, changes are tried without the batches, since
    // deleting is what makes room; those that need room themselves are refused.
    Outcome pump();

    bool has_work() const { return !waiting_.empty() || !acknowledgements_.empty(); }

    // A group met a full disk and waits for room.
    bool holds_group() const { return holds_group_; }

    // Why the last pump answered disk_full or failed.
    const Error& error() const { return error_; }

    std::size_t batches_committed() const { return batches_committed_; }

private:
    void form_group();
    void add_to_group(Pending pending);
    Outcome commit_group();
    Outcome keep_group_for_later();
    void commit_waiting_changes();
    void commit_alone(PendingChange& waiting);
    void acknowledge();
    void answer_changes(const Error& error);

    Backend& backend_;
    const std::size_t bytes_max_;
    std::deque<Pending> waiting_;

    // The group being committed; what became of each member is told in order of arrival.
    struct Acknowledgement {
        std::function<void()> on_durable;        // of a batch
        std::function<void(Result<void>)> done;  // of a change, with its index
        std::size_t change_index = 0;
    };
    Batch batch_;
    std::vector<Change> changes_;
    std::vector<Acknowledgement> acknowledgements_;
    bool holds_group_ = false;  // it met a full disk
    bool failed_ = false;
    Error error_;
    std::size_t batches_committed_ = 0;
};

}  // namespace swiftgrid::store
