#pragma once

// A collector of traces: takes what the server sends by OTLP over HTTP, over a real socket, and
// keeps the spans.

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "eventually.h"
#include "http_sink.h"

namespace swiftgrid::e2e {

struct SeenSpan {
    std::string trace;
    std::string id;
    std::string parent;  // "" for none
    std::string name;
    std::int64_t kind = 0;
    std::int64_t began_ms = 0;
    std::int64_t ended_ms = 0;
    std::string error;                              // "" for none
    std::map<std::string, std::string> attributes;  // numbers as text

    std::string attribute(const std::string& name) const {
        const auto found = attributes.find(name);
        return found == attributes.end() ? "" : found->second;
    }
};

class TraceCollector {
public:
    explicit TraceCollector(std::vector<int> first_statuses = {})
        : statuses_(std::move(first_statuses)),
          sink_([this](const HttpSink::Request& request) { return take(request); }) {}

    // Variables of the environment that make a server send to us, soon.
    std::vector<std::string> environment() const {
        return {"/usr/bin/env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + sink_.address(),
                "OTEL_BSP_SCHEDULE_DELAY=20"};
    }

    // The spans of the run, once its own is there and `count` in all; fewer when they do not come.
    std::vector<SeenSpan> spans_of(const std::string& run, std::size_t count) {
        std::unique_lock lock(mutex_);
        std::vector<SeenSpan> found;
        arrived_.wait_for(lock, patience, [&] {
            found.clear();
            for (const SeenSpan& span : spans_)
                if (span.attribute("swiftgrid.run.id") == run) found.push_back(span);
            return found.size() >= count;
        });
        return found;
    }

    // Everything that was sent, as text.
    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }
    std::vector<std::string> heads() {
        const std::lock_guard lock(mutex_);
        return heads_;
    }

private:
    static std::string text_of(const json::value& value) {
        const json::object& object = value.as_object();
        if (const auto* text = object.if_contains("stringValue"))
            return std::string(text->as_string());
        if (const auto* number = object.if_contains("intValue"))
            return std::string(number->as_string());
        return to_json(value);
    }

    static std::int64_t milliseconds(const json::value& nanoseconds) {
        return std::stoll(std::string(nanoseconds.as_string())) / 1'000'000;
    }

    static SeenSpan span_of(const json::value& value) {
        const json::object& object = value.as_object();
        SeenSpan span;
        span.trace = std::string(object.at("traceId").as_string());
        span.id = std::string(object.at("spanId").as_string());
        if (const auto* parent = object.if_contains("parentSpanId"))
            span.parent = std::string(parent->as_string());
        span.name = std::string(object.at("name").as_string());
        span.kind = object.at("kind").as_int64();
        span.began_ms = milliseconds(object.at("startTimeUnixNano"));
        span.ended_ms = milliseconds(object.at("endTimeUnixNano"));
        if (const auto* message = object.at("status").as_object().if_contains("message"))
            span.error = std::string(message->as_string());
        for (const json::value& attribute : object.at("attributes").as_array())
            span.attributes[std::string(attribute.at("key").as_string())] =
                text_of(attribute.at("value"));
        return span;
    }

    int take(const HttpSink::Request& request) {
        const std::lock_guard lock(mutex_);
        heads_.push_back(request.head);
        if (requests_ < statuses_.size()) return statuses_[requests_++];
        text_ += request.body;
        const json::value sent = parse_json(request.body).value();
        for (const json::value& resource : sent.at("resourceSpans").as_array())
            for (const json::value& scope : resource.at("scopeSpans").as_array())
                for (const json::value& span : scope.at("spans").as_array())
                    spans_.push_back(span_of(span));
        arrived_.notify_all();
        return 200;
    }

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<int> statuses_;  // of the first answers
    std::size_t requests_ = 0;
    std::vector<SeenSpan> spans_;
    std::vector<std::string> heads_;
    std::string text_;
    HttpSink sink_;  // ends before what it fills
};

}  // namespace swiftgrid::e2e
