#include "runtime/run_tracer.h"

#include <algorithm>

#include "base/hash.h"
#include "base/overloaded.h"
#include "engine/event_types.h"
#include "nodes/attempt_span.h"

namespace swiftgrid::runtime {
namespace {

// Numbers that keep the ids of runs and attempts apart. Never changed: a trace would fall apart
// when the server is replaced while the run waits.
constexpr std::uint64_t run_salt = 0x52554e;
constexpr std::uint64_t attempt_salt = 0x415454;

observe::SpanId id_of_run(RunId run) {
    return observe::span_id_of(stable_hash(run.uuid, {run_salt}));
}

observe::SpanId id_of_attempt(RunId run, model::NodeIndex node, std::uint32_t attempt) {
    return observe::span_id_of(stable_hash(run.uuid, {attempt_salt, node, attempt}));
}

// An attempt that has ended, as its event tells it.
struct EndedAttempt {
    model::NodeIndex node = 0;
    std::uint32_t attempt = 0;
    std::int64_t duration_ms = 0;
    const char* status = "completed";
    const JsonText* result = nullptr;
    const std::optional<JsonText>* extras = nullptr;
    const engine::RunError* error = nullptr;
};

// Nothing: the event ends no attempt of this run.
std::optional<EndedAttempt> ended_attempt(const engine::EventBody& body) {
    using namespace engine;
    using Ended = std::optional<EndedAttempt>;
    return std::visit(Overloaded{
                          [](const NodeCompleted& end) -> Ended {
                              if (end.kept) return std::nullopt;
                              return EndedAttempt{end.node,
                                                  end.attempt,
                                                  end.duration_ms,
                                                  "completed",
                                                  &end.result,
                                                  &end.extras,
                                                  end.error ? &*end.error : nullptr};
                          },
                          [](const NodeFailed& end) -> Ended {
                              if (end.kept) return std::nullopt;
                              return EndedAttempt{end.node, end.attempt, end.duration_ms, "failed",
                                                  nullptr,  &end.extras, &end.error};
                          },
                          [](const NodeRetryScheduled& end) -> Ended {
                              if (end.item) return std::nullopt;
                              return EndedAttempt{end.node, end.attempt, end.duration_ms, "retried",
                                                  nullptr,  &end.extras, &end.error};
                          },
                          [](const NodeCancelled& end) -> Ended {
                              if (end.attempt == 0) return std::nullopt;
                              return EndedAttempt{
                                  .node = end.node, .attempt = end.attempt, .status = "cancelled"};
                          },
                          [](const auto&) -> Ended { return std::nullopt; },
                      },
                      body);
}

// A later attempt began no sooner than the node did.
Instant begin_of(const EndedAttempt& ended, Instant at, const engine::NodeState& node) {
    const Instant first = node.started_at.value_or(at);
    if (ended.attempt <= 1) return std::min(first, at);
    return std::min(std::max(first, at + Duration{-ended.duration_ms}), at);
}

}  // namespace

RunTracer::Place RunTracer::place_of(const engine::RunState& run) const {
    Place place;
    place.run.span = id_of_run(run.id);
    if (const auto caller = observe::parse_traceparent(run.created.traceparent)) {
        place.run.trace = caller->trace;
        place.parent = caller->span;
        place.run.is_sampled = parts_.sampler.records(caller->trace, caller->is_sampled);
        place.comes_from_outside = !run.created.parent;
        return place;
    }
    place.run.trace.bytes = run.id.uuid.bytes;
    place.run.is_sampled = parts_.sampler.records(place.run.trace, std::nullopt);
    return place;
}

std::string RunTracer::traceparent(const engine::RunState& run, model::NodeIndex node,
                                   std::uint32_t attempt) const {
    observe::SpanContext context = place_of(run).run;
    context.span = id_of_attempt(run.id, node, attempt);
    return observe::to_traceparent(context);
}

std::string RunTracer::trace_id(const engine::RunState& run) {
    const auto caller = observe::parse_traceparent(run.created.traceparent);
    return observe::to_hex(caller ? caller->trace : observe::TraceId{run.id.uuid.bytes});
}

void RunTracer::make_spans(std::vector<observe::Span>& spans, const engine::Event& event,
                           const engine::RunState& run, const model::Plan& plan) const {
    const auto ended = ended_attempt(event.body);
    if (!ended && !engine::run_end(event.body)) return;
    const Place place = place_of(run);
    if (!place.run.is_sampled) return;
    if (!ended) {
        spans.push_back(span_of_run(event, run, place));
        return;
    }
    const engine::NodeState& node = run.nodes[ended->node];
    const model::PlanNode& plan_node = plan.nodes[ended->node];
    observe::Span span;
    span.context = place.run;
    span.context.span = id_of_attempt(run.id, ended->node, ended->attempt);
    span.parent = place.run.span;
    span.began = begin_of(*ended, event.at, node);
    span.ended = event.at;
    span.attributes = {{"swiftgrid.run.id", to_string(run.id)},
                       {"swiftgrid.node.id", plan_node.id},
                       {"swiftgrid.node.type", plan_node.descriptor->type},
                       {"swiftgrid.node.attempt", std::int64_t{ended->attempt}},
                       {"swiftgrid.node.status", ended->status}};
    nodes::describe_attempt(
        {plan_node, node.input ? &*node.input : nullptr, ended->result,
         ended->extras && *ended->extras ? &**ended->extras : nullptr, ended->error},
        span);
    if (ended->error) {
        // Its message is for the run's people: it may quote what a server sent.
        span.error = ended->error->code;
        span.attributes.emplace_back("error.type", ended->error->code);
    }
    spans.push_back(std::move(span));
}

observe::Span RunTracer::span_of_run(const engine::Event& event, const engine::RunState& run,
                                     const Place& place) const {
    const engine::RunCreated& created = run.created;
    observe::Span span;
    span.context = place.run;
    span.parent = place.parent;
    const std::string name = parts_.flow_name ? parts_.flow_name(created.flow) : "";
    span.name = observe::attribute_text("run " + (name.empty() ? to_string(created.flow) : name));
    const bool is_asked_for =
        place.comes_from_outside || created.trigger == engine::Trigger::webhook;
    span.kind = is_asked_for ? observe::SpanKind::server : observe::SpanKind::internal;
    span.began = std::min(run.created_at, event.at);
    span.ended = event.at;
    span.attributes = {
        {"swiftgrid.run.id", to_string(run.id)},
        {"swiftgrid.flow.id", to_string(created.flow)},
        {"swiftgrid.run.trigger", std::string(engine::to_string(created.trigger))},
        {"swiftgrid.run.status", std::string(engine::to_string(*engine::run_end(event.body)))}};
    if (created.version) span.attributes.emplace_back("swiftgrid.flow.version", *created.version);
    if (created.parent)
        span.attributes.emplace_back("swiftgrid.run.parent_id", to_string(*created.parent));
    if (created.replay_of)
        span.attributes.emplace_back("swiftgrid.run.replay_of", to_string(*created.replay_of));
    if (const auto* failed = std::get_if<engine::RunFailed>(&event.body)) {
        span.error = failed->error.code;
        span.attributes.emplace_back("error.type", failed->error.code);
    }
    return span;
}

}  // namespace swiftgrid::runtime
