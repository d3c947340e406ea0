#include "store/run_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

constexpr const char* columns =
    "id, workflow_id, version_number, graph_id, status, trigger, parent_run_id, replay_of_run_id,"
    " calling_node_id, depth, created_at, started_after_ms, completed_after_ms, error, current,"
    " last_seq, pinned, wake_at, owes";

// The filters are applied to the rows of the index in its order, so that reading ends as soon as
// there are enough. (SQLite neither merges nor reorders a sub-query with a limit.)
struct Bounds {
    std::size_t rows = 0;
    std::size_t filtered = 0;
};

std::string part_of(const Source& source, const char* direction, Bounds bounds) {
    const std::string ordered = fmt::format("SELECT {} FROM {} WHERE true{} ORDER BY id {} LIMIT ",
                                            columns, source.table, source.conditions, direction);
    if (source.filters.empty()) return fmt::format("SELECT * FROM ({}{})", ordered, bounds.rows);
    return fmt::format("SELECT * FROM (SELECT * FROM ({}{}) WHERE true{} LIMIT {})", ordered,
                       bounds.filtered, source.filters, bounds.rows);
}

// Sources share the rows that may be looked at.
Bounds bounds_of(const std::vector<Source>& sources, std::size_t rows) {
    return {rows, std::max<std::size_t>(limits::run_rows_filtered / sources.size(), 1)};
}

std::string sql_of(const std::vector<Source>& sources, Order order, std::size_t rows) {
    const char* direction = order == Order::newest_first ? "DESC" : "ASC";
    const Bounds bounds = bounds_of(sources, rows);
    std::string text = "SELECT run.*, workflows.name FROM (";
    for (std::size_t i = 0; i < sources.size(); ++i)
        text += (i == 0 ? "" : " UNION ") + part_of(sources[i], direction, bounds);
    return text + fmt::format(
                      ") AS run LEFT JOIN workflows ON workflows.id = run.workflow_id"
                      " ORDER BY run.id {} LIMIT {}",
                      direction, rows);
}

void bind_all(Query& query, const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters)
        std::visit([&](const auto& value) { query.bind(value); }, parameter);
}

void bind_all(Query& query, const std::vector<Source>& sources) {
    for (const Source& source : sources) {
        bind_all(query, source.parameters);
        bind_all(query, source.filter_parameters);
    }
}

// The last row that was looked at; nothing when there was no other.
Result<std::optional<RunId>> last_filtered(Connection& connection, const Source& source,
                                           Order order, std::size_t filtered) {
    if (source.filters.empty()) return std::nullopt;
    const std::string sql =
        fmt::format("SELECT id FROM {} WHERE true{} ORDER BY id {} LIMIT 1 OFFSET {}", source.table,
                    source.conditions, order == Order::newest_first ? "DESC" : "ASC", filtered - 1);
    Query query = Query::once(connection, sql);
    bind_all(query, source.parameters);
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return query.id<RunId>(0);
}

bool is_before(RunId one, RunId other, Order order) {
    return order == Order::newest_first ? one > other : one < other;
}

// Where the first of the sources ended.
Result<std::optional<RunId>> nearest_end(Connection& connection, const std::vector<Source>& sources,
                                         Order order) {
    const std::size_t filtered = bounds_of(sources, 0).filtered;
    std::optional<RunId> nearest;
    for (const Source& source : sources) {
        auto last = last_filtered(connection, source, order, filtered);
        if (!last) return std::unexpected(last.error());
        if (*last && (!nearest || is_before(**last, *nearest, order))) nearest = **last;
    }
    return nearest;
}

std::optional<Instant> after(Instant start, const std::optional<std::int64_t>& milliseconds) {
    if (!milliseconds) return std::nullopt;
    return start + Duration{*milliseconds};
}

RunSummary summary_of(const Query& query) {
    RunSummary run;
    run.row.id = query.id<RunId>(0);
    run.row.flow = query.id<FlowId>(1);
    run.row.version = query.optional_integer(2);
    run.row.graph = query.graph_id(3);
    run.row.status = status_text(static_cast<int>(query.integer(4)));
    run.row.trigger = trigger_text(static_cast<int>(query.integer(5)));
    run.row.parent = query.optional_id<RunId>(6);
    run.row.replay_of = query.optional_id<RunId>(7);
    run.row.calling_node_id = query.text(8);
    run.row.depth = static_cast<int>(query.integer(9));
    run.row.created_at = query.instant(10);
    run.row.started_at = after(run.row.created_at, query.optional_integer(11));
    run.row.completed_at = after(run.row.created_at, query.optional_integer(12));
    run.row.error = query.text(13);
    run.row.current = query.text(14);
    run.row.last_seq = static_cast<std::uint64_t>(query.integer(15));
    run.pinned = query.integer(16) != 0;
    run.row.wake_at = query.optional_instant(17);
    run.row.owes = query.integer(18) != 0;
    run.flow_name = query.text(19);
    return run;
}

}  // namespace

Result<RunRows> read_runs(Connection& connection, const std::vector<Source>& sources, Order order,
                          std::size_t rows) {
    // Where the search ended is asked for afterwards: it must not have moved by then.
    const auto snapshot = sqlite::Snapshot::take(connection);
    if (!snapshot) return std::unexpected(snapshot.error());
    RunRows result;
    {
        const std::string sql = sql_of(sources, order, rows);
        Query query = Query::once(connection, sql);
        bind_all(query, sources);
        auto runs = sqlite::read_rows(query, summary_of);
        if (!runs) return std::unexpected(runs.error());
        result.runs = *std::move(runs);
    }
    if (sources.size() == 1 && result.runs.size() == rows) return result;
    auto seen_until = nearest_end(connection, sources, order);
    if (!seen_until) return std::unexpected(seen_until.error());
    result.seen_until = *seen_until;
    // What is beyond may be in a part that was not read so far.
    if (*seen_until)
        std::erase_if(result.runs, [&](const RunSummary& run) {
            return is_before(**seen_until, run.row.id, order);
        });
    return result;
}

Result<std::int64_t> count_rows(Connection& connection, const std::vector<Source>& sources) {
    std::string sql = "SELECT count(*) FROM (";
    for (std::size_t i = 0; i < sources.size(); ++i)
        sql += fmt::format("{}SELECT id FROM {} WHERE true{}{}", i == 0 ? "" : " UNION ",
                           sources[i].table, sources[i].conditions, sources[i].filters);
    sql += ")";
    Query query = Query::once(connection, sql);
    bind_all(query, sources);
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    return query.integer(0);
}

}  // namespace swiftgrid::store
