#include "store/migrate.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "base/assert.h"
#include "store/checksum.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

Result<std::map<int, std::int64_t>> applied_checksums(Connection& connection) {
    auto made = connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations ("
        "number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum INTEGER NOT NULL, "
        "applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')))");
    if (!made) return std::unexpected(made.error());
    std::map<int, std::int64_t> checksums;
    Query query(connection, "SELECT number, checksum FROM schema_migrations");
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return checksums;
        checksums.emplace(static_cast<int>(query.integer(0)), query.integer(1));
    }
}

Result<void> verify(const Connection& connection, std::span<const Migration> migrations,
                    const std::map<int, std::int64_t>& applied) {
    for (const auto& [number, checksum] : applied) {
        const auto known = std::ranges::find(migrations, number, &Migration::number);
        if (known == migrations.end())
            return fail(ErrorCode::storage_error,
                        fmt::format("database {} has had migration {}, which this program does not "
                                    "have: it was used by a newer swiftgrid, or by another one; "
                                    "use that version or restore a backup",
                                    connection.path(), number));
        if (checksum != crc32c(known->sql))
            return fail(
                ErrorCode::storage_error,
                fmt::format("database {} was migrated with another {} than this program has; "
                            "use the version that made it or restore a backup",
                            connection.path(), known->name));
    }
    return {};
}

Result<void> apply_missing(Connection& connection, std::span<const Migration> migrations) {
    auto applied = applied_checksums(connection);
    if (!applied) return std::unexpected(applied.error());
    if (auto sound = verify(connection, migrations, *applied); !sound) return sound;
    int last = 0;
    for (const Migration& migration : migrations) {
        const int number = migration.number;
        SG_ASSERT(number > last, "migrations are in the order of their numbers");
        last = number;
        if (applied->contains(number)) continue;
        auto done = connection.execute(std::string(migration.sql));
        if (!done) return done;
        Query remember(connection,
                       "INSERT INTO schema_migrations (number, name, checksum) VALUES (?, ?, ?)");
        done = remember.bind(number).bind(migration.name).bind(crc32c(migration.sql)).run();
        if (!done) return done;
    }
    return {};
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const Migration> migrations) {
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto done = apply_missing(connection, migrations);
    if (done) done = connection.execute("COMMIT");
    if (!done && connection.in_transaction()) {
        // The first error is the one to tell.
        const auto rolled_back = connection.execute("ROLLBACK");
        static_cast<void>(rolled_back);
    }
    return done;
}

}  // namespace swiftgrid::store
