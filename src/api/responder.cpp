#include "api/responder.h"

#include "api/problem.h"
#include "base/assert.h"

namespace swiftgrid::api {

Exchange::~Exchange() {
    if (!claim()) return;
    sink_->send(
        request_,
        problem_response(request_, Error{ErrorCode::internal,
                                         "the request was not answered; this is a bug of ours"}));
}

EventStreamWriter Responder::stream(std::function<void()> on_closed) const {
    const bool is_first = exchange_->claim();
    SG_ASSERT(is_first, "a stream must be the only answer");
    return exchange_->sink().open_stream(exchange_->request(), std::move(on_closed));
}

void Responder::send_long(LongBody body) const {
    const bool is_first = exchange_->claim();
    SG_ASSERT(is_first, "a long body must be the only answer");
    exchange_->sink().open_body(exchange_->request(), std::move(body));
}

}  // namespace swiftgrid::api
