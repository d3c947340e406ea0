#include "store/database.h"

#include <atomic>
#include <filesystem>

#include <sys/statvfs.h>

#include "store/migrate.h"

namespace swiftgrid::store {
namespace {

// Small pages keep the commit of a single run small: it touches seven of them.
constexpr const char* page_setting = "PRAGMA page_size = 4096";
constexpr int page_bytes = 4096;
// The log is copied into the database when it has grown by this much.
constexpr int log_bytes = 16 * 1024 * 1024;

constexpr const char* file_settings =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864;";

// Automatic checkpoints would run inside a commit.
constexpr const char* writer_settings =
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA foreign_keys = 1;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -8192;";

// Reads are short and come from a handful of threads; each connection costs some memory.
constexpr std::size_t readers_max = 4;
constexpr std::size_t slow_readers_max = 1;

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& data_folder) {
    auto lock = DataLock::acquire(data_folder);
    if (!lock) return std::unexpected(lock.error());
    std::unique_ptr<Database> database(new Database(data_folder));
    database->lock_ = std::move(*lock);
    const std::string path = data_folder + "/swiftgrid.db";
    if (auto opened = database->open_connections(path); !opened)
        return std::unexpected(opened.error());
    if (auto started = database->start_checkpointer(path); !started)
        return std::unexpected(started.error());
    return database;
}

Result<std::unique_ptr<Database>> Database::open_in_memory() {
    static std::atomic<int> next = 1;
    std::unique_ptr<Database> database(new Database("memory"));
    const std::string path = "file:/swiftgrid-" + std::to_string(next++) + "?vfs=memdb";
    if (auto opened = database->open_connections(path); !opened)
        return std::unexpected(opened.error());
    return database;
}

Database::~Database() {
    // The writer goes last: closing the last connection copies the log and removes it.
    checkpointer_.reset();
    readers_.reset();
    slow_readers_.reset();
    writer_.reset();
}

Result<void> Database::open_connections(const std::string& path) {
    auto writer = sqlite::Connection::open(path, sqlite::Access::read_write);
    if (!writer) return std::unexpected(writer.error());
    writer_ = std::move(*writer);
    auto done = writer_->execute(page_setting);
    if (done && lock_) done = writer_->execute(file_settings);
    if (done) done = writer_->execute(writer_settings);
    if (done) done = migrate(*writer_);
    if (!done) return done;
    readers_ = std::make_unique<Readers>(path, readers_max);
    slow_readers_ = std::make_unique<Readers>(path, slow_readers_max);
    return {};
}

Result<void> Database::start_checkpointer(const std::string& path) {
    auto connection = sqlite::Connection::open(path, sqlite::Access::read_write);
    if (!connection) return std::unexpected(connection.error());
    // It holds commits off while it waits, so it does not wait.
    auto set = (*connection)->execute("PRAGMA busy_timeout = 0; PRAGMA cache_size = -64;");
    if (!set) return set;
    checkpointer_ = std::make_unique<Checkpointer>(std::move(*connection), commit_gate_,
                                                   log_bytes / page_bytes);
    writer_->count_wal_pages();
    return {};
}

void Database::note_commit() {
    if (checkpointer_) checkpointer_->note_commit(writer_->wal_pages());
}

std::optional<Database::FileSizes> Database::file_sizes() const {
    if (!lock_) return std::nullopt;
    const auto size_of = [this](const char* name) {
        std::error_code error;
        const auto size = std::filesystem::file_size(place_ + name, error);
        return error ? 0 : size;
    };
    return FileSizes{size_of("/swiftgrid.db"), size_of("/swiftgrid.db-wal")};
}

std::optional<std::uint64_t> Database::free_bytes() const {
    struct statvfs status{};
    if (!lock_ || ::statvfs(place_.c_str(), &status) != 0) return std::nullopt;
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace swiftgrid::store
