#include "app/backup.h"

#include <filesystem>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "base/json.h"
#include "store/backup.h"

namespace swiftgrid::app {
namespace {

std::string described(const store::BackupTotals& totals) {
    return fmt::format("{} workflows, {} runs ({} not ended), {:.1f} MB", totals.flows, totals.runs,
                       totals.open_runs, static_cast<double>(totals.bytes) / 1e6);
}

void print_json(const std::string& file, const store::BackupTotals& totals) {
    fmt::print("{}\n", to_json(json::object{{"file", file},
                                            {"bytes", totals.bytes},
                                            {"flows", totals.flows},
                                            {"runs", totals.runs},
                                            {"openRuns", totals.open_runs},
                                            {"needsServerKey", totals.is_sealed}}));
}

}  // namespace

int run_backup(const BackupOptions& options) {
    const auto totals = store::make_backup(options.data_dir, options.file);
    if (!totals) return failed(totals.error());
    if (options.json) {
        print_json(options.file, *totals);
        return exit_done;
    }
    fmt::print("{}: {}\n", options.file, described(*totals));
    if (totals->is_sealed)
        fmt::print("Secrets open only with server.key, which is not in it: keep that, too.\n");
    return exit_done;
}

int run_restore(const RestoreOptions& options) {
    const auto totals = store::restore_backup(options.file, options.data_dir);
    if (!totals) return failed(totals.error());
    if (options.json) {
        print_json(options.file, *totals);
        return exit_done;
    }
    fmt::print("{}: {}\n", options.data_dir, described(*totals));
    if (totals->open_runs > 0)
        fmt::print("Runs that had not ended go on when a server starts on it.\n");
    std::error_code ignored;
    if (totals->is_sealed && !std::filesystem::exists(options.data_dir + "/server.key", ignored))
        fmt::print("Put server.key into it before a server starts: secrets open only with it.\n");
    return exit_done;
}

}  // namespace swiftgrid::app
