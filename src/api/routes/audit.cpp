#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/answers.h"
#include "api/downloads.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "control/audit_actions.h"

namespace swiftgrid::api {
namespace {

Result<store::AuditQuery> read_filter(const Request& request) {
    store::AuditQuery query;
    auto run = query_id<RunId>(request, "runId");
    if (!run) return std::unexpected(run.error());
    auto flow = query_id<FlowId>(request, "flowId");
    if (!flow) return std::unexpected(flow.error());
    query.run = *run;
    query.flow = *flow;
    auto actions = query_names(request, "action", control::is_audit_action);
    if (!actions)
        return fail(ErrorCode::bad_request,
                    fmt::format("{}; actions are {}", actions.error().message,
                                fmt::join(control::audit_actions, ", ")));
    query.actions = std::move(*actions);
    return query;
}

Response list_audit(const Request& request, ApiParts& parts) {
    auto query = read_filter(request);
    if (!query) return problem_response(request, query.error());
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    query->limit = *limit;
    query->cursor = query_text(request, "cursor");
    return json_answer(request, parts.audit.list(*query));
}

void export_audit(const Request& request, const Responder& respond, ApiParts& parts) {
    auto query = read_filter(request);
    if (!query) {
        respond(problem_response(request, query.error()));
        return;
    }
    const std::string format = query_text(request, "format");
    if (format.empty() || format == "jsonl") {
        answer_download(respond, parts.workers,
                        {"application/x-ndjson", "audit.jsonl",
                         parts.audit.export_as(control::AuditFormat::json_lines, *query)});
    } else if (format == "csv") {
        answer_download(respond, parts.workers,
                        {"text/csv; charset=utf-8", "audit.csv",
                         parts.audit.export_as(control::AuditFormat::csv, *query)});
    } else {
        respond(problem_response(
            request, Error{ErrorCode::bad_request, "format: it must be 'jsonl' or 'csv'"}));
    }
}

}  // namespace

void add_audit_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/audit", list_audit);
    router.add("GET", "/api/audit/export",
               [&parts](const Request& request, const Responder& respond) {
                   export_audit(request, respond, parts);
               });
}

}  // namespace swiftgrid::api
