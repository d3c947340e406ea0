#include "app/backup.h"

#include <filesystem>
#include <functional>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/server_api.h"
#include "base/json.h"
#include "store/backup.h"

namespace swiftgrid::app {
namespace {

// What was copied, and for people what to mind with it.
int report(const Result<store::BackupTotals>& totals, const std::string& place,
           const std::string& file, bool as_json,
           const std::function<void(const store::BackupTotals&)>& advise) {
    if (!totals) return failed(totals.error(), as_json);
    if (as_json) {
        fmt::print("{}\n", to_json(json::object{{"file", file},
                                                {"bytes", totals->bytes},
                                                {"flows", totals->flows},
                                                {"runs", totals->runs},
                                                {"openRuns", totals->open_runs},
                                                {"needsServerKey", totals->is_sealed}}));
        return exit_done;
    }
    fmt::print("{}: {} workflows, {} runs ({} not ended), {:.1f} MB\n", place, totals->flows,
               totals->runs, totals->open_runs, static_cast<double>(totals->bytes) / 1e6);
    advise(*totals);
    return exit_done;
}

Result<store::BackupTotals> fetch(const BackupOptions& options) {
    auto file = store::IncomingBackup::begin(options.file);
    if (!file) return std::unexpected(file.error());
    ServerApi server(options.server, options.token);
    const auto answer = server.receive("POST", "/api/backup",
                                       [&](std::string_view piece) { return file->append(piece); });
    if (!answer) return std::unexpected(answer.error());
    if (!answer->is_good()) return std::unexpected(server.refusal_of(*answer));
    return file->keep();
}

}  // namespace

int run_backup(const BackupOptions& options) {
    const auto advise = [](const store::BackupTotals& totals) {
        if (totals.is_sealed)
            fmt::print("Secrets open only with server.key, which is not in it: keep that, too.\n");
    };
    return report(options.server.empty() ? store::make_backup(options.data_dir, options.file)
                                         : fetch(options),
                  options.file, options.file, options.json, advise);
}

int run_restore(const RestoreOptions& options) {
    const auto advise = [&](const store::BackupTotals& totals) {
        if (totals.open_runs > 0)
            fmt::print("Runs that had not ended go on when a server starts on it.\n");
        std::error_code ignored;
        const bool has_key = std::filesystem::exists(options.data_dir + "/server.key", ignored);
        if (totals.is_sealed && !has_key)
            fmt::print(
                "Put server.key into it before a server starts: secrets open only with it.\n");
    };
    return report(store::restore_backup(options.file, options.data_dir), options.data_dir,
                  options.file, options.json, advise);
}

}  // namespace swiftgrid::app
