// Everything the server keeps as one file, for `swiftgrid backup --server`.

#include "api/downloads.h"
#include "api/problem.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {

// The copy is whole before the answer begins: what goes wrong with it can still be told.
void add_backup_routes(Router& router, ApiParts& parts) {
    router.add("POST", "/api/backup", [&parts](const Request& request, const Responder& respond) {
        const std::string day = to_rfc3339(parts.clock.now()).substr(0, 10);
        auto stop = parts.backup.begin(
            request.caller.name,
            [respond, day, &workers = parts.workers](Result<control::OnlineBackup::Bytes> made) {
                if (!made) {
                    respond(problem_response(respond.request(), made.error()));
                    return;
                }
                answer_download(
                    respond, workers,
                    {"application/vnd.sqlite3", "swiftgrid-" + day + ".db", *std::move(made)});
            });
        respond.when_gone([stop]() mutable { stop.request_stop(); });
    });
}

}  // namespace swiftgrid::api
