#include "old_runs.h"

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

#include <sqlite3.h>

#include "base/ids.h"

namespace swiftgrid::e2e {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

Database open(const std::string& data_dir) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open((data_dir + "/swiftgrid.db").c_str(), &handle);
    Database database(handle, sqlite3_close);
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle));
    sqlite3_busy_timeout(handle, 10'000);
    return database;
}

void run(const Database& database, const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(database.get(), sql.c_str(), nullptr, nullptr, &error) == SQLITE_OK) return;
    const std::string text = error;
    sqlite3_free(error);
    throw std::runtime_error(text);
}

Statement prepare(const Database& database, const char* sql) {
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v2(database.get(), sql, -1, &handle, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(database.get()));
    return {handle, sqlite3_finalize};
}

void bind(const Statement& statement, int index, const Uuid& id) {
    sqlite3_bind_blob(statement.get(), index, id.bytes.data(), static_cast<int>(id.bytes.size()),
                      SQLITE_TRANSIENT);
}

void step(const Database& database, const Statement& statement) {
    if (sqlite3_step(statement.get()) != SQLITE_DONE)
        throw std::runtime_error(sqlite3_errmsg(database.get()));
    sqlite3_reset(statement.get());
}

}  // namespace

std::vector<std::string> write_old_runs(const std::string& data_dir, const OldRuns& runs) {
    const Database database = open(data_dir);
    const Uuid flow = parse_uuid(runs.flow).value();
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const Statement row = prepare(
        database,
        "INSERT INTO workflow_runs (id, workflow_id, graph_id, status, trigger, depth, created_at,"
        " started_after_ms, completed_after_ms, last_seq)"
        " SELECT ?1, ?2, graph_id, 3, 0, 0, ?3, 1, 5, 3 FROM workflows WHERE id = ?2");
    const Statement record =
        prepare(database,
                "INSERT INTO run_event_batches (run_id, first_seq, event_count, created_at, events,"
                " checksum) VALUES (?1, 1, 3, ?2, '[]', 0)");
    std::vector<std::string> ids;
    run(database, "BEGIN");
    for (int i = 0; i < runs.count; ++i) {
        const std::int64_t at = now - runs.days * day_ms + i;
        std::array<std::uint8_t, 10> random{};
        random[0] = static_cast<std::uint8_t>(runs.days);
        const Uuid id = make_uuid_v7(Instant{at}, random);
        bind(row, 1, id);
        bind(row, 2, flow);
        sqlite3_bind_int64(row.get(), 3, at);
        step(database, row);
        bind(record, 1, id);
        sqlite3_bind_int64(record.get(), 2, at);
        step(database, record);
        ids.push_back(to_string(id));
    }
    const Statement count =
        prepare(database,
                "INSERT INTO workflow_run_counts (workflow_id, run_count) VALUES (?1, ?2)"
                " ON CONFLICT DO UPDATE SET run_count = run_count + excluded.run_count");
    bind(count, 1, flow);
    sqlite3_bind_int64(count.get(), 2, runs.count);
    step(database, count);
    run(database, "COMMIT");
    return ids;
}

std::int64_t count_in(const std::string& data_dir, const std::string& sql) {
    const Database database = open(data_dir);
    const Statement query = prepare(database, sql.c_str());
    if (sqlite3_step(query.get()) != SQLITE_ROW)
        throw std::runtime_error(sqlite3_errmsg(database.get()));
    return sqlite3_column_int64(query.get(), 0);
}

}  // namespace swiftgrid::e2e
