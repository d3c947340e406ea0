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
    return [&workers, work = std::move(work)](const Request& request, const Responder& respond) {
        const bool posted = workers.post([work, respond] { respond(work(respond.request())); });
        if (!posted)
            respond(problem_response(request, Error{ErrorCode::overloaded,
                                                    "the server is busy; try again in a moment"}));
    };
}

}  // namespace swiftgrid::api
