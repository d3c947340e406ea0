#pragma once

// Everything about traces, wired together: what makes spans of events, where they wait, and what
// sends them to the collector that the environment names.

#include <functional>
#include <string>
#include <vector>

#include <prometheus/metric_family.h>
#include <boost/asio/io_context.hpp>

#include "base/limits.h"
#include "net/http_client.h"
#include "net/trace_exporter.h"
#include "observe/span_queue.h"
#include "observe/trace_settings.h"
#include "runtime/run_tracer.h"

namespace swiftgrid::app {

class Tracing {
public:
    struct Parts {
        boost::asio::io_context& io;
        std::function<std::string(FlowId)> flow_name;
        std::function<void(const std::string&)> warn;
        net::ProxyRules proxies;
    };
    Tracing(Parts parts, const observe::TraceSettings& settings);

    void start() { exporter_.start(); }
    void flush() { exporter_.flush(limits::trace_flush_ms); }

    const runtime::RunTracer& tracer() const { return tracer_; }

    std::vector<prometheus::MetricFamily> metrics() const;

private:
    observe::SpanQueue queue_;
    net::HttpClient client_;
    net::TraceExporter exporter_;
    runtime::RunTracer tracer_;
};

}  // namespace swiftgrid::app
