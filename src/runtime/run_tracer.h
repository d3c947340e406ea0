#pragma once

// Runs as traces: a run is a trace, an attempt of a node a span of it, and a run that another one
// called is part of the caller's trace. All ids follow from the run's id and, where somebody else
// began the trace, from what is recorded in RUN_CREATED: after a crash the same attempt is the same
// span, and one that is told twice is told once. Spans are made of events and leave when these are
// on disk. Thread-safe.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/event.h"
#include "engine/run_state.h"
#include "observe/sampler.h"
#include "observe/span.h"
#include "observe/span_queue.h"

namespace swiftgrid::runtime {

class RunTracer {
public:
    struct Parts {
        observe::SpanQueue& queue;
        observe::Sampler sampler;
        // What people call a flow; "" when it is not known at once.
        std::function<std::string(FlowId)> flow_name;
    };
    explicit RunTracer(Parts parts) : parts_(std::move(parts)) {}

    // The header `traceparent` for what the attempt asks of others: a server, or another run.
    std::string traceparent(const engine::RunState& run, model::NodeIndex node,
                            std::uint32_t attempt) const;

    // The trace of the run in hexadecimal, for logs.
    static std::string trace_id(const engine::RunState& run);

    // Adds the spans that end with this event, which `run` has just come to know.
    void make_spans(std::vector<observe::Span>& spans, const engine::Event& event,
                    const engine::RunState& run, const model::Plan& plan) const;

    // What the spans follow from is on disk.
    void send(std::vector<observe::Span> spans) const { parts_.queue.push(std::move(spans)); }

private:
    struct Place {
        observe::SpanContext run;               // the run's own span
        std::optional<observe::SpanId> parent;  // who started it
        bool comes_from_outside = false;
    };
    Place place_of(const engine::RunState& run) const;
    observe::Span span_of_run(const engine::Event& event, const engine::RunState& run,
                              const Place& place) const;

    Parts parts_;
};

}  // namespace swiftgrid::runtime
