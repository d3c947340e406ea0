#include "control/online_backup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "store/backup.h"

namespace swiftgrid::control {
namespace {

using IsTaken = std::shared_ptr<std::atomic<bool>>;

// Gives the place free when the last one that holds it goes away.
class Turn {
public:
    explicit Turn(IsTaken is_taken) : is_taken_(std::move(is_taken)) {}
    ~Turn() { *is_taken_ = false; }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    IsTaken is_taken_;
};

// A file that has no name any more: it goes away with this, and with the process.
class CopyBytes : public TextSource {
public:
    CopyBytes(int fd, std::shared_ptr<Turn> turn) : fd_(fd), turn_(std::move(turn)) {}
    ~CopyBytes() override { ::close(fd_); }

    CopyBytes(const CopyBytes&) = delete;
    CopyBytes& operator=(const CopyBytes&) = delete;

    Result<bool> next(std::string& out) override {
        constexpr std::size_t piece_bytes = 256 * 1024;
        const std::size_t begin = out.size();
        out.resize(begin + piece_bytes);
        ssize_t read = -1;
        do {
            read = ::read(fd_, out.data() + begin, piece_bytes);
        } while (read < 0 && errno == EINTR);
        const int reason = errno;
        out.resize(begin + static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
        if (read < 0)
            return fail(ErrorCode::storage_error,
                        std::string("the backup cannot be read: ") + std::strerror(reason));
        return read > 0;
    }

private:
    int fd_;
    std::shared_ptr<Turn> turn_;  // gone after the file
};

// A copy must not take the room that runs need: they would be refused.
Result<void> check_room(const std::string& folder) {
    std::uint64_t needed = limits::backup_disk_left_bytes;
    std::error_code ignored;
    for (const char* name : {"/swiftgrid.db", "/swiftgrid.db-wal"}) {
        const auto bytes = std::filesystem::file_size(folder + name, ignored);
        if (!ignored) needed += bytes;
    }
    const auto space = std::filesystem::space(folder, ignored);
    if (ignored || space.available >= needed) return {};
    return fail(ErrorCode::storage_full,
                fmt::format("The disk of {} has {} MiB left, and the copy may need {}: make room, "
                            "or make the backup at the server, with --data-dir, onto another disk.",
                            folder, space.available / limits::mebibyte, needed / limits::mebibyte));
}

std::unexpected<Error> server_stops() {
    return fail(ErrorCode::overloaded, "The server is stopping.");
}

}  // namespace

OnlineBackup::OnlineBackup(Parts parts)
    : parts_(std::move(parts)),
      file_(parts_.data_dir + "/backup-under-way"),
      is_taken_(std::make_shared<std::atomic<bool>>(false)) {
    // Of a process that was killed.
    for (const char* ending : {"", ".part", ".part-journal"}) ::unlink((file_ + ending).c_str());
}

std::stop_source OnlineBackup::begin(const std::string& actor, Done done) {
    std::stop_source stop;
    const std::lock_guard lock(mutex_);
    if (has_ended_) {
        done(server_stops());
        return stop;
    }
    if (is_taken_->exchange(true)) {
        done(fail(ErrorCode::conflict,
                  "Another backup is being made or fetched; try again when it is done."));
        return stop;
    }
    if (thread_.joinable()) thread_.join();  // it has given its place free already
    stop_ = stop;
    thread_ = std::thread([this, actor, stop, done = std::move(done)]() mutable {
        // What waits for the answer goes away before the place is free.
        std::exchange(done, nullptr)(make(actor, stop.get_token()));
    });
    return stop;
}

void OnlineBackup::end() {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
}

Result<OnlineBackup::Bytes> OnlineBackup::make(const std::string& actor,
                                               const std::stop_token& stop) const {
    auto turn = std::make_shared<Turn>(is_taken_);
    if (auto room = check_room(parts_.data_dir); !room) return std::unexpected(room.error());
    const auto totals = store::make_backup(parts_.data_dir, file_, stop);
    if (!totals && has_ended_) return server_stops();
    if (!totals) return std::unexpected(totals.error());
    const int fd = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
    const int reason = errno;
    ::unlink(file_.c_str());
    if (fd < 0)
        return fail(ErrorCode::storage_error,
                    std::string("the backup cannot be opened: ") + std::strerror(reason));
    auto bytes = std::make_shared<CopyBytes>(fd, std::move(turn));
    store::AuditEntry audit;
    audit.action = "BACKUP_MADE";
    audit.actor = actor;
    audit.metadata = to_json(json::object{{"bytes", totals->bytes}, {"runs", totals->runs}});
    audit.created_at = parts_.clock.now();
    // Nothing of it leaves before it is known who has it.
    if (auto noted = parts_.catalog.add_audit(audit); !noted) return std::unexpected(noted.error());
    return bytes;
}

}  // namespace swiftgrid::control
