#include "net/event_stream_reader.h"

#include <utility>

namespace swiftgrid::net {

bool EventStreamReader::feed(std::string_view bytes, const OnEvent& on_event) {
    if (too_large_) return false;
    while (!bytes.empty()) {
        if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        line_.append(bytes.substr(0, end));
        if (line_.size() + event_.data.size() > event_bytes_max_) {
            too_large_ = true;
            return false;
        }
        if (end == std::string_view::npos) return true;
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        end_line(on_event);
    }
    return true;
}

void EventStreamReader::finish(const OnEvent& on_event) {
    if (too_large_) return;
    if (!line_.empty()) end_line(on_event);
    dispatch(on_event);
}

void EventStreamReader::end_line(const OnEvent& on_event) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    std::string_view line = line_;
    if (std::exchange(is_first_line_, false) && line.starts_with(byte_order_mark))
        line.remove_prefix(byte_order_mark.size());
    if (line.empty())
        dispatch(on_event);
    else
        read_field(line);
    line_.clear();
}

// A line that begins with a colon is a comment: its field has no name and is unknown.
void EventStreamReader::read_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value =
        colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "event") event_.name = value;
    if (name != "data") return;
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
}

// Without data there is no event, and its name is void.
void EventStreamReader::dispatch(const OnEvent& on_event) {
    StreamEvent event = std::exchange(event_, {});
    if (std::exchange(has_data_, false)) on_event(std::move(event));
}

}  // namespace swiftgrid::net
