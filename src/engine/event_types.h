#pragma once

// Number, name and subject of every event type. The numbers are in the journal for ever: a number
// is never given a second meaning.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/overloaded.h"
#include "engine/event.h"

namespace swiftgrid::engine {

struct EventType {
    std::uint8_t number;
    std::string_view name;
};

inline EventType event_type(const EventBody& body) {
    return std::visit(
        Overloaded{
            [](const RunCreated&) { return EventType{1, "RUN_CREATED"}; },
            [](const RunStarted&) { return EventType{2, "RUN_STARTED"}; },
            [](const RunCompleted&) { return EventType{3, "RUN_COMPLETED"}; },
            [](const RunFailed&) { return EventType{4, "RUN_FAILED"}; },
            [](const RunCancelled&) { return EventType{5, "RUN_CANCELLED"}; },
            [](const NodeScheduled&) { return EventType{6, "NODE_SCHEDULED"}; },
            [](const NodeStarted&) { return EventType{7, "NODE_STARTED"}; },
            [](const NodeCompleted&) { return EventType{8, "NODE_COMPLETED"}; },
            [](const NodeFailed&) { return EventType{9, "NODE_FAILED"}; },
            [](const NodeRetryScheduled&) { return EventType{10, "NODE_RETRY_SCHEDULED"}; },
            [](const NodeSuspended&) { return EventType{11, "NODE_SUSPENDED"}; },
            [](const NodeResumed&) { return EventType{12, "NODE_RESUMED"}; },
            [](const NodeSkipped&) { return EventType{13, "NODE_SKIPPED"}; },
            [](const NodeCancelled&) { return EventType{14, "NODE_CANCELLED"}; },
            [](const MapItemSettled&) { return EventType{15, "MAP_ITEM_SETTLED"}; },
        },
        body);
}

// How the run has ended when this is the number of its event; nothing when it goes on.
inline std::optional<RunStatus> run_end(std::int64_t number) {
    if (number == event_type(RunCompleted{}).number) return RunStatus::completed;
    if (number == event_type(RunFailed{}).number) return RunStatus::failed;
    if (number == event_type(RunCancelled{}).number) return RunStatus::cancelled;
    return std::nullopt;
}

inline std::optional<RunStatus> run_end(const EventBody& body) {
    return run_end(event_type(body).number);
}

// Which node and attempt an event is about. Attempt 0: none was started.
struct EventSubject {
    std::optional<NodeIndex> node;
    std::uint32_t attempt = 0;
};

inline EventSubject event_subject(const EventBody& body) {
    return std::visit(
        [](const auto& event) {
            EventSubject subject;
            if constexpr (requires { event.node; }) subject.node = event.node;
            if constexpr (requires { event.attempt; }) subject.attempt = event.attempt;
            return subject;
        },
        body);
}

}  // namespace swiftgrid::engine
