#include "tests/sim/sim_disk.h"

#include <tuple>

namespace swiftgrid::sim {

void SimDisk::fail_next_commit(ErrorCode code, bool is_kept) {
    next_failure_ = code;
    is_kept_ = is_kept;
}

void SimDisk::lose_writes() {
    if (loses_writes_) return;
    loses_writes_ = true;
    keep_nothing();
}

void SimDisk::keep_nothing() {
    store::Faults faults;
    faults.lose_from_commit = faulty_.commits() + 1;
    faulty_.set_faults(faults);
}

void SimDisk::power_fails() {
    loses_writes_ = false;
    faulty_.forget_unsynced();
}

void SimDisk::heal() {
    next_failure_.reset();
    good_reads_.reset();
}

Result<void> SimDisk::read_fault() {
    if (!good_reads_) return {};
    if (*good_reads_ > 0) {
        --*good_reads_;
        return {};
    }
    good_reads_.reset();
    return fail(ErrorCode::storage_error, "the disk cannot be read");
}

Result<std::vector<store::EventRecord>> SimDisk::read_run(RunId run, std::uint64_t after_seq,
                                                          std::size_t limit) {
    if (auto readable = read_fault(); !readable) return std::unexpected(readable.error());
    return faulty_.read_run(run, after_seq, limit);
}

Result<std::optional<store::EventRecord>> SimDisk::read_last_record(RunId run) {
    if (auto readable = read_fault(); !readable) return std::unexpected(readable.error());
    return faulty_.read_last_record(run);
}

Result<std::vector<RunId>> SimDisk::scan_owing_runs() {
    if (sabotage_ == Sabotage::forget_recovery) return std::vector<RunId>();
    return faulty_.scan_owing_runs();
}

Result<std::vector<RunId>> SimDisk::scan_orphans() {
    if (sabotage_ == Sabotage::forget_orphans) return std::vector<RunId>();
    return faulty_.scan_orphans();
}

Result<std::vector<RunId>> SimDisk::scan_open_children(RunId parent) {
    if (auto readable = read_fault(); !readable) return std::unexpected(readable.error());
    if (sabotage_ == Sabotage::forget_orphans) return std::vector<RunId>();
    return faulty_.scan_open_children(parent);
}

Result<std::vector<store::Wakeup>> SimDisk::read_wakeups(const std::optional<store::Wakeup>& after,
                                                         std::size_t limit) {
    if (auto readable = read_fault(); !readable) return std::unexpected(readable.error());
    if (sabotage_ == Sabotage::hide_wake_ups) return std::vector<store::Wakeup>();
    return faulty_.read_wakeups(after, limit);
}

// What arrives on the disk instead.
store::Batch SimDisk::sabotaged(const store::Batch& batch) const {
    store::Batch other = batch;
    if (sabotage_ == Sabotage::forget_key) other.keys.clear();
    for (store::RunRow& row : other.runs) {
        if (sabotage_ == Sabotage::forget_wake_up) row.wake_at.reset();
        if (sabotage_ == Sabotage::forget_owing) row.owes = false;
    }
    for (store::EventRecord& record : other.events) {
        if (sabotage_ == Sabotage::repeat_sequence && record.first_seq > 1) --record.first_seq;
        if (sabotage_ == Sabotage::change_event)
            if (const auto place = record.events.find(R"("result":{"x":1})");
                place != std::string::npos)
                record.events.replace(place, 16, R"("result":{"x":2})");
        if (sabotage_ == Sabotage::drop_events && record.count > 1)
            if (const auto place = record.events.rfind(",["); place != std::string::npos) {
                record.events.erase(place, record.events.size() - 1 - place);
                --record.count;
            }
    }
    return other;
}

void SimDisk::apply(std::span<store::Change> changes) {
    if (changes.empty()) return;
    if (!tables_)
        tables_ = std::move(
            *store::sqlite::Connection::open(":memory:", store::sqlite::Access::read_write));
    for (store::Change& change : changes) change.outcome = change.apply(*tables_);
}

Result<void> SimDisk::commit_all(const store::Batch& batch, std::span<store::Change> changes) {
    const auto keep = [&](const store::Batch& kept) {
        auto committed = faulty_.commit(kept);
        if (!committed) return committed;
        on_commit_(kept);
        apply(changes);
        return committed;
    };
    if (next_failure_) {
        const Error error{*next_failure_, "an injected failure"};
        next_failure_.reset();
        if (is_kept_) std::ignore = keep(batch);
        return std::unexpected(error);
    }
    if (sabotage_ == Sabotage::none) return keep(batch);
    if (sabotage_ == Sabotage::lose_acknowledged && faulty_.commits() % 7 == 6) keep_nothing();
    return keep(sabotaged(batch));
}

}  // namespace swiftgrid::sim
