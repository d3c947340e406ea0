#include "store/row_scans.h"

#include <algorithm>

#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

template <typename Predicate>
std::vector<RunId> open_runs_where(const RowsByRun& rows, Predicate holds) {
    std::vector<RunId> found;
    for (const auto& [id, row] : rows) {
        if (is_open(row) && holds(row)) found.push_back(id);
    }
    return found;
}

}  // namespace

bool is_open(const RunRow& row) { return is_open(status_code(row.status)); }

std::vector<RunId> open_runs(const RowsByRun& rows) {
    return open_runs_where(rows, [](const RunRow&) { return true; });
}

std::vector<RunId> owing_runs(const RowsByRun& rows) {
    return open_runs_where(rows, [](const RunRow& row) { return row.owes; });
}

std::vector<RunId> orphans(const RowsByRun& rows) {
    return open_runs_where(rows, [&](const RunRow& row) {
        if (!row.parent) return false;
        const auto parent = rows.find(*row.parent);
        return parent == rows.end() || !is_open(parent->second) || !parent->second.owes;
    });
}

std::vector<RunId> open_children(const RowsByRun& rows, RunId parent) {
    return open_runs_where(rows, [&](const RunRow& row) { return row.parent == parent; });
}

std::vector<Wakeup> wakeups(const RowsByRun& rows, const std::optional<Wakeup>& after,
                            std::size_t limit) {
    std::vector<Wakeup> found;
    for (const auto& [id, row] : rows) {
        if (!row.wake_at || !is_open(row)) continue;
        const Wakeup wakeup{*row.wake_at, id};
        if (!after || wakeup > *after) found.push_back(wakeup);
    }
    std::ranges::sort(found);
    if (found.size() > limit) found.resize(limit);
    return found;
}

}  // namespace swiftgrid::store
