#pragma once

// SQLite as the store uses it: a Connection, and a Query that runs one statement on it. Statements
// are prepared once and cached by their text. A connection belongs to one thread at a time. Errors
// are `storage_full` when the disk (or its quota) is, else `storage_error`, and name the file.

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace swiftgrid::store::sqlite {

enum class Access { read_write, read_only };

class Connection {
public:
    // `path` is a file or the URI of a database in memory.
    static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // Runs every statement of the text; for schemas and settings.
    Result<void> execute(const std::string& sql);

    // Rows the last statement changed.
    std::int64_t changed_rows() const;

    bool in_transaction() const;

    // Any thread: the statement that runs fails.
    void interrupt();

    // Pages in the write-ahead log after the last commit of this connection.
    int wal_pages() const { return wal_pages_; }
    void count_wal_pages();

    // Copies what it can from the log into the database without waiting for anyone. Truncating
    // needs that nobody reads; it is `storage_error` when somebody does.
    struct Checkpoint {
        int pages_in_log = 0;
        int pages_copied = 0;
    };
    enum class CheckpointKind { passive, truncate };
    Result<Checkpoint> checkpoint(CheckpointKind kind);

    // What the last failed call of this connection means.
    Error error(int code, std::string_view doing) const;

    const std::string& path() const { return path_; }
    sqlite3* handle() { return handle_; }

private:
    friend class Query;

    struct Cached {
        sqlite3_stmt* statement = nullptr;
        bool in_use = false;
    };

    Connection(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

    sqlite3* handle_;
    std::string path_;
    int wal_pages_ = 0;
    std::unordered_map<std::string_view, Cached> statements_;  // keys are the literals themselves
};

// One run of one statement. Parameters are bound in order of their `?`; bound text and blobs must
// live until the query is gone. A failure to prepare shows at the first next() or run().
class Query {
public:
    // `sql` must be a literal: its statement stays prepared for the connection's life.
    template <std::size_t size>
    Query(Connection& connection, const char (&sql)[size])
        : Query(connection, std::string_view(sql, size - 1), true) {}

    // For SQL that is put together: prepared for this run only.
    static Query once(Connection& connection, const std::string& sql) {
        return {connection, sql, false};
    }

    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    Query& bind(std::string_view text);
    Query& bind(const std::string& text) { return bind(std::string_view(text)); }
    Query& bind(const char* text) { return bind(std::string_view(text)); }
    Query& bind(std::nullopt_t);
    Query& bind(Instant instant) { return bind(instant.milliseconds_since_epoch); }
    Query& bind(const GraphId& id) { return bind_blob(id.bytes.data(), id.bytes.size()); }
    Query& bind(const Uuid& uuid) { return bind_blob(uuid.bytes.data(), uuid.bytes.size()); }
    Query& bind_blob(const void* data, std::size_t size);

    template <typename Tag>
    Query& bind(const Id<Tag>& id) {
        return bind(id.uuid);
    }
    template <std::integral Integer>
    Query& bind(Integer value) {
        return bind_integer(static_cast<std::int64_t>(value));
    }
    template <typename Value>
    Query& bind(const std::optional<Value>& value) {
        return value ? bind(*value) : bind(std::nullopt);
    }
    // A temporary would be gone when the query runs.
    Query& bind(std::string&&) = delete;
    Query& bind(GraphId&&) = delete;
    Query& bind(Uuid&&) = delete;
    template <typename Tag>
    Query& bind(Id<Tag>&&) = delete;

    // True when there is a row to read.
    Result<bool> next();

    // Runs a statement whose rows do not matter. Afterwards parameters may be bound for another
    // run.
    Result<void> run();

    // Columns of the present row, counted from 0. Views hold until the next next().
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::string_view view(int column) const;
    std::string text(int column) const { return std::string(view(column)); }
    Uuid uuid(int column) const;
    GraphId graph_id(int column) const;
    Instant instant(int column) const { return {integer(column)}; }

    template <typename IdType>
    IdType id(int column) const {
        return IdType{uuid(column)};
    }
    template <typename IdType>
    std::optional<IdType> optional_id(int column) const {
        if (is_null(column)) return std::nullopt;
        return IdType{uuid(column)};
    }
    std::optional<std::int64_t> optional_integer(int column) const {
        if (is_null(column)) return std::nullopt;
        return integer(column);
    }
    std::optional<std::string> optional_text(int column) const {
        if (is_null(column)) return std::nullopt;
        return text(column);
    }

    std::optional<Instant> optional_instant(int column) const {
        if (is_null(column)) return std::nullopt;
        return instant(column);
    }

private:
    Query(Connection& connection, std::string_view sql, bool cached);

    Query& bind_integer(std::int64_t value);

    Connection& connection_;
    Connection::Cached* cached_ = nullptr;
    sqlite3_stmt* statement_ = nullptr;
    std::optional<Error> failure_;
    int bound_ = 0;
};

// Every row that is left, each read by `read`.
template <typename Read>
auto read_rows(Query& query, Read read)
    -> Result<std::vector<std::invoke_result_t<Read, const Query&>>> {
    std::vector<std::invoke_result_t<Read, const Query&>> rows;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return rows;
        rows.push_back(read(std::as_const(query)));
    }
}

// The ids that the first column gives.
template <typename IdType>
Result<std::vector<IdType>> read_ids(Query& query) {
    return read_rows(query, [](const Query& row) { return row.id<IdType>(0); });
}

// What the connection reads while it lives is as of one commit.
class Snapshot {
public:
    // Nothing to do in a transaction.
    static Result<Snapshot> take(Connection& connection);

    Snapshot(Snapshot&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
    Snapshot& operator=(Snapshot&&) = delete;
    ~Snapshot();

private:
    explicit Snapshot(Connection* connection) : connection_(connection) {}

    Connection* connection_;  // that has to end it; null: none
};

}  // namespace swiftgrid::store::sqlite
