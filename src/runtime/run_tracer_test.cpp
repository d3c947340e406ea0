// Spans of runs in a small world: when they leave, whose they are, and what a crash changes.

#include <algorithm>

#include <gmock/gmock.h>

#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;
using testing::ElementsAre;

std::vector<observe::Span> taken(World& world) { return world.spans.take(1'000); }

std::vector<std::string> names(const std::vector<observe::Span>& spans) {
    std::vector<std::string> all;
    for (const observe::Span& span : spans) all.push_back(span.name);
    return all;
}

std::string text_of(const observe::Span& span, const std::string& attribute) {
    for (const auto& [name, value] : span.attributes)
        if (name == attribute) return std::get<std::string>(value);
    return "";
}

const observe::Span& of_run(const std::vector<observe::Span>& spans, RunId run) {
    const auto found = std::ranges::find_if(spans, [&](const observe::Span& span) {
        return span.name.starts_with("run ") && text_of(span, "swiftgrid.run.id") == to_string(run);
    });
    EXPECT_NE(found, spans.end());
    return *found;
}

TEST(RunTracer, LetsSpansGoWhenTheirEventsAreOnDisk) {
    World world;
    const RunId run = world.start({"script", "call"});
    world.turn();
    world.commit();
    world.answer_scripts("1");
    world.turn();
    EXPECT_THAT(taken(world), testing::IsEmpty()) << "the end of the script is not on disk";
    world.commit();
    EXPECT_THAT(names(taken(world)), ElementsAre("n0"));
    world.clock.now_ms += 40;
    world.finish_outside("2");
    world.turn();
    world.commit();
    const auto rest = taken(world);
    EXPECT_THAT(names(rest), ElementsAre("n1", testing::StartsWith("run ")));
    EXPECT_EQ(rest[0].parent, of_run(rest, run).context.span);
    EXPECT_EQ(rest[0].context.trace.bytes, run.uuid.bytes);
    EXPECT_EQ((rest[0].ended - rest[0].began).milliseconds, 40);
    EXPECT_EQ(text_of(rest[1], "swiftgrid.run.status"), "completed");
    EXPECT_FALSE(rest[1].parent);
}

TEST(RunTracer, GivesAnAttemptTheSameSpanAfterACrash) {
    World world;
    world.start({"call"});
    world.turn();
    world.commit();
    ASSERT_EQ(world.outside.started.size(), 1u);
    const std::string before = world.outside.started[0].request.traceparent;
    EXPECT_TRUE(observe::parse_traceparent(before)) << before;
    world.crash_and_recover();
    world.turn();
    ASSERT_FALSE(world.outside.started.empty());
    EXPECT_EQ(world.outside.started.back().request.traceparent, before);
    world.settle();
    const auto spans = taken(world);
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(observe::to_traceparent(spans[0].context), before);
}

TEST(RunTracer, MakesOneSpanForEachAttempt) {
    World world;
    world.start({"call"});
    world.turn();
    world.commit();
    world.fail_outside();
    world.commit();
    world.pass(10'000);
    world.settle();
    const auto spans = taken(world);
    ASSERT_EQ(spans.size(), 3u);
    EXPECT_TRUE(spans[0].error);
    EXPECT_FALSE(spans[1].error);
    EXPECT_EQ(spans[0].parent, spans[1].parent);
    EXPECT_NE(spans[0].context.span, spans[1].context.span);
    EXPECT_GE(spans[1].began, spans[0].ended);
}

TEST(RunTracer, KeepsRunsThatCallEachOtherInOneTrace) {
    World world;
    world.flows["b"] = {"script"};
    const RunId run = world.start({"sub-b"});
    world.turn();
    world.commit_all();
    world.answer_scripts("1");
    world.settle();
    const auto children = world.children_of(run);
    ASSERT_EQ(children.size(), 1u);
    const auto spans = taken(world);
    const observe::Span& child = of_run(spans, children[0].id);
    EXPECT_EQ(child.context.trace.bytes, run.uuid.bytes);
    const auto call = std::ranges::find_if(spans, [&](const observe::Span& span) {
        return span.name == "n0" && text_of(span, "swiftgrid.run.id") == to_string(run);
    });
    ASSERT_NE(call, spans.end());
    EXPECT_EQ(child.parent, call->context.span);
}

TEST(RunTracer, FollowsWhoeverAsksForTheRun) {
    const std::string outer = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    observe::SpanQueue queue;
    const RunTracer tracer({queue, observe::Sampler(), [](FlowId) { return "Orders"; }});
    const model::Plan plan;
    engine::RunState run;
    run.created.traceparent = outer;
    run.created.trigger = engine::Trigger::webhook;
    std::vector<observe::Span> spans;
    tracer.make_spans(spans, {3, {5}, engine::RunFailed{engine::make_run_error("x", "a secret")}},
                      run, plan);
    ASSERT_EQ(spans.size(), 1u);
    EXPECT_EQ(spans[0].name, "run Orders");
    EXPECT_EQ(spans[0].kind, observe::SpanKind::server);
    EXPECT_EQ(spans[0].context.trace, observe::parse_traceparent(outer)->trace);
    EXPECT_EQ(spans[0].parent, observe::parse_traceparent(outer)->span);
    EXPECT_EQ(spans[0].error, "x") << "not the message";

    // Who asks does not record it: nor do we, and the servers we ask are told so.
    run.created.traceparent.back() = '0';
    tracer.make_spans(spans, {3, {5}, engine::RunCompleted{}}, run, plan);
    EXPECT_EQ(spans.size(), 1u);
    EXPECT_TRUE(tracer.traceparent(run, 0, 1).ends_with("-00"));
}

}  // namespace
}  // namespace swiftgrid::runtime
