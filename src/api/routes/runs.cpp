#include "api/answers.h"
#include "api/downloads.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

constexpr std::int64_t sequence_max = std::int64_t{1} << 53;
constexpr std::size_t search_characters_max = 200;

Result<store::RunQuery> read_query(const Request& request) {
    store::RunQuery query;
    auto limit = query_limit(request);
    if (!limit) return std::unexpected(limit.error());
    auto statuses = query_names(request, "status", engine::parse_run_status);
    if (!statuses) return std::unexpected(statuses.error());
    auto triggers = query_names(request, "trigger", engine::parse_trigger);
    if (!triggers) return std::unexpected(triggers.error());
    auto from = query_time(request, "from");
    if (!from) return std::unexpected(from.error());
    auto to = query_time(request, "to");
    if (!to) return std::unexpected(to.error());
    auto pinned = query_boolean(request, "pinned");
    if (!pinned) return std::unexpected(pinned.error());
    auto parent = query_id<RunId>(request, "parentRunId");
    if (!parent) return std::unexpected(parent.error());
    auto top_level = query_boolean(request, "topLevel");
    if (!top_level) return std::unexpected(top_level.error());
    query.limit = *limit;
    query.cursor = query_text(request, "cursor");
    query.statuses = std::move(*statuses);
    query.triggers = std::move(*triggers);
    query.from = *from;
    query.to = *to;
    query.pinned = *pinned;
    query.parent = *parent;
    query.top_level = *top_level;
    query.search = query_text(request, "search").substr(0, search_characters_max);
    return query;
}

Response list_runs(const Request& request, ApiParts& parts) {
    auto query = read_query(request);
    if (!query) return problem_response(request, query.error());
    for (const std::string& text : query_list(request, "flowId")) {
        auto flow = parse_id<FlowId>(text);
        if (!flow)
            return problem_response(
                request, Error{ErrorCode::bad_request, "flowId: " + flow.error().message});
        query->flows.push_back(*flow);
    }
    return json_answer(request, parts.runs.list(*query));
}

Response list_flow_runs(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto query = read_query(request);
    if (!query) return problem_response(request, query.error());
    if (auto known = parts.flows.get(*flow); !known)
        return refusal_response(request, known.error());
    query->flows = {*flow};
    return json_answer(request, parts.runs.list(*query));
}

Response get_run(const Request& request, RunId run, ApiParts& parts) {
    return json_answer(request, parts.runs.detail(run));
}

Response list_events(const Request& request, RunId run, ApiParts& parts) {
    auto after = query_integer(request, "after", {0, sequence_max});
    if (!after) return problem_response(request, after.error());
    auto limit =
        query_integer(request, "limit", {1, static_cast<std::int64_t>(limits::run_detail_events)});
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request,
                       parts.runs.events(run, static_cast<std::uint64_t>(after->value_or(0)),
                                         static_cast<std::size_t>(limit->value_or(100))));
}

Response get_state(const Request& request, RunId run, ApiParts& parts) {
    auto at = query_integer(request, "at", {1, sequence_max});
    if (!at) return problem_response(request, at.error());
    std::optional<std::uint64_t> sequence;
    if (*at) sequence = static_cast<std::uint64_t>(**at);
    return json_answer(request, parts.runs.state(run, sequence));
}

Response list_map_items(const Request& request, RunId run, ApiParts& parts) {
    control::MapQuery query{run, request.parameter("nodeId")};
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    auto statuses = query_names(request, "status", control::is_item_status);
    if (!statuses) return problem_response(request, statuses.error());
    query.statuses = std::move(*statuses);
    query.cursor = query_text(request, "cursor");
    query.limit = *limit;
    return json_answer(request, parts.runs.map_items(query));
}

Response cancel_run(const Request& request, RunId run, ApiParts& parts) {
    auto cancelled = parts.runs.cancel(run, request.caller.name);
    if (!cancelled) return refusal_response(request, cancelled.error());
    return json_response(202,
                         to_json(json::object{{"runId", to_string(run)}, {"status", "cancelled"}}));
}

Response pin_run(const Request& request, RunId run, ApiParts& parts) {
    auto body = JsonBody::read(request, {"pinned"}, true);
    if (!body) return problem_response(request, body.error());
    auto pinned = body->boolean("pinned");
    if (!pinned) return problem_response(request, pinned.error());
    if (!pinned->has_value()) return problem_response(request, missing_member("pinned").error());
    return json_answer(request, parts.runs.set_pinned(run, **pinned));
}

Response delete_run(const Request& request, RunId run, ApiParts& parts) {
    auto flow = parts.runs.remove(run, request.caller.name);
    if (!flow) return refusal_response(request, flow.error());
    parts.hub.publish_run_deleted(run, *flow);
    return empty_response();
}

// A run that is not there is said before the first byte.
void export_run(const Request& request, const Responder& respond, ApiParts& parts) {
    auto run = path_id<RunId>(request, "runId");
    if (!run) {
        respond(problem_response(request, run.error()));
        return;
    }
    post_or_refuse(parts.workers, respond, [respond, &parts, run = *run] {
        auto known = parts.runs.summary(run);
        if (!known) {
            respond(refusal_response(respond.request(), known.error()));
            return;
        }
        answer_download(
            respond, parts.workers,
            {"application/json", "run-" + to_string(run) + ".json", parts.export_run(run)});
    });
}

}  // namespace

void add_run_routes(Router& router, ApiParts& parts) {
    const auto add_list = [&](std::string_view pattern,
                              Response (*work)(const Request&, ApiParts&)) {
        router.add("GET", pattern, on_worker(parts, [&parts, work](const Request& request) {
                       return work(request, parts);
                   }));
    };
    const auto add = [&](std::string_view method, std::string_view pattern,
                         Response (*work)(const Request&, RunId, ApiParts&)) {
        router.add(method, pattern, on_worker(parts, [&parts, work](const Request& request) {
                       auto run = path_id<RunId>(request, "runId");
                       if (!run) return problem_response(request, run.error());
                       return work(request, *run, parts);
                   }));
    };
    add_list("/api/runs", list_runs);
    add_list("/api/flows/{flowId}/runs", list_flow_runs);
    add("GET", "/api/runs/{runId}", get_run);
    add("DELETE", "/api/runs/{runId}", delete_run);
    add("GET", "/api/runs/{runId}/events", list_events);
    add("GET", "/api/runs/{runId}/state", get_state);
    add("GET", "/api/runs/{runId}/map/{nodeId}", list_map_items);
    add("POST", "/api/runs/{runId}/cancel", cancel_run);
    add("PUT", "/api/runs/{runId}/pin", pin_run);
    router.add("GET", "/api/runs/{runId}/export",
               [&parts](const Request& request, const Responder& respond) {
                   export_run(request, respond, parts);
               });
}

}  // namespace swiftgrid::api
