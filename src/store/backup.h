#pragma once

// A copy of everything a data folder's database holds, as one file, and a data folder made of it.

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/new_file.h"

namespace swiftgrid::store {

struct BackupTotals {
    std::uint64_t bytes = 0;
    std::int64_t flows = 0;
    std::int64_t runs = 0;
    std::int64_t open_runs = 0;
    bool is_sealed = false;  // some of it opens only with the server's key, which is not in it
};

// Copies the database as of one commit to `file`, which must not exist, readable by its owner only
// and on disk when this returns. Works beside a running server, whose log cannot be shortened
// meanwhile. `not_found` without a database, `conflict` when the file exists, `cancelled` when a
// stop is asked for. What was deleted is not in the copy. (SQLite's VACUUM INTO:
// https://www.sqlite.org/lang_vacuum.html)
Result<BackupTotals> make_backup(const std::string& data_folder, const std::string& file,
                                 const std::stop_token& stop = {});

// A backup that another machine made, as it comes in. Nothing is left of it unless it is kept.
class IncomingBackup {
public:
    // `conflict` when the file exists.
    static Result<IncomingBackup> begin(const std::string& file);

    IncomingBackup(IncomingBackup&& other) noexcept;
    IncomingBackup& operator=(IncomingBackup&&) = delete;
    ~IncomingBackup();

    Result<void> append(std::string_view piece);

    // On disk under its name when this returns; `bad_request` when it is not whole.
    Result<BackupTotals> keep();

private:
    IncomingBackup(std::string file, NewFile part, int fd)
        : file_(std::move(file)), part_(std::move(part)), fd_(fd) {}

    std::string file_;
    NewFile part_;
    int fd_;
};

// Makes `data_folder` of a backup. `conflict` when it holds a database already or is in use,
// `bad_request` when the file is no whole backup, or one of a newer program; then the folder
// stays as it was.
Result<BackupTotals> restore_backup(const std::string& file, const std::string& data_folder);

}  // namespace swiftgrid::store
