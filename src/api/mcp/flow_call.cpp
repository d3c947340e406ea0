#include "api/mcp/flow_call.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/client_address.h"
#include "api/end_wait.h"
#include "api/starts.h"
#include "base/limits.h"
#include "control/tool_schema.h"

namespace swiftgrid::api {
namespace {

bool takes_streams(const Request& request) {
    const auto accept = request.header("Accept");
    return accept && accept->find("text/event-stream") != std::string_view::npos;
}

}  // namespace

std::string open_call_key(const Request& request, const json::value& id) {
    const control::Caller& caller = request.caller;
    return fmt::format("{}\n{}\n{}\n{}\n{}", static_cast<int>(caller.kind), caller.name,
                       caller.user ? to_string(*caller.user) : "", client_address(request),
                       to_json(id));
}

FlowCall::FlowCall(Responder respond, Order order, ApiParts& parts, Timer& timer,
                   std::shared_ptr<OpenCalls> calls)
    : respond_(std::move(respond)),
      order_(std::move(order)),
      output_schema_(control::tool_output_schema(order_.tool.output_schema)),
      parts_(parts),
      timer_(timer),
      calls_(std::move(calls)) {}

// What is wrong with the arguments is told to the model, which can write better ones.
void FlowCall::begin() {
    const json::object schema = control::tool_input_schema(order_.tool.input_schema);
    const auto problems = control::tool_value_problems(schema, order_.arguments);
    if (!problems.empty())
        return answer(response(tool_trouble(
            fmt::format("The arguments are not right: {}", fmt::join(problems, "; ")))));
    JsonText input = JsonText::from(order_.arguments);
    if (input.size_bytes() > limits::run_input_bytes)
        return answer(response(tool_trouble(
            fmt::format("The arguments are larger than {} bytes.", limits::run_input_bytes))));
    const auto place = calls_->enter(open_call_key(request(), order_.message.id), weak_from_this());
    if (!place)
        return answer(response(tool_trouble(fmt::format(
            "{} calls wait for runs already; try again in a moment.", limits::tool_calls))));
    {
        const std::lock_guard lock(mutex_);
        place_ = place;
    }
    start(std::move(input));
}

void FlowCall::start(JsonText input) {
    const auto self = shared_from_this();
    const auto wait = std::make_shared<EndWait>(
        [self](Response response) { self->answer(std::move(response)); }, timer_,
        EndWait::Answers{[self](RunId run, const runtime::RunEnd& end) {
                             return self->response(result_of_run(run, end, self->output_schema_));
                         },
                         [self](RunId run) {
                             return self->response(
                                 still_running(run, self->output_schema_.has_value()));
                         }});
    control::StartRequest start_request;
    start_request.flow = order_.tool.flow;
    start_request.version = control::ActiveVersionOnly{};
    start_request.input = std::move(input);
    start_request.trigger = engine::Trigger::mcp;
    start_request.key = order_.key;
    start_request.traceparent = traceparent_of(request());
    start_request.on_end = [wait](RunId run, const runtime::RunEnd& end) { wait->ended(run, end); };
    parts_.starter.start(
        std::move(start_request), [self, wait](const control::Answer<control::Started>& answer) {
            self->started(answer, [&] { wait->wait(answer->run, limits::tool_wait_ms); });
        });
}

void FlowCall::started(const control::Answer<control::Started>& started,
                       const std::function<void()>& wait) {
    if (!started) return answer(response(tool_trouble(started.error().error.message)));
    const RunId run = started->run;
    if (started->is_repeat) return answer_repeat(run);
    bool is_given_up = false;
    {
        const std::lock_guard lock(mutex_);
        run_ = run;
        is_given_up = is_given_up_;
    }
    if (is_given_up && order_.tool.settings.cancels_run) cancel(run);
    if (!takes_streams(request()))
        respond_.when_gone([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->give_up();
        });
    else if (!open_stream(run))
        return;
    wait();
}

// The run is another call's: it is looked at, not waited for, and not cancelled.
void FlowCall::answer_repeat(RunId run) {
    const auto say = [self = shared_from_this()](const ToolResult& result) {
        Response response = self->response(result);
        response.headers.push_back({"Idempotency-Replayed", "true"});
        self->answer(std::move(response));
    };
    const bool has_promised = output_schema_.has_value();
    const bool posted = parts_.workers.post([self = shared_from_this(), run, say, has_promised] {
        const auto end = self->parts_.runs.end_of(run);
        if (!end)
            say(tool_trouble(end.error().error.message));
        else if (*end)
            say(result_of_run(run, **end, self->output_schema_));
        else
            say(still_running(run, has_promised));
    });
    if (!posted) say(still_running(run, has_promised));
}

// False when it was answered meanwhile. No thread of a connection comes here: the lock is held
// while the stream is opened, so that its end finds its writer.
bool FlowCall::open_stream(RunId run) {
    const std::lock_guard lock(mutex_);
    if (is_answered_) return false;
    writer_ = respond_.stream([self = shared_from_this()] { self->on_stream_closed(); });
    const auto& token = order_.message.progress_token;
    if (!token) return true;
    feed_ = std::make_shared<ProgressFeed>(*writer_, *token, parts_.clock);
    parts_.hub.watch_run(run, feed_);
    return true;
}

// A server that stops closes its streams, too: what it runs goes on after the next start.
void FlowCall::on_stream_closed() {
    bool has_left = false;
    {
        const std::lock_guard lock(mutex_);
        has_left = writer_ && writer_->reader_left();
    }
    stop_feed();
    if (has_left) give_up();
}

void FlowCall::give_up() {
    std::optional<RunId> run;
    {
        const std::lock_guard lock(mutex_);
        if (is_answered_ || is_given_up_) return;
        is_given_up_ = true;
        run = run_;
    }
    if (run && order_.tool.settings.cancels_run) cancel(*run);
}

// When all threads are busy the run goes on, as it would without this setting.
void FlowCall::cancel(RunId run) {
    const bool posted = parts_.workers.post([&parts = parts_, run, actor = request().caller.name] {
        const auto cancelled = parts.runs.cancel(run, actor, control::CancelCause::caller_gone);
        static_cast<void>(cancelled);  // it may have ended by itself
    });
    static_cast<void>(posted);
}

Response FlowCall::response(const ToolResult& result) const {
    return mcp_result(order_.message, written(result, order_.message.era), parts_.version);
}

void FlowCall::answer(Response response) {
    std::optional<EventStreamWriter> writer;
    {
        const std::lock_guard lock(mutex_);
        if (is_answered_) return;
        is_answered_ = true;
        writer = writer_;
    }
    stop_feed();
    leave();
    if (!writer) {
        respond_(std::move(response));
        return;
    }
    writer->send({.event = "message", .data = response.body.view()});
    writer->close();
}

void FlowCall::stop_feed() {
    std::shared_ptr<ProgressFeed> feed;
    std::optional<RunId> run;
    {
        const std::lock_guard lock(mutex_);
        feed = std::exchange(feed_, nullptr);
        run = run_;
    }
    if (feed && run) parts_.hub.unwatch_run(*run, feed.get());
}

void FlowCall::leave() {
    std::optional<OpenCalls::Id> place;
    {
        const std::lock_guard lock(mutex_);
        place = std::exchange(place_, std::nullopt);
    }
    if (place) calls_->leave(*place);
}

}  // namespace swiftgrid::api
