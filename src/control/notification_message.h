#pragma once

// What a message says, and how the three kinds of receivers want to read it. Pure: the bytes of a
// message are the same in every attempt.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace swiftgrid::control {

// Beside what a delivery says in columns.
struct NotificationFacts {
    Instant at;
    std::string error;  // why, in words; "" when nothing is wrong
    std::optional<std::int64_t> duration_ms = {};
    std::optional<std::int64_t> threshold_ms = {};
    std::optional<Instant> planned_at = {};
    std::optional<Instant> waiting_since = {};

    static Result<NotificationFacts> parse(std::string_view text);
    std::string to_text() const;
};

struct Notice {
    std::string event;
    std::string flow_id;  // "" of a test
    std::string flow_name;
    std::string run_id;  // "" when there is none
    std::int64_t count = 1;
    NotificationFacts facts;
};

// `type` is that of the channel.
std::string payload_of(std::string_view type, const Notice& notice);

// "30 s", "1 h", "1.5 s"
std::string in_words(Duration duration);

}  // namespace swiftgrid::control
