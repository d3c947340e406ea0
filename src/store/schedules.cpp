#include "store/schedules.h"

#include "base/assert.h"
#include "base/limits.h"
#include "store/catalog_rows.h"
#include "store/cursor.h"
#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// The columns of a Schedule, as schedule_of() reads them.
#define SCHEDULE_COLUMNS                                                               \
    "SELECT id, name, active_version_number, schedule_enabled, schedule_cron,"         \
    " schedule_timezone, schedule_input_data, schedule_overlap_mode, schedule_missed," \
    " schedule_next_run FROM flow_overview"

// Those of an Occurrence, as occurrence_of() reads them.
#define OCCURRENCE_COLUMNS                                                      \
    "SELECT planned_at, outcome, occurrence_count, run_id, detail, decided_at," \
    " (SELECT status FROM workflow_runs WHERE id = run_id) FROM schedule_occurrences"

Schedule schedule_of(const Query& query) {
    Schedule schedule;
    schedule.flow = query.id<FlowId>(0);
    schedule.flow_name = query.text(1);
    schedule.active_version = query.optional_integer(2);
    schedule.settings.enabled = query.integer(3) != 0;
    schedule.settings.cron = query.text(4);
    schedule.settings.timezone = query.text(5);
    schedule.settings.input_data = query.optional_text(6);
    schedule.settings.overlap_mode = query.text(7);
    schedule.settings.missed = query.text(8);
    schedule.next_run = query.optional_instant(9);
    return schedule;
}

Occurrence occurrence_of(const Query& query) {
    Occurrence occurrence;
    occurrence.planned_at = query.instant(0);
    occurrence.outcome = query.text(1);
    occurrence.count = query.integer(2);
    occurrence.run = query.optional_id<RunId>(3);
    occurrence.detail = query.text(4);
    occurrence.decided_at = query.instant(5);
    if (!query.is_null(6)) occurrence.run_status = status_text(static_cast<int>(query.integer(6)));
    return occurrence;
}

QueuedOccurrence queued_of(const Query& query) { return {query.id<FlowId>(0), query.instant(1)}; }

Result<void> write_occurrence(Connection& connection, NotificationCauses& causes, FlowId flow,
                              const Occurrence& occurrence) {
    // The flow may be gone by now. What is known already stays: a repeat knows less.
    Query insert(connection,
                 "INSERT INTO schedule_occurrences (workflow_id, planned_at, outcome,"
                 " occurrence_count, run_id, detail, decided_at)"
                 " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM workflows WHERE id = ?1"
                 " ON CONFLICT (workflow_id, planned_at) DO NOTHING");
    insert.bind(flow).bind(occurrence.planned_at).bind(occurrence.outcome);
    insert.bind(occurrence.count).bind(occurrence.run).bind(occurrence.detail);
    if (auto done = insert.bind(occurrence.decided_at).run(); !done) return done;
    if (connection.changed_rows() == 0) return {};
    return causes.note_occurrence(connection, flow, occurrence);
}

// What is queued still waits for its turn, however old it is.
Result<void> forget_old_occurrences(Connection& connection, FlowId flow) {
    Query forget(connection,
                 "DELETE FROM schedule_occurrences WHERE workflow_id = ?1"
                 " AND outcome <> 'queued' AND planned_at <"
                 " (SELECT planned_at FROM schedule_occurrences WHERE workflow_id = ?1"
                 "  ORDER BY planned_at DESC LIMIT 1 OFFSET ?2)");
    return forget.bind(flow).bind(limits::schedule_history - 1).run();
}

Result<void> write_step(Connection& connection, NotificationCauses& causes,
                        const ScheduleStep& step) {
    for (const Occurrence& occurrence : step.occurrences) {
        if (auto done = write_occurrence(connection, causes, step.flow, occurrence); !done)
            return done;
    }
    if (!step.occurrences.empty()) {
        if (auto done = forget_old_occurrences(connection, step.flow); !done) return done;
    }
    Query advance(connection,
                  "UPDATE workflows SET schedule_next_run = ?1"
                  " WHERE id = ?2 AND schedule_enabled = 1 AND schedule_next_run IS ?3");
    return advance.bind(step.next_run).bind(step.flow).bind(step.decided).run();
}

}  // namespace

Result<std::optional<Schedule>> Schedules::get(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    if (auto known = require_flow(**loan, flow); !known) return std::unexpected(known.error());
    Query query(**loan, SCHEDULE_COLUMNS " WHERE id = ? AND schedule_cron IS NOT NULL");
    auto found = sqlite::read_rows(query.bind(flow), schedule_of);
    if (!found) return std::unexpected(found.error());
    if (found->empty()) return std::nullopt;
    return std::move(found->front());
}

Result<void> Schedules::put(FlowId flow, const ScheduleSettings& settings,
                            std::optional<Instant> next_run) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto known = require_flow(connection, flow); !known) return known;
        Query update(
            connection,
            "UPDATE workflows SET schedule_enabled = ?1, schedule_cron = ?2,"
            " schedule_timezone = ?3, schedule_input_data = ?4, schedule_overlap_mode = ?5,"
            " schedule_missed = ?6, schedule_next_run ="
            " CASE WHEN ?1 AND schedule_enabled AND schedule_cron = ?2"
            " AND schedule_timezone = ?3 THEN coalesce(schedule_next_run, ?7) ELSE ?7 END"
            " WHERE id = ?8");
        update.bind(settings.enabled).bind(settings.cron).bind(settings.timezone);
        update.bind(settings.input_data).bind(settings.overlap_mode).bind(settings.missed);
        return update.bind(next_run).bind(flow).run();
    });
}

Result<void> Schedules::remove(FlowId flow) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto known = require_flow(connection, flow); !known) return known;
        Query update(connection,
                     "UPDATE workflows SET schedule_enabled = 0, schedule_cron = NULL,"
                     " schedule_timezone = 'UTC', schedule_input_data = NULL,"
                     " schedule_overlap_mode = 'skip', schedule_missed = 'run_once',"
                     " schedule_next_run = NULL WHERE id = ?");
        return update.bind(flow).run();
    });
}

Result<Page<Schedule>> Schedules::list(const std::string& cursor, std::size_t limit) {
    SG_ASSERT(limit > 0, "a page has room for an item");
    const auto before = parse_id_cursor(cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, SCHEDULE_COLUMNS
                " WHERE schedule_cron IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?");
    const Uuid last = before->value_or(largest_uuid);
    auto found = sqlite::read_rows(query.bind(last).bind(limit + 1), schedule_of);
    if (!found) return std::unexpected(found.error());
    Page<Schedule> page{std::move(*found), std::nullopt};
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().flow.uuid);
    }
    return page;
}

Result<std::vector<Occurrence>> Schedules::history(FlowId flow, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                OCCURRENCE_COLUMNS " WHERE workflow_id = ? ORDER BY planned_at DESC LIMIT ?");
    return sqlite::read_rows(query.bind(flow).bind(limit), occurrence_of);
}

Result<std::optional<Occurrence>> Schedules::last_run(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, OCCURRENCE_COLUMNS
                " WHERE workflow_id = ? AND run_id IS NOT NULL ORDER BY planned_at DESC LIMIT 1");
    auto found = sqlite::read_rows(query.bind(flow), occurrence_of);
    if (!found) return std::unexpected(found.error());
    if (found->empty()) return std::nullopt;
    return std::move(found->front());
}

Result<std::vector<Schedule>> Schedules::due(Instant now, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, SCHEDULE_COLUMNS
                " WHERE schedule_enabled = 1 AND schedule_next_run <= ?"
                " ORDER BY schedule_next_run, id LIMIT ?");
    return sqlite::read_rows(query.bind(now).bind(limit), schedule_of);
}

Result<std::optional<Instant>> Schedules::next_due() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT schedule_next_run FROM workflows WHERE schedule_enabled = 1"
                " AND schedule_next_run IS NOT NULL ORDER BY schedule_next_run, id LIMIT 1");
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return query.instant(0);
}

Result<std::vector<Schedule>> Schedules::stuck(std::optional<FlowId> after, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, SCHEDULE_COLUMNS
                " WHERE schedule_enabled = 1 AND schedule_next_run IS NULL"
                " AND id > ? ORDER BY id LIMIT ?");
    const FlowId last = after.value_or(FlowId{});
    return sqlite::read_rows(query.bind(last).bind(limit), schedule_of);
}

Result<void> Schedules::record(const std::vector<ScheduleStep>& steps) {
    if (steps.empty()) return {};
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        for (const ScheduleStep& step : steps) {
            if (auto done = write_step(connection, database_.causes(), step); !done) return done;
        }
        return {};
    });
}

Result<std::int64_t> Schedules::open_runs(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    // The second condition is the one of the partial index, which holds few runs.
    Query query(**loan,
                "SELECT count(*) FROM workflow_runs INDEXED BY workflow_runs_by_workflow_status"
                " WHERE workflow_id = ? AND status < 3 AND status <> 3 AND parent_run_id IS NULL");
    auto row = query.bind(flow).next();
    if (!row) return std::unexpected(row.error());
    SG_ASSERT(*row, "a count has a row");
    return query.integer(0);
}

Result<std::vector<QueuedOccurrence>> Schedules::queued(
    const std::optional<QueuedOccurrence>& after, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT workflow_id, planned_at FROM schedule_occurrences"
                " WHERE outcome = 'queued' AND (workflow_id, planned_at) > (?, ?)"
                " ORDER BY workflow_id, planned_at LIMIT ?");
    const QueuedOccurrence last = after.value_or(QueuedOccurrence{});
    query.bind(last.flow).bind(last.planned_at).bind(limit);
    return sqlite::read_rows(query, queued_of);
}

Result<bool> Schedules::has_queued(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT 1 FROM schedule_occurrences WHERE workflow_id = ?"
                " AND outcome = 'queued' LIMIT 1");
    return query.bind(flow).next();
}

Result<void> Schedules::settle_queued(FlowId flow, const Occurrence& occurrence) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query update(connection,
                     "UPDATE schedule_occurrences SET outcome = ?, run_id = ?, detail = ?,"
                     " decided_at = ? WHERE workflow_id = ? AND planned_at = ?"
                     " AND outcome = 'queued'");
        update.bind(occurrence.outcome).bind(occurrence.run).bind(occurrence.detail);
        update.bind(occurrence.decided_at).bind(flow).bind(occurrence.planned_at);
        if (auto done = update.run(); !done) return done;
        if (connection.changed_rows() == 0) return {};
        return database_.causes().note_occurrence(connection, flow, occurrence);
    });
}

Result<std::vector<Schedules::Started>> Schedules::started_since(const std::string& key_scope,
                                                                 Instant from, std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    // RFC 3339 in UTC is in the order of time.
    Query query(**loan,
                "SELECT key, run_id FROM idempotency_keys WHERE scope = ? AND key >= ?"
                " ORDER BY key LIMIT ?");
    const std::string first = to_rfc3339(from);
    query.bind(key_scope).bind(first).bind(limit);
    std::vector<Started> started;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return started;
        if (auto planned = parse_rfc3339(query.view(0)))
            started.push_back({*planned, query.id<RunId>(1)});
    }
}

}  // namespace swiftgrid::store
