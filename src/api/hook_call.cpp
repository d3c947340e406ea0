#include "api/hook_call.h"

#include <algorithm>

#include "api/answers.h"
#include "api/client_address.h"
#include "api/end_wait.h"
#include "api/hook_input.h"
#include "api/starts.h"
#include "base/limits.h"
#include "control/json_writer.h"

namespace swiftgrid::api {
namespace {

Response accepted(RunId run) {
    return json_response(202, to_json(json::object{{"runId", to_string(run)}}));
}

Response run_answer(const Request& request, RunId run, const runtime::RunEnd& end) {
    if (end.status == engine::RunStatus::completed) {
        std::string out;
        control::ObjectWriter object(out);
        object.text("runId", to_string(run));
        object.text("status", engine::to_string(end.status));
        object.raw("output", end.output.view());
        object.end();
        return json_response(200, std::move(out));
    }
    const bool has_failed = end.status == engine::RunStatus::failed;
    const std::string why = end.error ? ": " + end.error->message : "";
    return problem_response(
        request,
        OwnProblem{502, has_failed ? "run_failed" : "run_cancelled",
                   has_failed ? "The run failed" : "The run was cancelled",
                   "run " + to_string(run) + (has_failed ? " failed" : " was cancelled") + why});
}

// A line of the log is for people; whoever calls must not make it long.
std::string short_text(std::string_view text) {
    constexpr std::size_t bytes_max = 200;
    return header_text(std::string(text.substr(0, bytes_max)));
}

}  // namespace

void HookCall::receive() {
    const auto call = signed_call(request());
    // As if there were nothing here: who listens is nobody's business.
    if (purpose_ == Purpose::test && !parts_.webhook_listeners.has_any(flow_)) {
        respond_(problem_response(
            request(), Error{ErrorCode::not_found, "there is no webhook at this address"}));
        return;
    }
    if (request().body.size() <= limits::webhook_inline_bytes) {
        if (const auto admitted = parts_.webhook_gate.admit_from_memory(flow_, call, purpose_))
            return take(*admitted);
    }
    post_or_refuse(parts_.workers, respond_, [self = shared_from_this(), call] {
        self->take(self->parts_.webhook_gate.admit(self->flow_, call, self->purpose_));
    });
}

void HookCall::take(const control::WebhookGate::Admitted& admitted) {
    if (!admitted) return refuse(admitted.error());
    admission_ = *admitted;
    auto input = hook_input(request());
    if (!input) return refuse({input.error(), input.error().message});
    input_ = std::move(*input);
    auto key = hook_key(request(), flow_);
    if (!key) return refuse({key.error(), key.error().message});
    if (*key) key_ = (*key)->key;
    if (purpose_ == Purpose::test) {
        note({"tested", "", "", std::nullopt});
        respond_(json_response(202, R"({"test":true})"));
        return;
    }
    control::StartRequest start_request;
    start_request.flow = flow_;
    start_request.version = control::ActiveVersionOnly{};
    start_request.input = input_;
    start_request.trigger = engine::Trigger::webhook;
    start_request.key = std::move(*key);
    start_request.traceparent = traceparent_of(request());
    start(std::move(start_request));
}

void HookCall::refuse(const control::HookRefusal& refusal) {
    if (refusal.concerns_flow)
        note(
            {"refused", std::string(to_string(refusal.answer.code)), refusal.detail, std::nullopt});
    const bool is_unsigned = refusal.answer.code == ErrorCode::unauthorized;
    Response response =
        is_unsigned ? problem_response(request(), OwnProblem{401, "unauthorized", "Not signed",
                                                             refusal.answer.message})
                    : problem_response(request(), refusal.answer);
    if (refusal.retry_after_ms > 0)
        set_retry_after(response, (refusal.retry_after_ms + 999) / 1'000);
    respond_(std::move(response));
}

void HookCall::start(control::StartRequest start_request) {
    if (admission_.waits_for_end) {
        auto wait = std::make_shared<EndWait>(
            respond_, timer_,
            EndWait::Answers{[respond = respond_](RunId run, const runtime::RunEnd& end) {
                                 return run_answer(respond.request(), run, end);
                             },
                             accepted});
        start_request.on_end = [wait](RunId run, const runtime::RunEnd& end) {
            wait->ended(run, end);
        };
        wait_ = [wait](RunId run) { wait->wait(run, limits::webhook_wait_ms); };
    }
    parts_.starter.start(
        std::move(start_request),
        [self = shared_from_this()](const control::Answer<control::Started>& answer) {
            self->started(answer);
        });
}

void HookCall::started(const control::Answer<control::Started>& started) {
    if (!started) {
        const Error& error = started.error().error;
        // It was deleted or is no longer published since it was let in.
        const bool is_gone =
            error.code == ErrorCode::not_found || error.code == ErrorCode::conflict;
        const Error told{ErrorCode::not_found, "there is no webhook at this address"};
        return refuse({is_gone ? told : error, error.message});
    }
    note({started->is_repeat ? "repeated" : "started", "", "", started->run});
    if (started->is_repeat) return answer_repeat(started->run);
    if (wait_)
        wait_(started->run);
    else
        respond_(accepted(started->run));
}

// The first answer again, as far as there is one by now.
void HookCall::answer_repeat(RunId run) {
    const auto respond = [self = shared_from_this()](Response response) {
        response.headers.push_back({"Idempotency-Replayed", "true"});
        self->respond_(std::move(response));
    };
    if (!admission_.waits_for_end) return respond(accepted(run));
    const bool posted = parts_.workers.post([self = shared_from_this(), run, respond] {
        auto end = self->parts_.runs.end_of(run);
        if (!end)
            respond(refusal_response(self->request(), end.error()));
        else
            respond(*end ? run_answer(self->request(), run, **end) : accepted(run));
    });
    if (!posted) respond(accepted(run));
}

void HookCall::note(const Outcome& outcome) {
    show(outcome);
    // Those whose database has no room for runs get none for this either.
    if (!parts_.journal.accepts_new_work()) return;
    const Request& call = request();
    store::WebhookDelivery delivery;
    delivery.flow = flow_;
    delivery.received_at = parts_.clock.now();
    delivery.outcome = outcome.name;
    delivery.code = outcome.code;
    delivery.detail = outcome.detail;
    delivery.run = outcome.run;
    delivery.key = key_;
    if (admission_.signed_as) delivery.signed_as = to_string(*admission_.signed_as);
    delivery.method = call.method;
    delivery.content_type = short_text(call.header("Content-Type").value_or(""));
    delivery.size_bytes = static_cast<std::int64_t>(call.body.size());
    delivery.remote_address = client_address(call);
    parts_.delivery_log.add(std::move(delivery));
}

// To those who watch in a browser.
void HookCall::show(const Outcome& outcome) {
    if (!parts_.webhook_listeners.has_any(flow_)) return;
    std::string out;
    control::ObjectWriter object(out);
    object.time("at", parts_.clock.now());
    object.boolean("test", purpose_ == Purpose::test);
    object.text("outcome", outcome.name);
    object.text_or_null("code", outcome.code);
    object.text_or_null("detail", outcome.detail);
    object.text_or_null("runId", outcome.run ? to_string(*outcome.run) : "");
    object.text_or_null("signedAs", admission_.signed_as ? to_string(*admission_.signed_as) : "");
    object.text("remoteAddress", client_address(request()));
    const bool is_shown = !input_.is_null() && input_.size_bytes() <= limits::webhook_shown_bytes;
    if (is_shown) {
        JsonText shown = input_;
        parts_.vault.content()->redactor()->redact_in(shown);
        object.raw("input", shown.view());
    } else {
        object.null("input");
    }
    object.boolean("inputTooLarge", !input_.is_null() && !is_shown);
    object.end();
    parts_.webhook_listeners.tell(flow_, out);
}

}  // namespace swiftgrid::api
