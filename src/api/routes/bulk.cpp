// Jobs over many runs. A short one is answered with its end, a long one with where to look.

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "api/starts.h"
#include "base/limits.h"

namespace swiftgrid::api {
namespace {

using control::BulkAction;
using store::BulkJobId;

struct BulkCall {
    control::BulkRequest request;
    bool is_dry_run = false;
    std::int64_t wait_ms = 0;
};

// { filter } as it was given, or how many ids.
std::string shown_selection(const JsonBody& body, const control::BulkSelection& selection) {
    if (selection.ids)
        return to_json(json::object{{"ids", static_cast<std::int64_t>(selection.ids->size())}});
    return canonical_json(json::object{{"filter", *body.find("filter")}});
}

control::Answer<BulkCall> read_call(const Request& request, BulkAction action) {
    auto body = JsonBody::read(request, {"ids", "filter", "dryRun"}, true);
    if (!body) return std::unexpected(body.error());
    auto is_dry_run = body->boolean("dryRun");
    if (!is_dry_run) return std::unexpected(is_dry_run.error());
    auto selection = control::read_selection(body->object());
    if (!selection) return std::unexpected(selection.error());
    auto wait = query_integer(request, "wait", {0, limits::wait_seconds_max});
    if (!wait) return std::unexpected(wait.error());
    auto key = key_of(request);
    if (!key) return std::unexpected(key.error());
    BulkCall call;
    call.is_dry_run = is_dry_run->value_or(false);
    call.wait_ms = *wait ? **wait * 1000 : limits::bulk_wait_ms;
    call.request.action = action;
    call.request.selection_json = shown_selection(*body, *selection);
    call.request.selection = *std::move(selection);
    call.request.key = *std::move(key);
    call.request.actor = request.caller.name;
    return call;
}

// `status_of_running` is what a job is answered with that goes on.
Response job_answer(const Request& request, const control::Answer<store::BulkJob>& job,
                    int status_of_running = 200) {
    if (!job) return refusal_response(request, job.error());
    return json_response(job->status == "running" ? status_of_running : 200,
                         control::bulk_job_json(*job));
}

// Whichever comes first answers: the end of the job, or the time.
void answer_at_end(const Responder& respond, const BulkCall& call, BulkJobId job, ApiParts& parts,
                   Timer& timer) {
    const auto answer_now = [respond, job, &parts] {
        respond(job_answer(respond.request(), parts.bulk.get(job), 202));
    };
    if (call.wait_ms == 0) return answer_now();
    const auto waiter = parts.bulk.new_waiter();
    const Timer::Id end_of_wait =
        timer.after(call.wait_ms, [respond, job, waiter, answer_now, &parts] {
            if (parts.bulk.forget(job, waiter)) post_or_refuse(parts.workers, respond, answer_now);
        });
    parts.bulk.when_over(job, waiter, [respond, end_of_wait, &timer](const store::BulkJob& over) {
        timer.cancel(end_of_wait);
        respond(json_response(200, control::bulk_job_json(over)));
    });
}

void start(const Responder& respond, const BulkCall& call, ApiParts& parts, Timer& timer) {
    const Request& request = respond.request();
    if (call.is_dry_run) {
        auto matched = parts.bulk.count(call.request);
        if (!matched)
            respond(refusal_response(request, matched.error()));
        else
            respond(json_response(200, control::dry_run_json(call.request.action, *matched)));
        return;
    }
    auto job = parts.bulk.create(call.request);
    if (!job)
        respond(refusal_response(request, job.error()));
    else if (job->status != "running")
        respond(job_answer(request, job));
    else
        answer_at_end(respond, call, job->id, parts, timer);
}

Response list_jobs(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.bulk.list(query_text(request, "cursor"), *limit));
}

Response get_job(const Request& request, ApiParts& parts) {
    auto job = path_id<BulkJobId>(request, "jobId");
    if (!job) return problem_response(request, job.error());
    return job_answer(request, parts.bulk.get(*job));
}

Response stop_job(const Request& request, ApiParts& parts) {
    auto job = path_id<BulkJobId>(request, "jobId");
    if (!job) return problem_response(request, job.error());
    return job_answer(request, parts.bulk.stop(*job));
}

}  // namespace

void add_bulk_routes(Router& router, ApiParts& parts, Timer& timer) {
    const auto add = [&](std::string_view pattern, BulkAction action) {
        router.add("POST", pattern,
                   [&parts, &timer, action](const Request& request, const Responder& respond) {
                       auto call = read_call(request, action);
                       if (!call) {
                           respond(problem_response(request, call.error()));
                           return;
                       }
                       post_or_refuse(parts.workers, respond,
                                      [respond, call = *std::move(call), &parts, &timer] {
                                          start(respond, call, parts, timer);
                                      });
                   });
    };
    add("/api/runs/bulk-delete", BulkAction::remove);
    add("/api/runs/bulk-cancel", BulkAction::cancel);
    add("/api/runs/bulk-replay", BulkAction::replay);
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/bulk-jobs", list_jobs);
    routes.add("GET", "/api/bulk-jobs/{jobId}", get_job);
    routes.add("POST", "/api/bulk-jobs/{jobId}/stop", stop_job);
}

}  // namespace swiftgrid::api
