#include "store/sqlite.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/assert.h"

namespace swiftgrid::store::sqlite {
namespace {

// Nobody outside this process writes, so waiting is only ever for a moment.
constexpr int busy_timeout_ms = 5'000;

bool means_full(int code, int system_error) {
    if ((code & 0xff) == SQLITE_FULL) return true;
    const bool no_room = system_error == ENOSPC || system_error == EDQUOT;
    // The index of the log could not grow; nothing of the transaction has been written yet.
    return no_room && (code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_SHMMAP);
}

int note_wal_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access) {
    const bool in_memory = path.starts_with("file:");
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    // A database in memory is there only while somebody could write to it.
    if (access == Access::read_write || in_memory)
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    else
        flags |= SQLITE_OPEN_READONLY;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Connection> connection(new Connection(handle, path));
    if (!handle) return fail(ErrorCode::storage_error, "there is no memory to open " + path);
    if (code != SQLITE_OK) return std::unexpected(connection->error(code, "opening it"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    if (access == Access::read_only) {
        if (auto done = connection->execute("PRAGMA query_only = 1"); !done)
            return std::unexpected(done.error());
    }
    return connection;
}

Connection::~Connection() {
    for (auto& [sql, cached] : statements_) {
        SG_ASSERT(!cached.in_use, "a query ends before its connection");
        sqlite3_finalize(cached.statement);
    }
    sqlite3_close_v2(handle_);
}

Result<void> Connection::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error(code, sql.substr(0, 60)));
    return {};
}

std::int64_t Connection::changed_rows() const { return sqlite3_changes64(handle_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Connection::interrupt() { sqlite3_interrupt(handle_); }

void Connection::count_wal_pages() { sqlite3_wal_hook(handle_, note_wal_pages, &wal_pages_); }

Result<Connection::Checkpoint> Connection::checkpoint(CheckpointKind kind) {
    const int mode =
        kind == CheckpointKind::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    Checkpoint result;
    const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, &result.pages_in_log,
                                               &result.pages_copied);
    if (code != SQLITE_OK) return std::unexpected(error(code, "a checkpoint"));
    return result;
}

Error Connection::error(int code, std::string_view doing) const {
    const int system_error = sqlite3_system_errno(handle_);
    std::string message =
        fmt::format("database {}: {} ({}) while {}", path_, sqlite3_errmsg(handle_), code, doing);
    if (system_error != 0) message += fmt::format(": {}", std::strerror(system_error));
    const ErrorCode kind =
        means_full(code, system_error) ? ErrorCode::storage_full : ErrorCode::storage_error;
    return {kind, std::move(message)};
}

Query::Query(Connection& connection, std::string_view sql, bool cached) : connection_(connection) {
    if (cached) {
        cached_ = &connection.statements_[sql];
        SG_ASSERT(!cached_->in_use, "a cached statement is run by one query at a time");
        statement_ = cached_->statement;
    }
    if (!statement_) {
        const int code =
            sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                               cached ? SQLITE_PREPARE_PERSISTENT : 0, &statement_, nullptr);
        if (code != SQLITE_OK) failure_ = connection.error(code, sql.substr(0, 60));
    }
    if (cached_ && statement_) {
        cached_->statement = statement_;
        cached_->in_use = true;
    }
}

Query::~Query() {
    if (!cached_) {
        sqlite3_finalize(statement_);
        return;
    }
    if (!statement_) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    cached_->in_use = false;
}

Query& Query::bind(std::string_view text) {
    // An empty view may have no data at all, which SQLite would take for NULL.
    const char* data = text.data() ? text.data() : "";
    if (statement_)
        sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

Query& Query::bind(std::nullopt_t) {
    if (statement_) sqlite3_bind_null(statement_, ++bound_);
    return *this;
}

Query& Query::bind_blob(const void* data, std::size_t size) {
    if (statement_) sqlite3_bind_blob64(statement_, ++bound_, data, size, SQLITE_STATIC);
    return *this;
}

Query& Query::bind_integer(std::int64_t value) {
    if (statement_) sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
}

Result<bool> Query::next() {
    if (failure_) return std::unexpected(*failure_);
    SG_ASSERT(bound_ == sqlite3_bind_parameter_count(statement_), "every parameter is bound");
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return std::unexpected(
        connection_.error(code, std::string_view(sqlite3_sql(statement_)).substr(0, 60)));
}

Result<void> Query::run() {
    for (;;) {
        auto row = next();
        if (!row) return std::unexpected(row.error());
        if (*row) continue;
        sqlite3_reset(statement_);
        bound_ = 0;
        return {};
    }
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::view(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return {static_cast<const char*>(data), data ? size : 0};
}

Uuid Query::uuid(int column) const {
    const std::string_view bytes = view(column);
    Uuid uuid;
    if (bytes.size() == uuid.bytes.size())
        std::memcpy(uuid.bytes.data(), bytes.data(), bytes.size());
    return uuid;
}

GraphId Query::graph_id(int column) const {
    const std::string_view bytes = view(column);
    GraphId id;
    if (bytes.size() == id.bytes.size()) std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
    return id;
}

Result<Snapshot> Snapshot::take(Connection& connection) {
    if (connection.in_transaction()) return Snapshot(nullptr);
    if (auto begun = connection.execute("BEGIN"); !begun) return std::unexpected(begun.error());
    return Snapshot(&connection);
}

Snapshot::~Snapshot() {
    if (!connection_) return;
    // Nothing was changed that could be lost.
    const auto ended = connection_->execute("ROLLBACK");
    static_cast<void>(ended);
}

}  // namespace swiftgrid::store::sqlite
