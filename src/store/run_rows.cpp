#include "store/run_rows.h"

#include <fmt/format.h>

#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

constexpr const char* columns =
    "id, workflow_id, version_number, graph_id, status, trigger, parent_run_id, replay_of_run_id,"
    " calling_node_id, depth, created_at, started_after_ms, completed_after_ms, error, current,"
    " last_seq, pinned, wake_at, owes";

std::string sql_of(const std::vector<Source>& sources, Order order, std::size_t rows) {
    const char* direction = order == Order::newest_first ? "DESC" : "ASC";
    std::string text = "SELECT run.*, workflows.name FROM (";
    for (std::size_t i = 0; i < sources.size(); ++i)
        text += fmt::format(
            "{}SELECT * FROM (SELECT {} FROM {} WHERE true{}"
            " ORDER BY id {} LIMIT {})",
            i == 0 ? "" : " UNION ", columns, sources[i].table, sources[i].conditions, direction,
            rows);
    return text + fmt::format(
                      ") AS run LEFT JOIN workflows ON workflows.id = run.workflow_id"
                      " ORDER BY run.id {} LIMIT {}",
                      direction, rows);
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
    if (!query.is_null(17)) run.row.wake_at = query.instant(17);
    run.row.owes = query.integer(18) != 0;
    run.flow_name = query.text(19);
    return run;
}

}  // namespace

Result<std::vector<RunSummary>> read_runs(Connection& connection,
                                          const std::vector<Source>& sources, Order order,
                                          std::size_t rows) {
    const std::string sql = sql_of(sources, order, rows);
    Query query = Query::once(connection, sql);
    for (const Source& source : sources) {
        for (const Parameter& parameter : source.parameters)
            std::visit([&](const auto& value) { query.bind(value); }, parameter);
    }
    std::vector<RunSummary> runs;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return runs;
        runs.push_back(summary_of(query));
    }
}

}  // namespace swiftgrid::store
