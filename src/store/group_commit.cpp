#include "store/group_commit.h"

#include "base/assert.h"
#include "base/overloaded.h"

namespace swiftgrid::store {
namespace {

// A change is small, but what it deletes or rewrites is unknown.
constexpr std::size_t change_bytes = 16 * 1024;

std::size_t bytes_of(const Pending& pending) {
    const auto* batch = std::get_if<PendingBatch>(&pending);
    return batch ? size_bytes(batch->batch) : change_bytes;
}

}  // namespace

GroupCommit::Outcome GroupCommit::pump() {
    if (failed_) return Outcome::failed;
    if (!holds_group_) form_group();
    if (acknowledgements_.empty()) return Outcome::idle;
    const Outcome outcome = commit_group();
    if (outcome == Outcome::disk_full) commit_waiting_changes();
    return failed_ ? Outcome::failed : outcome;
}

void GroupCommit::form_group() {
    SG_ASSERT(acknowledgements_.empty(), "the last group was acknowledged");
    std::size_t bytes = 0;
    while (!waiting_.empty()) {
        bytes += bytes_of(waiting_.front());
        // One that is larger than the bound goes alone.
        if (bytes > bytes_max_ && !acknowledgements_.empty()) break;
        add_to_group(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

void GroupCommit::add_to_group(Pending pending) {
    Acknowledgement acknowledgement;
    std::visit(Overloaded{
                   [&](PendingBatch& added) {
                       append(batch_, std::move(added.batch));
                       acknowledgement.on_durable = std::move(added.on_durable);
                   },
                   [&](PendingChange& added) {
                       acknowledgement.done = std::move(added.done);
                       acknowledgement.change_index = changes_.size();
                       changes_.push_back({std::move(added.apply), {}});
                   },
               },
               pending);
    acknowledgements_.push_back(std::move(acknowledgement));
}

GroupCommit::Outcome GroupCommit::commit_group() {
    auto committed = backend_.commit(batch_, changes_);
    if (committed) {
        holds_group_ = false;
        acknowledge();
        return Outcome::committed;
    }
    error_ = committed.error();
    if (error_.code == ErrorCode::storage_full) return keep_group_for_later();
    failed_ = true;
    return Outcome::failed;
}

GroupCommit::Outcome GroupCommit::keep_group_for_later() {
    answer_changes(error_);
    holds_group_ = !acknowledgements_.empty();
    return Outcome::disk_full;
}

void GroupCommit::commit_waiting_changes() {
    // Callbacks may add more work, so what waits is taken out first.
    std::deque<Pending> waiting;
    waiting.swap(waiting_);
    std::deque<Pending> batches;
    for (Pending& pending : waiting) {
        if (auto* change = std::get_if<PendingChange>(&pending))
            commit_alone(*change);
        else
            batches.push_back(std::move(pending));
    }
    for (Pending& pending : waiting_) batches.push_back(std::move(pending));
    waiting_.swap(batches);
}

void GroupCommit::commit_alone(PendingChange& waiting) {
    if (failed_) return;
    Change change{std::move(waiting.apply), {}};
    auto committed = backend_.commit(Batch{}, {&change, 1});
    if (committed) {
        waiting.done(std::move(change.outcome));
    } else if (committed.error().code == ErrorCode::storage_full) {
        waiting.done(std::unexpected(committed.error()));
    } else {
        error_ = committed.error();
        failed_ = true;
    }
}

void GroupCommit::acknowledge() {
    // Callbacks may add more work, so the group is taken out first.
    std::vector<Acknowledgement> acknowledgements;
    acknowledgements.swap(acknowledgements_);
    std::vector<Change> changes;
    changes.swap(changes_);
    batch_ = {};
    for (Acknowledgement& acknowledgement : acknowledgements) {
        if (acknowledgement.done) {
            acknowledgement.done(std::move(changes[acknowledgement.change_index].outcome));
            continue;
        }
        ++batches_committed_;
        if (acknowledgement.on_durable) acknowledgement.on_durable();
    }
}

void GroupCommit::answer_changes(const Error& error) {
    for (Acknowledgement& acknowledgement : acknowledgements_) {
        if (acknowledgement.done) acknowledgement.done(std::unexpected(error));
    }
    std::erase_if(acknowledgements_, [](const auto& one) { return one.done != nullptr; });
    changes_.clear();
}

}  // namespace swiftgrid::store
