#include "api/answers.h"

#include "control/problem_view.h"

namespace swiftgrid::api {

Response refusal_response(const Request& request, const control::Refusal& refusal) {
    std::string errors;
    if (!refusal.problems.empty()) errors = to_json(control::problems_json(refusal.problems));
    return problem_response(request, refusal.error, errors);
}

Response flow_answer(const Request& request, const control::Answer<control::FlowView>& answer,
                     int status) {
    if (!answer) return refusal_response(request, answer.error());
    Response response = json_response(status, answer->json);
    response.headers.push_back({"ETag", "\"" + std::to_string(answer->revision) + "\""});
    return response;
}

Handler on_worker(WorkerPool& workers, std::function<Response(const Request&)> work) {
    return [&workers, work = std::move(work)](const Request&, const Responder& respond) {
        post_or_refuse(workers, respond, [work, respond] { respond(work(respond.request())); });
    };
}

void WorkerRoutes::add(std::string_view method, std::string_view pattern, Work work) const {
    router_.add(method, pattern, on_worker(parts_, [&parts = parts_, work](const Request& request) {
                    return work(request, parts);
                }));
}

void WorkerRoutes::add_with_password(std::string_view method, std::string_view pattern,
                                     Work work) const {
    router_.add(method, pattern,
                on_worker(parts_.sign_ins, [&parts = parts_, work](const Request& request) {
                    return work(request, parts);
                }));
}

void post_or_refuse(WorkerPool& workers, const Responder& respond, std::function<void()> work) {
    if (!workers.post(std::move(work)))
        respond(problem_response(
            respond.request(),
            Error{ErrorCode::overloaded, "the server is busy; try again in a moment"}));
}

}  // namespace swiftgrid::api
