#pragma once

// Reads a data folder without owning it: beside a running server, after a crash, and when it is
// damaged. Changes nothing. Belongs to one thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/batch_rows.h"
#include "store/catalog_types.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

class Inspector {
public:
    // `not_found` when there is no database, `storage_error` when its schema is not ours.
    static Result<std::unique_ptr<Inspector>> open(const std::string& data_folder);

    // Any thread: what is being read ends with an error.
    void interrupt() { connection_->interrupt(); }

    // What SQLite finds wrong with its file, at most some sentences. Reads the whole file.
    Result<std::vector<std::string>> check_file();

    Result<std::int64_t> count_runs();

    // Ids of runs behind `after`, in order, at most `limit`.
    Result<std::vector<RunId>> read_ids(const std::optional<RunId>& after, std::size_t limit);

    // A run's row and its records in order, all as of one instant. False when the run is gone.
    struct Visitor {
        std::function<void(const RunSummary& run)> begin;
        std::function<void(const StoredRecord& record)> visit;
    };
    Result<bool> read_run(RunId run, const Visitor& visitor);

    // "" when the run is not stored.
    Result<std::string> status_of(RunId run);

    // Runs that have events and no row, at most `limit`. Reads an index, not the events.
    Result<std::vector<RunId>> runs_without_row(std::size_t limit);

    Result<std::string> read_graph(GraphId graph);

    // In order of name, sealed.
    Result<std::vector<SecretRow>> read_secrets();

    // The process that owns the folder, when it lives.
    std::optional<int> owner() const;

private:
    Inspector(std::string folder, std::unique_ptr<sqlite::Connection> connection)
        : folder_(std::move(folder)), connection_(std::move(connection)) {}

    Result<void> require_schema();
    Result<void> visit_records(RunId run,
                               const std::function<void(const StoredRecord& record)>& visit);

    std::string folder_;
    std::unique_ptr<sqlite::Connection> connection_;
};

}  // namespace swiftgrid::store
