// What counting costs a shard: nanoseconds for each observation, with the real counters.

#include <chrono>
#include <cstdio>
#include <string>

#include "runtime/run_tracer.h"
#include "runtime/shard_metrics.h"

namespace {

using namespace swiftgrid;
using std::chrono::steady_clock;

template <typename Work>
void measure(const char* name, std::uint64_t times, Work work) {
    const auto start = steady_clock::now();
    for (std::uint64_t i = 0; i < times; ++i) work(i);
    const auto took = std::chrono::duration<double, std::nano>(steady_clock::now() - start);
    std::printf("%-52s %8.1f ns\n", name, took.count() / static_cast<double>(times));
}

engine::Event event_of(engine::EventBody body) { return {7, {1'800'000'000'500}, std::move(body)}; }

FlowId flow_of(std::uint64_t number) {
    FlowId flow;
    flow.uuid.bytes[15] = static_cast<std::uint8_t>(number);
    flow.uuid.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    return flow;
}

void measure_counters() {
    observe::Histogram histogram(runtime::node_bounds_ms);
    measure("a histogram", 50'000'000,
            [&](std::uint64_t i) { histogram.observe(static_cast<std::int64_t>(i % 5'000)); });
    observe::Counters counters({"provider", "model"});
    const observe::Counters::Values values{"openai", "some-model"};
    measure("a counter with labels that people choose", 5'000'000,
            [&](std::uint64_t) { counters.add(values); });
}

void measure_events() {
    model::NodeDescriptor descriptor;
    descriptor.type = "code-execution";
    model::Plan plan;
    plan.nodes.resize(1);
    plan.nodes[0].id = "a";
    plan.nodes[0].descriptor = &descriptor;
    engine::RunState run(RunId{flow_of(3).uuid}, 1);
    run.created_at = {1'800'000'000'000};
    runtime::SharedMetrics none(0);
    runtime::SharedMetrics some(100);
    runtime::ShardMetrics metrics(none);
    runtime::ShardMetrics with_flows(some);
    const auto started = event_of(engine::NodeStarted{});
    engine::NodeCompleted completion;
    completion.duration_ms = 12;
    const auto completed = event_of(completion);
    const auto ended = event_of(engine::RunCompleted{});
    measure("an event that counts for nothing", 50'000'000,
            [&](std::uint64_t) { metrics.note(started, plan, run); });
    measure("NODE_COMPLETED", 50'000'000,
            [&](std::uint64_t) { metrics.note(completed, plan, run); });
    measure("RUN_COMPLETED", 50'000'000, [&](std::uint64_t) { metrics.note(ended, plan, run); });
    measure("RUN_COMPLETED of 1 of 200 workflows, 100 apart", 20'000'000, [&](std::uint64_t i) {
        run.created.flow = flow_of(i % 200);
        with_flows.note(ended, plan, run);
    });
    observe::SpanQueue queue;
    const runtime::RunTracer tracer({queue, observe::Sampler(), {}});
    const runtime::RunTracer unsampled(
        {queue, observe::Sampler::parse("always_off", "").value(), {}});
    std::vector<observe::Span> spans;
    measure("NODE_COMPLETED as a span", 500'000, [&](std::uint64_t) {
        spans.clear();
        tracer.make_spans(spans, completed, run, plan);
    });
    measure("NODE_COMPLETED of a trace that is not recorded", 5'000'000,
            [&](std::uint64_t) { unsampled.make_spans(spans, completed, run, plan); });
    measure("NODE_STARTED with traces on", 50'000'000,
            [&](std::uint64_t) { tracer.make_spans(spans, started, run, plan); });
}

}  // namespace

int main() {
    measure_counters();
    measure_events();
}
