#include <cmath>

#include <gmock/gmock.h>

#include "base/json.h"
#include "base/limits.h"
#include "observe/otlp_json.h"
#include "observe/sampler.h"
#include "observe/span_queue.h"
#include "observe/trace_settings.h"

namespace swiftgrid::observe {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Traceparent, IsReadAndWrittenAsTheSpecificationHasIt) {
    const auto context = parse_traceparent(example);
    ASSERT_TRUE(context);
    EXPECT_EQ(to_hex(context->trace), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(to_hex(context->span), "00f067aa0ba902b7");
    EXPECT_TRUE(context->is_sampled);
    EXPECT_EQ(to_traceparent(*context), example);
    EXPECT_FALSE(parse_traceparent(example.substr(0, 53) + "00")->is_sampled);
    EXPECT_TRUE(parse_traceparent(example.substr(0, 53) + "03")->is_sampled);
}

TEST(Traceparent, OfALaterVersionIsReadAsFarAsItIsKnown) {
    EXPECT_EQ(parse_traceparent("cc" + example.substr(2)), parse_traceparent(example));
    EXPECT_TRUE(parse_traceparent("cc" + example.substr(2) + "-what-the-future-brings"));
    EXPECT_FALSE(parse_traceparent("cc" + example.substr(2) + "what"));
    EXPECT_FALSE(parse_traceparent(example + "-more")) << "version 00 has no more";
}

TEST(Traceparent, IsIgnoredWhenItIsBroken) {
    const std::vector<std::string> broken{
        "",
        example.substr(1),
        example.substr(0, 54),
        "ff" + example.substr(2),
        "0g" + example.substr(2),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
    };
    for (const std::string& text : broken) EXPECT_FALSE(parse_traceparent(text)) << text;
}

TraceId trace_of(std::uint64_t random) {
    TraceId trace;
    trace.bytes[8] = 0x80;  // the variant of a UUID, which is in every id of a run
    for (std::size_t i = 15; i > 8; --i, random >>= 8)
        trace.bytes[i] = static_cast<std::uint8_t>(random);
    return trace;
}

double share_recorded(const Sampler& sampler) {
    int recorded = 0;
    for (std::uint64_t i = 0; i < 1'000; ++i)
        recorded +=
            sampler.records(trace_of(i * ((std::uint64_t{1} << 56) / 1'000) + 1), std::nullopt) ? 1
                                                                                                : 0;
    return recorded / 1'000.0;
}

TEST(Sampler, RecordsTheShareThatIsAskedForAlwaysTheSame) {
    const auto sampler = Sampler::parse("traceidratio", "0.25").value();
    EXPECT_EQ(sampler.records(trace_of(1), std::nullopt), false);
    EXPECT_EQ(sampler.records(trace_of((std::uint64_t{1} << 56) - 1), std::nullopt), true);
    EXPECT_NEAR(share_recorded(Sampler::parse("traceidratio", "0").value()), 0, 0.001);
    EXPECT_EQ(share_recorded(Sampler::parse("traceidratio", "").value()), 1);
    EXPECT_EQ(share_recorded(Sampler::parse("always_off", "").value()), 0);
    EXPECT_EQ(share_recorded(Sampler()), 1);
}

TEST(Sampler, FollowsWhoeverBeganTheTraceUnlessToldNotTo) {
    const TraceId trace = trace_of(1);
    EXPECT_FALSE(Sampler().records(trace, false));
    EXPECT_TRUE(Sampler::parse("parentbased_always_off", "").value().records(trace, true));
    EXPECT_TRUE(Sampler::parse("always_on", "").value().records(trace, false));
    EXPECT_FALSE(Sampler::parse("traceidratio", "0.5").value().records(trace, true));
}

TEST(Sampler, SaysWhatItDoesNotUnderstand) {
    EXPECT_THAT(Sampler::parse("jaeger_remote", "").error().message,
                HasSubstr("found 'jaeger_remote'"));
    for (const char* argument : {"2", "-1", "x", "0.5x", "nan"})
        EXPECT_THAT(Sampler::parse("traceidratio", argument).error().message,
                    HasSubstr("a number from 0 to 1"));
}

Span span_named(std::string name) {
    Span span;
    span.context = *parse_traceparent(example);
    span.name = std::move(name);
    return span;
}

TEST(OtlpJson, IsWhatTheProtocolWants) {
    Span span = span_named("chat \"m\"\n");
    span.parent = span_id_of(7);
    span.kind = SpanKind::client;
    span.began = {1'700'000'000'123};
    span.ended = {1'700'000'001'000};
    span.error = "timeout";
    span.attributes = {{"text", std::string("a")},
                       {"number", std::int64_t{-5}},
                       {"flag", true},
                       {"list", std::vector<std::string>{"x", "y"}}};
    const std::string text = otlp_json(std::vector{span}, {{"service.name", std::string("s")}});
    const json::value sent = parse_json(text).value();
    const json::value& resource = sent.at_pointer("/resourceSpans/0/resource/attributes/0");
    EXPECT_EQ(to_json(resource), R"({"key":"service.name","value":{"stringValue":"s"}})");
    EXPECT_EQ(
        to_json(sent.at_pointer("/resourceSpans/0/scopeSpans/0/spans/0")),
        R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",)"
        R"("parentSpanId":"0000000000000007","name":"chat \"m\"\n","kind":3,)"
        R"("startTimeUnixNano":"1700000000123000000","endTimeUnixNano":"1700000001000000000",)"
        R"("attributes":[{"key":"text","value":{"stringValue":"a"}},)"
        R"({"key":"number","value":{"intValue":"-5"}},{"key":"flag","value":{"boolValue":true}},)"
        R"({"key":"list","value":{"arrayValue":{"values":[{"stringValue":"x"},)"
        R"({"stringValue":"y"}]}}}],"status":{"code":2,"message":"timeout"}})");
}

TEST(SpanId, IsNeverTheInvalidOne) {
    EXPECT_EQ(to_hex(span_id_of(0)), "0000000000000001");
    EXPECT_EQ(to_hex(span_id_of(0x0123456789abcdef)), "0123456789abcdef");
}

TEST(Attributes, HoldNoKeysThatAreInUrls) {
    EXPECT_EQ(attribute_url("https://ada:secret@example.com:8443/a/b?key=secret#secret"),
              "https://example.com:8443/a/b");
    EXPECT_EQ(attribute_url("http://x@y@host/p@th"), "http://host/p@th");
    EXPECT_EQ(attribute_url("/api/echo?status=200"), "/api/echo");
    EXPECT_EQ(attribute_url(""), "");
}

TEST(Attributes, AreCutBetweenCharacters) {
    std::string text(limits::trace_attribute_bytes - 1, 'a');
    const std::string whole = text;
    text += "\u00e4\u00e4";
    EXPECT_EQ(attribute_text(text), whole);
    EXPECT_EQ(attribute_text("short"), "short");
}

TEST(SpanQueue, DropsAndCountsWhatHasNoRoom) {
    SpanQueue queue(3);
    queue.push({span_named("1"), span_named("2")});
    queue.push({span_named("3"), span_named("4"), span_named("5")});
    EXPECT_EQ(queue.dropped(), 2u);
    const auto taken = queue.take(2);
    ASSERT_EQ(taken.size(), 2u);
    EXPECT_EQ(taken[0].name, "1");
    queue.push({span_named("6")});
    EXPECT_EQ(queue.size(), 2u);
    EXPECT_EQ(queue.take(9).back().name, "6");
    EXPECT_EQ(queue.dropped(), 2u);
}

TEST(SpanQueue, CallsWhenAPortionHasGathered) {
    SpanQueue queue(100);
    int calls = 0;
    queue.when_portion(2, [&] { ++calls; });
    queue.push({span_named("1")});
    EXPECT_EQ(calls, 0);
    queue.push({span_named("2")});
    EXPECT_EQ(calls, 1);
    queue.push({span_named("3"), span_named("4"), span_named("5")});
    EXPECT_EQ(calls, 2);
}

Result<std::optional<TraceSettings>> read(const std::map<std::string, std::string>& variables) {
    return read_trace_settings(
        [&](const char* name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::string() : found->second;
        },
        "1.2.3");
}

TEST(TraceSettings, AreOffUnlessACollectorIsNamed) {
    EXPECT_FALSE(read({}).value());
    EXPECT_FALSE(read({{"OTEL_SERVICE_NAME", "x"}}).value());
    EXPECT_FALSE(
        read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"}, {"OTEL_SDK_DISABLED", "true"}})
            .value());
    EXPECT_FALSE(
        read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"}, {"OTEL_TRACES_EXPORTER", "none"}})
            .value());
}

TEST(TraceSettings, TakeTheNamesOfOpenTelemetry) {
    const auto settings =
        read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/"},
              {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b, x=1"},
              {"OTEL_RESOURCE_ATTRIBUTES", "service.name=no,deployment.environment=test"},
              {"OTEL_SERVICE_NAME", "grid"},
              {"OTEL_BSP_SCHEDULE_DELAY", "50"},
              {"OTEL_EXPORTER_OTLP_TIMEOUT", "2000"},
              {"OTEL_BSP_MAX_QUEUE_SIZE", "10"}})
            .value()
            .value();
    EXPECT_EQ(settings.url, "http://c:4318/v1/traces");
    const std::vector<std::pair<std::string, std::string>> headers{{"api-key", "a b"}, {"x", "1"}};
    EXPECT_EQ(settings.headers, headers);
    const Attributes resource{{"deployment.environment", std::string("test")},
                              {"service.name", std::string("grid")},
                              {"service.version", std::string("1.2.3")}};
    EXPECT_EQ(settings.resource, resource);
    EXPECT_EQ(settings.delay_ms, 50);
    EXPECT_EQ(settings.request_ms, 2'000);
    EXPECT_EQ(settings.spans_waiting, 10u);
    EXPECT_EQ(settings.spans_per_request, 10u) << "no more than can wait";
}

TEST(TraceSettings, OfTracesAloneGoFirst) {
    const auto settings = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"},
                                {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://t/own/path"},
                                {"OTEL_EXPORTER_OTLP_HEADERS", "a=1"},
                                {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2"}})
                              .value()
                              .value();
    EXPECT_EQ(settings.url, "https://t/own/path");
    ASSERT_EQ(settings.headers.size(), 1u);
    EXPECT_EQ(settings.headers[0].first, "b");
    EXPECT_EQ(settings.resource.at(0).second, AttributeValue(std::string("swiftgrid")));
}

TEST(TraceSettings, SayWhichVariableIsWrongAndShowNoKey) {
    const std::pair<std::string, std::string> endpoint{"OTEL_EXPORTER_OTLP_ENDPOINT",
                                                       "http://c:4318"};
    const auto why = [&](const std::string& name, const std::string& value) {
        const auto settings = read({endpoint, {name, value}});
        return settings ? std::string("none") : settings.error().message;
    };
    EXPECT_THAT(why("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), HasSubstr("http/json"));
    EXPECT_EQ(why("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"), "none");
    EXPECT_THAT(why("OTEL_TRACES_SAMPLER", "sometimes"), HasSubstr("OTEL_TRACES_SAMPLER"));
    EXPECT_THAT(why("OTEL_BSP_SCHEDULE_DELAY", "soon"), HasSubstr("OTEL_BSP_SCHEDULE_DELAY"));
    EXPECT_THAT(why("OTEL_BSP_SCHEDULE_DELAY", "0"), HasSubstr("from 1 to"));
    EXPECT_THAT(why("OTEL_EXPORTER_OTLP_HEADERS", "sk-secret"),
                AllOf(HasSubstr("name=value"), Not(HasSubstr("sk-secret"))));
    const auto url = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"}});
    EXPECT_THAT(url.error().message, HasSubstr("http://"));
}

}  // namespace
}  // namespace swiftgrid::observe
