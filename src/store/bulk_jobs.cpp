#include "store/bulk_jobs.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "store/catalog_rows.h"
#include "store/cursor.h"
#include "store/run_list.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// Keys of then and before hold no longer.
Instant keys_end(Instant now) {
    return now + Duration{-limits::idempotency_hours * 60 * 60 * 1000};
}

// The columns of a BulkJob, as job_of() reads them. The ids may be many: only who goes on with the
// job reads them.
#define JOB_COLUMNS_AND(runs)                     \
    "SELECT id, action, status, selection, " runs \
    ", actor, idempotency_key, fingerprint,"      \
    " before_id, matched, done, kept, failed, error, created_at, ended_at FROM bulk_jobs"
#define JOB_COLUMNS JOB_COLUMNS_AND("NULL")

// Ids one after the other.
std::string bytes_of(const std::vector<RunId>& runs) {
    std::string bytes;
    bytes.reserve(runs.size() * sizeof(Uuid::bytes));
    for (const RunId run : runs) bytes.append(run.uuid.bytes.begin(), run.uuid.bytes.end());
    return bytes;
}

std::vector<RunId> runs_of(std::string_view bytes) {
    std::vector<RunId> runs(bytes.size() / sizeof(Uuid::bytes));
    auto from = bytes.begin();
    for (RunId& run : runs)
        for (std::uint8_t& byte : run.uuid.bytes) byte = static_cast<std::uint8_t>(*from++);
    return runs;
}

BulkJob job_of(const Query& query) {
    BulkJob job;
    job.id = query.id<BulkJobId>(0);
    job.action = query.text(1);
    job.status = query.text(2);
    job.selection = query.text(3);
    if (!query.is_null(4)) job.runs = runs_of(query.view(4));
    job.actor = query.text(5);
    job.key = query.optional_text(6);
    job.fingerprint = query.text(7);
    job.before = query.id<RunId>(8);
    job.matched = query.integer(9);
    job.done = query.integer(10);
    job.kept = query.integer(11);
    job.failed = query.integer(12);
    job.error = query.optional_text(13);
    job.created_at = query.instant(14);
    job.ended_at = query.optional_instant(15);
    return job;
}

Result<std::optional<BulkJob>> read_job(Query& query) {
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return job_of(query);
}

// The earlier job of the same request; `invalid_document` when the key was used for another one.
Result<std::optional<BulkJob>> find_by_key(Connection& connection, const BulkJob& job) {
    if (!job.key) return std::nullopt;
    Query query(connection,
                JOB_COLUMNS " WHERE action = ? AND idempotency_key = ? AND created_at > ?");
    query.bind(job.action).bind(*job.key).bind(keys_end(job.created_at));
    auto known = read_job(query);
    if (known && *known && (*known)->fingerprint != job.fingerprint)
        return fail(ErrorCode::invalid_document,
                    "this Idempotency-Key was used for another request; use a new one");
    return known;
}

// Keys of the same name that nobody may repeat any more.
Result<void> forget_old_key(Connection& connection, const BulkJob& job) {
    if (!job.key) return {};
    Query update(connection,
                 "UPDATE bulk_jobs SET idempotency_key = NULL WHERE action = ?"
                 " AND idempotency_key = ? AND created_at <= ?");
    return update.bind(job.action).bind(*job.key).bind(keys_end(job.created_at)).run();
}

Result<void> refuse_many(Connection& connection) {
    Query query(connection, "SELECT count(*) FROM bulk_jobs WHERE status = 'running'");
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (query.integer(0) < static_cast<std::int64_t>(limits::bulk_jobs_running)) return {};
    return fail(ErrorCode::overloaded,
                fmt::format("{} jobs over many runs wait for their turn; try again when one has "
                            "ended, or stop one",
                            limits::bulk_jobs_running));
}

// The job that the request made before; nothing when it may make one.
Result<std::optional<BulkJob>> find_earlier(Connection& connection, const BulkJob& job) {
    auto known = find_by_key(connection, job);
    if (!known || *known) return known;
    if (auto allowed = refuse_many(connection); !allowed) return std::unexpected(allowed.error());
    return std::nullopt;
}

// Those whose request may be repeated are kept.
Result<void> forget_old_ones(Connection& connection, Instant now) {
    Query remove(connection,
                 "DELETE FROM bulk_jobs WHERE status <> 'running'"
                 " AND (idempotency_key IS NULL OR created_at <= ?) AND id <="
                 " (SELECT id FROM bulk_jobs ORDER BY id DESC LIMIT 1 OFFSET ?)");
    return remove.bind(keys_end(now)).bind(limits::bulk_jobs).run();
}

Result<void> insert_job(Connection& connection, const BulkJob& job) {
    Query insert(connection,
                 "INSERT INTO bulk_jobs (id, action, status, selection, run_ids, actor,"
                 " idempotency_key, fingerprint, before_id, matched, created_at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const std::string runs = job.runs ? bytes_of(*job.runs) : "";
    insert.bind(job.id).bind(job.action).bind(job.status).bind(job.selection);
    if (job.runs)
        insert.bind_blob(runs.data(), runs.size());
    else
        insert.bind(std::nullopt);
    insert.bind(job.actor).bind(job.key).bind(job.fingerprint).bind(job.before);
    return insert.bind(job.matched).bind(job.created_at).run();
}

// Somebody may have stopped it a moment ago.
Result<void> require_running(Connection& connection, BulkJobId job) {
    Query query(connection, "SELECT 1 FROM bulk_jobs WHERE id = ? AND status = 'running'");
    auto row = query.bind(job).next();
    if (!row) return std::unexpected(row.error());
    if (*row) return {};
    return fail(ErrorCode::conflict, "job " + to_string(job) + " is over");
}

Result<void> add_step(Connection& connection, BulkJobId job, const BulkStep& step) {
    Query update(connection,
                 "UPDATE bulk_jobs SET before_id = ?, done = done + ?, kept = kept + ?,"
                 " failed = failed + ?, error = coalesce(?, error) WHERE id = ?");
    update.bind(step.before).bind(step.done).bind(step.kept).bind(step.failed);
    if (auto done = update.bind(step.error).bind(job).run(); !done) return done;
    for (const AuditEntry& entry : step.audit) {
        if (auto done = insert_audit(connection, entry); !done) return done;
    }
    return {};
}

}  // namespace

Result<BulkJob> BulkJobs::create(const BulkJob& job) {
    BulkJob created = job;
    auto done = journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        auto known = find_earlier(connection, job);
        if (!known) return std::unexpected(known.error());
        if (*known) {
            created = std::move(**known);
            return {};
        }
        if (auto forgotten = forget_old_key(connection, job); !forgotten) return forgotten;
        if (auto forgotten = forget_old_ones(connection, job.created_at); !forgotten)
            return forgotten;
        return insert_job(connection, job);
    });
    if (!done) return std::unexpected(done.error());
    return created;
}

Result<std::optional<BulkJob>> BulkJobs::earlier(const BulkJob& job) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return find_earlier(**loan, job);
}

Result<BulkJob> BulkJobs::get(BulkJobId id) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, JOB_COLUMNS " WHERE id = ?");
    query.bind(id);
    auto job = read_job(query);
    if (!job) return std::unexpected(job.error());
    if (!*job) return fail(ErrorCode::not_found, "job " + to_string(id) + " does not exist");
    return std::move(**job);
}

Result<Page<BulkJob>> BulkJobs::list(const std::string& cursor, std::size_t limit) {
    SG_ASSERT(limit > 0, "a page has room for an item");
    const auto before = parse_id_cursor(cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Uuid last;
    last.bytes.fill(0xff);
    Query query(**loan, JOB_COLUMNS " WHERE id < ? ORDER BY id DESC LIMIT ?");
    const Uuid from = before->value_or(last);
    query.bind(from).bind(limit + 1);
    Page<BulkJob> page;
    for (;;) {
        auto job = read_job(query);
        if (!job) return std::unexpected(job.error());
        if (!*job) return page;
        if (page.items.size() == limit) {
            page.next_cursor = cursor_of(page.items.back().id.uuid);
            return page;
        }
        page.items.push_back(std::move(**job));
    }
}

Result<std::optional<BulkJob>> BulkJobs::next(BulkJobId after) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, JOB_COLUMNS_AND(
                            "run_ids") " WHERE status = 'running' AND id > ? ORDER BY id LIMIT 1");
    query.bind(after);
    return read_job(query);
}

Result<DeletedRuns> BulkJobs::remove(BulkJobId job, std::span<const RunId> runs,
                                     const Deletion& deletion) {
    Result<DeletedRuns> removed;
    auto done = journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto allowed = require_running(connection, job); !allowed) return allowed;
        removed = delete_some_of(connection, {runs}, deletion, TimeBudget(portion_ms_));
        if (!removed) return std::unexpected(removed.error());
        BulkStep step;
        step.before = runs[removed->looked_at - 1];
        step.done = static_cast<std::int64_t>(removed->deleted.size());
        step.kept = static_cast<std::int64_t>(removed->looked_at) - step.done;
        return add_step(connection, job, step);
    });
    if (!done) return std::unexpected(done.error());
    return removed;
}

Result<void> BulkJobs::record(BulkJobId job, const BulkStep& step) {
    return journal_.mutate_and_wait(
        [&](Connection& connection) { return add_step(connection, job, step); });
}

Result<void> BulkJobs::end(BulkJobId job, const std::string& status, Instant now,
                           const std::optional<std::string>& error) {
    return journal_.mutate_and_wait([&](Connection& connection) {
        Query update(connection,
                     "UPDATE bulk_jobs SET status = ?, ended_at = ?, error = coalesce(?, error)"
                     " WHERE id = ? AND status = 'running'");
        return update.bind(status).bind(now).bind(error).bind(job).run();
    });
}

Result<std::optional<RunId>> BulkJobs::newest_run() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, "SELECT id FROM workflow_runs NOT INDEXED ORDER BY id DESC LIMIT 1");
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return query.id<RunId>(0);
}

Result<std::int64_t> BulkJobs::count(const RunQuery& query) {
    auto loan = database_.slow_readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return count_runs(**loan, query);
}

}  // namespace swiftgrid::store
