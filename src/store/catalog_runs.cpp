// Catalog: runs and their events.

#include "base/limits.h"
#include "store/batch_rows.h"
#include "store/catalog.h"
#include "store/catalog_rows.h"
#include "store/run_deletion.h"
#include "store/run_list.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

Result<RunSummary> require_run(Connection& connection, RunId run) {
    auto found = find_run(connection, run);
    if (!found) return std::unexpected(found.error());
    if (!*found) return fail(ErrorCode::not_found, "run " + to_string(run) + " does not exist");
    return std::move(**found);
}

}  // namespace

Result<Page<RunSummary>> Catalog::list_runs(const RunQuery& query) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return store::list_runs(**loan, query);
}

Result<RunSummary> Catalog::get_run(RunId run) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return require_run(**loan, run);
}

Result<std::vector<EventRecord>> Catalog::read_events(RunId run, std::uint64_t after_seq,
                                                      std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return read_records(**loan, run, after_seq, limit);
}

Result<Page<RunSummary>> Catalog::list_children(const ChildQuery& query) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return store::list_children(**loan, query);
}

Result<std::optional<MapRow>> Catalog::get_map_iteration(RunId run, const std::string& node_id) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT total_items, completed_items, failed_items, created_at, completed_at"
                " FROM map_iterations WHERE run_id = ? AND node_id = ?");
    auto row = query.bind(run).bind(node_id).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    MapRow map{run,
               node_id,
               query.integer(0),
               query.integer(1),
               query.integer(2),
               query.instant(3),
               query.optional_instant(4)};
    return map;
}

Result<RunSummary> Catalog::set_pinned(RunId run, bool pinned) {
    Result<RunSummary> changed;
    auto done = change([&](Connection& connection) -> Result<void> {
        Query update(connection, "UPDATE workflow_runs SET pinned = ? WHERE id = ?");
        if (auto written = update.bind(pinned).bind(run).run(); !written) return written;
        changed = require_run(connection, run);
        if (!changed) return std::unexpected(changed.error());
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return changed;
}

Result<void> Catalog::delete_run(RunId run, const Actor& actor, Instant now) {
    return change([&](Connection& connection) {
        return delete_run_of(connection, run, {"DELETED", actor, now},
                             TimeBudget(limits::deletion_portion_ms));
    });
}

Result<OpenRunCounts> Catalog::open_run_counts(std::optional<FlowId> flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return count_open_runs(**loan, flow);
}

}  // namespace swiftgrid::store
