#include "store/backup.h"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

#include "store/data_lock.h"
#include "store/migrate.h"
#include "store/sqlite.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

constexpr const char* database_name = "/swiftgrid.db";

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

std::unexpected<Error> there_already(const std::string& file) {
    return fail(ErrorCode::conflict,
                fmt::format("there is a file {} already: choose another name", file));
}

// The statements of the connection fail as soon as a stop is asked for, also one that was asked for
// before they began: an interrupt would be lost then.
void end_on(sqlite3* connection, const std::stop_token& stop) {
    // A step may copy a row of some megabytes.
    constexpr int steps_between_looks = 20;
    const auto is_stopped = [](void* token) {
        return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
    };
    sqlite3_progress_handler(connection, steps_between_looks, is_stopped,
                             const_cast<std::stop_token*>(&stop));
}

Result<BackupTotals> read_totals(const std::string& path) {
    auto connection = Connection::open(path, sqlite::Access::read_only);
    if (!connection) return std::unexpected(connection.error());
    Query query(**connection,
                "SELECT (SELECT count(*) FROM workflows), (SELECT count(*) FROM workflow_runs),"
                " (SELECT count(*) FROM workflow_runs WHERE status < 3),"
                " EXISTS (SELECT 1 FROM secrets)");
    auto row = query.next();
    if (!row) return std::unexpected(row.error());
    std::error_code ignored;
    return BackupTotals{std::filesystem::file_size(path, ignored), query.integer(0),
                        query.integer(1), query.integer(2), query.integer(3) != 0};
}

// That it is ours, of no newer program, and whole.
Result<void> check_backup(const std::string& path, const std::string& name,
                          const std::stop_token& stop = {}) {
    auto connection = Connection::open(path, sqlite::Access::read_only);
    if (!connection) return std::unexpected(connection.error());
    end_on((*connection)->handle(), stop);
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::bad_request, fmt::format("{} {}", name, why));
    };
    Query migrations(**connection, "SELECT max(number) FROM schema_migrations");
    const auto row = migrations.next();
    if (!row || !*row || migrations.is_null(0)) return refuse("is no backup of a data folder");
    if (migrations.integer(0) > embedded_migrations().back().number)
        return refuse("was made by a newer swiftgrid: use that version");
    Query check(**connection, "PRAGMA quick_check(1)");
    const auto checked = check.next();
    if (!checked) return std::unexpected(checked.error());
    if (check.view(0) != "ok") return refuse("is damaged: " + check.text(0));
    return {};
}

// The copy in the place of `file`, checked.
Result<BackupTotals> copy_database(Connection& connection, const std::string& file,
                                   const std::stop_token& stop) {
    auto made = NewFile::make(file);
    if (!made) return std::unexpected(made.error());
    ::unlink((made->part() + "-journal").c_str());  // SQLite's, of a process that was killed
    {
        Query copy(connection, "VACUUM INTO ?");
        if (auto copied = copy.bind(made->part()).run(); !copied)
            return std::unexpected(copied.error());
    }
    if (auto checked = check_backup(made->part(), file, stop); !checked)
        return std::unexpected(checked.error());
    const auto totals = read_totals(made->part());
    if (!totals) return std::unexpected(totals.error());
    if (auto kept = made->keep(); !kept) return std::unexpected(kept.error());
    return *totals;
}

}  // namespace

Result<BackupTotals> make_backup(const std::string& data_folder, const std::string& file,
                                 const std::stop_token& stop) {
    const std::string path = data_folder + database_name;
    if (!exists(path)) return fail(ErrorCode::not_found, "there is no database " + path);
    if (exists(file)) return there_already(file);
    auto connection = Connection::open(path, sqlite::Access::read_only);
    if (!connection) return std::unexpected(connection.error());
    end_on((*connection)->handle(), stop);
    // The database stays opened for reading; its copy is written.
    if (auto done = (*connection)->execute("PRAGMA query_only = 0"); !done)
        return std::unexpected(done.error());
    const auto unwanted = [] {
        return fail(ErrorCode::cancelled, "nobody wants the backup any more");
    };
    // A small database is copied in less steps than those between two looks.
    if (stop.stop_requested()) return unwanted();
    auto totals = copy_database(**connection, file, stop);
    if (!totals && stop.stop_requested()) return unwanted();
    return totals;
}

Result<IncomingBackup> IncomingBackup::begin(const std::string& file) {
    if (exists(file)) return there_already(file);
    auto part = NewFile::make(file);
    if (!part) return std::unexpected(part.error());
    const int fd = ::open(part->part().c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return file_error("opened", part->part());
    return IncomingBackup(file, *std::move(part), fd);
}

IncomingBackup::IncomingBackup(IncomingBackup&& other) noexcept
    : file_(std::move(other.file_)),
      part_(std::move(other.part_)),
      fd_(std::exchange(other.fd_, -1)) {}

IncomingBackup::~IncomingBackup() {
    if (fd_ >= 0) ::close(fd_);
}

Result<void> IncomingBackup::append(std::string_view piece) {
    while (!piece.empty()) {
        const ssize_t written = ::write(fd_, piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return file_error("written", file_);
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<BackupTotals> IncomingBackup::keep() {
    if (auto checked = check_backup(part_.part(), file_); !checked)
        return std::unexpected(checked.error());
    const auto totals = read_totals(part_.part());
    if (!totals) return std::unexpected(totals.error());
    if (auto kept = part_.keep(); !kept) return std::unexpected(kept.error());
    return *totals;
}

Result<BackupTotals> restore_backup(const std::string& file, const std::string& data_folder) {
    if (!exists(file)) return fail(ErrorCode::not_found, "there is no file " + file);
    const auto lock = DataLock::acquire(data_folder);
    if (!lock) return std::unexpected(lock.error());
    const std::string path = data_folder + database_name;
    if (exists(path))
        return fail(ErrorCode::conflict,
                    fmt::format("the data folder {} holds a database already: restore into a new "
                                "folder, or move {} away first",
                                data_folder, path));
    auto made = NewFile::make(path);
    if (!made) return std::unexpected(made.error());
    std::error_code error;
    std::filesystem::copy_file(file, made->part(),
                               std::filesystem::copy_options::overwrite_existing, error);
    if (error) {
        errno = error.value();
        return file_error("copied", file);
    }
    if (auto checked = check_backup(made->part(), file); !checked)
        return std::unexpected(checked.error());
    const auto totals = read_totals(made->part());
    if (!totals) return std::unexpected(totals.error());
    if (auto kept = made->keep(); !kept) return std::unexpected(kept.error());
    return *totals;
}

}  // namespace swiftgrid::store
