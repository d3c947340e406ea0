#pragma once

// Tells a client how far the run is that it waits for: at most one message each
// limits::tool_progress_ms, and none that a slow reader cannot do without.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "api/event_stream.h"
#include "base/json.h"
#include "runtime/clock.h"
#include "runtime/event_hub.h"

namespace swiftgrid::api {

class ProgressFeed final : public runtime::RunWatcher {
public:
    // `token` is what the client knows its request by. The clock outlives this.
    ProgressFeed(EventStreamWriter writer, const json::value& token, const runtime::Clock& clock)
        : writer_(std::move(writer)), token_(to_json(token)), clock_(clock) {}

    void on_event(const runtime::PublishedEvent& event) override;
    void on_chunk(const runtime::PublishedChunk& /*chunk*/) override {}

private:
    EventStreamWriter writer_;
    std::string token_;
    const runtime::Clock& clock_;
    std::mutex mutex_;
    std::optional<std::int64_t> told_at_ms_;
};

// "fetch: started", of an event in its public form.
std::string progress_text(std::string_view event);

}  // namespace swiftgrid::api
