#include "store/inspector.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "store/catalog_rows.h"
#include "store/migrate.h"
#include "store/run_codes.h"
#include "store/run_list.h"

namespace swiftgrid::store {

using sqlite::Connection;
using sqlite::Query;

Result<std::unique_ptr<Inspector>> Inspector::open(const std::string& data_folder) {
    const std::string path = data_folder + "/swiftgrid.db";
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return fail(ErrorCode::not_found, "there is no database " + path);
    auto connection = Connection::open(path, sqlite::Access::read_only);
    if (!connection) return std::unexpected(connection.error());
    std::unique_ptr<Inspector> inspector(new Inspector(data_folder, std::move(*connection)));
    if (auto known = inspector->require_schema(); !known) return std::unexpected(known.error());
    return inspector;
}

Result<void> Inspector::require_schema() {
    // A number below the last one may still be missing.
    Query query(*connection_, "SELECT coalesce(max(number), 0), count(*) FROM schema_migrations");
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    const auto migrations = embedded_migrations();
    const std::int64_t known = migrations.back().number;
    if (query.integer(0) == known && query.integer(1) == std::ssize(migrations)) return {};
    if (query.integer(0) > known)
        return fail(ErrorCode::storage_error,
                    fmt::format("database {} has schema {}, but this program knows only {}: it was "
                                "used by a newer swiftgrid; use that version or restore a backup",
                                connection_->path(), query.integer(0), known));
    return fail(ErrorCode::storage_error,
                fmt::format("database {} has {} of the {} migrations of this program: use the "
                            "version that made it, or start a server of this one on it first",
                            connection_->path(), query.integer(1), migrations.size()));
}

Result<std::vector<std::string>> Inspector::check_file() {
    std::vector<std::string> findings;
    Query query(*connection_, "PRAGMA quick_check(20)");
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return findings;
        if (query.view(0) != "ok") findings.push_back(query.text(0));
    }
}

Result<std::int64_t> Inspector::count_runs() {
    Query query(*connection_, "SELECT count(*) FROM workflow_runs");
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    return query.integer(0);
}

Result<std::vector<RunId>> Inspector::read_ids(const std::optional<RunId>& after,
                                               std::size_t limit) {
    Query query(*connection_, "SELECT id FROM workflow_runs WHERE id > ? ORDER BY id LIMIT ?");
    const std::string_view nothing("");  // sorts before every id
    if (after)
        query.bind(*after);
    else
        query.bind_blob(nothing.data(), 0);
    query.bind(limit);
    return sqlite::read_ids<RunId>(query);
}

Result<bool> Inspector::read_run(RunId run, const Visitor& visitor) {
    const auto snapshot = sqlite::Snapshot::take(*connection_);
    if (!snapshot) return std::unexpected(snapshot.error());
    auto found = find_run(*connection_, run);
    if (!found) return std::unexpected(found.error());
    if (!*found) return false;
    visitor.begin(**found);
    if (auto visited = visit_records(run, visitor.visit); !visited)
        return std::unexpected(visited.error());
    return true;
}

Result<void> Inspector::visit_records(
    RunId run, const std::function<void(const StoredRecord& record)>& visit) {
    Query query(*connection_,
                "SELECT first_seq, event_count, created_at, events, checksum FROM run_event_batches"
                " WHERE run_id = ? ORDER BY first_seq");
    query.bind(run);
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return {};
        visit(record_of(query, run));
    }
}

Result<std::string> Inspector::status_of(RunId run) {
    Query query(*connection_, "SELECT status FROM workflow_runs WHERE id = ?");
    auto row = query.bind(run).next();
    if (!row) return std::unexpected(row.error());
    return *row ? status_text(static_cast<int>(query.integer(0))) : std::string();
}

Result<std::vector<RunId>> Inspector::runs_without_row(std::size_t limit) {
    Query query(*connection_,
                "SELECT DISTINCT run_id FROM run_event_batches AS batch WHERE first_seq = 1"
                " AND NOT EXISTS (SELECT 1 FROM workflow_runs WHERE id = batch.run_id) LIMIT ?");
    query.bind(limit);
    return sqlite::read_ids<RunId>(query);
}

Result<std::string> Inspector::read_graph(GraphId graph) {
    Query query(*connection_, "SELECT graph FROM workflow_graphs WHERE id = ?");
    auto row = query.bind(graph).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return fail(ErrorCode::not_found, "graph " + to_string(graph) + " is not stored");
    return query.text(0);
}

Result<std::vector<SecretRow>> Inspector::read_secrets() {
    return store::read_secrets(*connection_);
}

// The lock itself cannot be asked for without holding it for a moment, in which a server could not
// start.
std::optional<int> Inspector::owner() const {
    std::ifstream file(folder_ + "/swiftgrid.lock");
    int pid = 0;
    if (!(file >> pid) || pid <= 0) return std::nullopt;
    if (::kill(pid, 0) != 0 && errno == ESRCH) return std::nullopt;
    return pid;
}

}  // namespace swiftgrid::store
