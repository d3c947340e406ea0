#include "app/tracing.h"

#include "api/metrics/families.h"
#include "app/server_api.h"
#include "app/version.h"

namespace swiftgrid::app {
namespace {

net::HttpClientOptions client_options(net::ProxyRules proxies) {
    net::HttpClientOptions options;
    options.user_agent = "SwiftGrid/" + std::string(version());
    options.proxies = std::move(proxies);
    options.connections = options.connections_per_host = 1;
    return options;
}

}  // namespace

// The collector is named by who runs the server, not by a flow: it may be anywhere.
Tracing::Tracing(Parts parts, const observe::TraceSettings& settings)
    : queue_(settings.spans_waiting),
      client_(parts.io, open_guard(), client_options(std::move(parts.proxies))),
      exporter_({parts.io, client_, queue_, std::move(parts.warn)}, settings),
      tracer_({queue_, settings.sampler, std::move(parts.flow_name)}) {}

std::vector<prometheus::MetricFamily> Tracing::metrics() const {
    const auto counts = exporter_.counts();
    const auto of = [](std::uint64_t count, const char* outcome) {
        return api::Sample{static_cast<double>(count), {{"outcome", outcome}}};
    };
    std::vector<api::Sample> samples{of(counts.sent, "sent"), of(counts.failed, "failed"),
                                     of(queue_.dropped(), "dropped")};
    return {api::counter("swiftgrid_trace_spans_total",
                         "Spans that were sent to the collector, that it did not take, and for "
                         "which there was no room",
                         std::move(samples)),
            api::gauge("swiftgrid_trace_spans_waiting", "Spans that wait to be sent",
                       static_cast<double>(queue_.size()))};
}

}  // namespace swiftgrid::app
