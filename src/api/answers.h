#pragma once

// From a service's answer to an HTTP response, and work on a worker thread.

#include <functional>
#include <string>
#include <string_view>

#include "api/api_parts.h"
#include "api/problem.h"
#include "api/responder.h"
#include "api/router.h"
#include "control/answer.h"

namespace swiftgrid::api {

Response refusal_response(const Request& request, const control::Refusal& refusal);

inline Response problem_response(const Request& request, const control::Refusal& refusal) {
    return refusal_response(request, refusal);
}

inline Response json_answer(const Request& request, const control::Answer<std::string>& answer,
                            int status = 200) {
    return answer ? json_response(status, *answer) : refusal_response(request, answer.error());
}

// With the draft's revision as ETag.
Response flow_answer(const Request& request, const control::Answer<control::FlowView>& answer,
                     int status = 200);

// A handler whose work may wait for the database: it runs on a worker thread.
Handler on_worker(WorkerPool& workers, std::function<Response(const Request&)> work);
inline Handler on_worker(ApiParts& parts, std::function<Response(const Request&)> work) {
    return on_worker(parts.workers, std::move(work));
}

// Adds such handlers to the routes.
class WorkerRoutes {
public:
    using Work = Response (*)(const Request&, ApiParts&);
    // Both outlive the routes.
    WorkerRoutes(Router& router, ApiParts& parts) : router_(router), parts_(parts) {}

    void add(std::string_view method, std::string_view pattern, Work work) const;
    // On the threads for signing in: what may cost a password hash.
    void add_with_password(std::string_view method, std::string_view pattern, Work work) const;

private:
    Router& router_;
    ApiParts& parts_;
};

// The same for work that answers by itself.
void post_or_refuse(WorkerPool& workers, const Responder& respond, std::function<void()> work);

}  // namespace swiftgrid::api
