#pragma once

// The database of one data folder: its lock, its one writing connection, its readers and the thread
// that keeps the log short. <folder>/swiftgrid.db with its -wal and -shm files is all there is.

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/checkpointer.h"
#include "store/commit_gate.h"
#include "store/data_lock.h"
#include "store/notification_causes.h"
#include "store/readers.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

class Database {
public:
    // Locks the folder, opens or makes the database and brings it to the present schema.
    static Result<std::unique_ptr<Database>> open(const std::string& data_folder);

    // Gone when closed. Nothing is synced: there is nothing to sync to.
    static Result<std::unique_ptr<Database>> open_in_memory();

    ~Database();

    // For the one thread that commits.
    sqlite::Connection& writer() { return *writer_; }

    // Held for the length of a transaction.
    CommitGate& commit_gate() { return commit_gate_; }
    void note_commit();
    NotificationCauses& causes() { return causes_; }

    Readers& readers() { return *readers_; }
    // For what may read many rows: it waits for its like alone, and nothing else waits for it.
    Readers& slow_readers() { return *slow_readers_; }

    // The data folder, or "memory".
    const std::string& place() const { return place_; }

    // What the file system has left for us; nothing when it cannot be told or does not matter.
    std::optional<std::uint64_t> free_bytes() const;

private:
    explicit Database(std::string place) : place_(std::move(place)) {}

    Result<void> open_connections(const std::string& path);
    Result<void> start_checkpointer(const std::string& path);

    std::string place_;
    std::optional<DataLock> lock_;
    CommitGate commit_gate_;
    NotificationCauses causes_;
    std::unique_ptr<sqlite::Connection> writer_;
    std::unique_ptr<Readers> readers_;
    std::unique_ptr<Readers> slow_readers_;
    std::unique_ptr<Checkpointer> checkpointer_;
};

}  // namespace swiftgrid::store
