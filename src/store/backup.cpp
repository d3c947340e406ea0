#include "store/backup.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

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

std::unexpected<Error> cannot(std::string_view what, const std::string& path) {
    const bool is_full = errno == ENOSPC || errno == EDQUOT;
    return fail(is_full ? ErrorCode::storage_full : ErrorCode::storage_error,
                fmt::format("{} cannot be {}: {}", path, what, std::strerror(errno)));
}

// A file that becomes `path` only when it is whole; until then it goes away with this.
class NewFile {
public:
    // For the owner only: it holds what people typed and what flows were answered.
    static Result<NewFile> make(const std::string& path) {
        std::string part = path + ".part";
        ::unlink(part.c_str());  // of a process that was killed
        const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0) return cannot("made", part);
        ::close(fd);
        return NewFile(path, std::move(part));
    }

    NewFile(NewFile&& other) noexcept
        : path_(std::move(other.path_)), part_(std::exchange(other.part_, "")) {}
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile() {
        if (!part_.empty()) ::unlink(part_.c_str());
    }

    const std::string& part() const { return part_; }

    // On disk under its name when this returns.
    Result<void> keep() {
        if (auto synced = sync(part_); !synced) return synced;
        if (::rename(part_.c_str(), path_.c_str()) != 0) return cannot("named", path_);
        part_.clear();
        const auto folder = std::filesystem::path(path_).parent_path().string();
        return sync(folder.empty() ? "." : folder);
    }

private:
    NewFile(std::string path, std::string part) : path_(std::move(path)), part_(std::move(part)) {}

    static Result<void> sync(const std::string& path) {
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return cannot("opened", path);
        const bool is_done = ::fsync(fd) == 0;
        const int reason = errno;
        ::close(fd);
        errno = reason;
        return is_done ? Result<void>() : cannot("written", path);
    }

    std::string path_;
    std::string part_;  // "" once it is kept
};

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
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
Result<void> check_backup(const std::string& path, const std::string& name) {
    auto connection = Connection::open(path, sqlite::Access::read_only);
    if (!connection) return std::unexpected(connection.error());
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

}  // namespace

Result<BackupTotals> make_backup(const std::string& data_folder, const std::string& file) {
    const std::string path = data_folder + database_name;
    if (!exists(path)) return fail(ErrorCode::not_found, "there is no database " + path);
    if (exists(file))
        return fail(ErrorCode::conflict,
                    fmt::format("there is a file {} already: choose another name", file));
    auto connection = Connection::open(path, sqlite::Access::read_only);
    if (!connection) return std::unexpected(connection.error());
    auto made = NewFile::make(file);
    if (!made) return std::unexpected(made.error());
    // The database stays opened for reading; its copy is written.
    if (auto done = (*connection)->execute("PRAGMA query_only = 0"); !done)
        return std::unexpected(done.error());
    {
        Query copy(**connection, "VACUUM INTO ?");
        if (auto copied = copy.bind(made->part()).run(); !copied)
            return std::unexpected(copied.error());
    }
    if (auto checked = check_backup(made->part(), file); !checked)
        return std::unexpected(checked.error());
    const auto totals = read_totals(made->part());
    if (!totals) return std::unexpected(totals.error());
    if (auto kept = made->keep(); !kept) return std::unexpected(kept.error());
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
        return cannot("copied", file);
    }
    if (auto checked = check_backup(made->part(), file); !checked)
        return std::unexpected(checked.error());
    const auto totals = read_totals(made->part());
    if (!totals) return std::unexpected(totals.error());
    if (auto kept = made->keep(); !kept) return std::unexpected(kept.error());
    return *totals;
}

}  // namespace swiftgrid::store
