#pragma once

// Reads text/event-stream (WHATWG HTML, server-sent events) from bytes as the network brings them:
// pieces may end anywhere, also inside a character or between CR and LF. Pure; no text decoding.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace swiftgrid::net {

struct StreamEvent {
    std::string name;  // the field `event`, "" when it was not given
    std::string data;  // the lines of `data`, joined by line feeds

    bool operator==(const StreamEvent&) const = default;
};

class EventStreamReader {
public:
    using OnEvent = std::function<void(StreamEvent)>;

    // An event may have so many bytes, and so may one line.
    explicit EventStreamReader(std::size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

    // Calls `on_event` for every event that these bytes complete. False: an event is larger than
    // allowed; nothing is read any more.
    bool feed(std::string_view bytes, const OnEvent& on_event);

    // The stream has ended. An event without its blank line is given too, though the standard drops
    // it: there are servers that close right after the last line.
    void finish(const OnEvent& on_event);

private:
    void end_line(const OnEvent& on_event);
    void read_field(std::string_view line);
    void dispatch(const OnEvent& on_event);

    std::size_t event_bytes_max_;
    std::string line_;
    StreamEvent event_;
    bool has_data_ = false;
    bool is_first_line_ = true;
    bool after_cr_ = false;
    bool too_large_ = false;
};

}  // namespace swiftgrid::net
