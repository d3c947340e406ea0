#include "api/answers.h"
#include "api/query.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

using control::ExportedState;
using control::ExportForm;

Result<ExportedState> state_of(const Request& request) {
    const std::string text = query_text(request, "state");
    if (text.empty() || text == "draft") return ExportedState::draft;
    if (text == "active") return ExportedState::active;
    return fail(ErrorCode::bad_request, "state: write draft or active");
}

Result<ExportForm> form_of(const Request& request) {
    const std::string text = query_text(request, "form");
    if (text.empty() || text == "auto") return ExportForm::automatic;
    if (text == "flow") return ExportForm::document;
    if (text == "bundle") return ExportForm::bundle;
    return fail(ErrorCode::bad_request, "form: write auto, flow or bundle");
}

Response file_answer(const Request& request, control::Answer<control::ExportedFile> file) {
    if (!file) return refusal_response(request, file.error());
    return {.headers = {{"Content-Type", "application/json"},
                        {"Content-Disposition", "attachment; filename=\"" + file->name + "\""},
                        {"Cache-Control", "no-store"}},
            .body = Body(std::move(file->text))};
}

Response export_flow(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto state = state_of(request);
    if (!state) return problem_response(request, state.error());
    auto form = form_of(request);
    if (!form) return problem_response(request, form.error());
    return file_answer(request, parts.flow_export.of_flow(*flow, {*form, *state}));
}

Response export_flows(const Request& request, ApiParts& parts) {
    auto state = state_of(request);
    if (!state) return problem_response(request, state.error());
    return file_answer(request, parts.flow_export.of_all(*state));
}

Response import_flows(const Request& request, ApiParts& parts) {
    auto dry_run = query_boolean(request, "dryRun");
    if (!dry_run) return problem_response(request, dry_run.error());
    auto publish = query_boolean(request, "publish");
    if (!publish) return problem_response(request, publish.error());
    auto drafts = query_boolean(request, "drafts");
    if (!drafts) return problem_response(request, drafts.error());
    auto file = parse_json(request.body);
    if (!file)
        return problem_response(request,
                                Error{ErrorCode::bad_request, "body: " + file.error().message});
    const control::ImportChoice choice{dry_run->value_or(false), publish->value_or(false),
                                       drafts->value_or(false), request.caller.name};
    return json_answer(request, parts.flow_import.import(*file, choice),
                       choice.dry_run ? 200 : 201);
}

}  // namespace

void add_transfer_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/flows/export", export_flows);
    routes.add("POST", "/api/flows/import", import_flows);
    routes.add("GET", "/api/flows/{flowId}/export", export_flow);
}

}  // namespace swiftgrid::api
