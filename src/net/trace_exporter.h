#pragma once

// Sends spans to a collector: OTLP over HTTP in JSON. Portion after portion, one request at a time;
// a collector that is away or busy is asked again with growing pauses, and meanwhile the queue may
// fill up and drop. Whoever makes spans never waits for any of this.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "net/http_client.h"
#include "observe/span_queue.h"
#include "observe/trace_settings.h"

namespace swiftgrid::net {

class TraceExporter {
public:
    struct Parts {
        boost::asio::io_context& io;
        HttpClient& client;  // may reach the collector
        observe::SpanQueue& queue;
        // Says that spans are lost, once until it works again. May be empty.
        std::function<void(const std::string&)> warn;
        // Length of the first pause; the next ones are twice as long each. For tests.
        std::int64_t retry_ms = limits::trace_retry_ms;
    };
    // All parts outlive this, and the io_context is stopped or has forgotten us before.
    TraceExporter(Parts parts, const observe::TraceSettings& settings);
    ~TraceExporter();

    TraceExporter(const TraceExporter&) = delete;
    TraceExporter& operator=(const TraceExporter&) = delete;

    // To be called once.
    void start();

    // Sends what waits now; returns when that is done or after so long. Not on a thread of the
    // io_context.
    void flush(std::int64_t time_ms);

    struct Counts {
        std::uint64_t sent = 0;
        std::uint64_t failed = 0;  // given up, or rejected by the collector
    };
    Counts counts() const;

private:
    class State;
    std::shared_ptr<State> state_;  // owners: this and the handlers under way
};

}  // namespace swiftgrid::net
