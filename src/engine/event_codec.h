#pragma once

// Events <-> the text the journal keeps. Stored form of the events of one commit: a JSON array of
// `[type, delta_ms, node_id|null, attempt, payload]`, where delta_ms counts from the record's time.
// Types are the numbers of store's view `run_events`; payload is the public payload, so that people
// can read the table. Decoding old text must never change meaning (tests/golden/events).

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/event.h"
#include "model/plan.h"

namespace swiftgrid::engine {

// Appends events to `out` as comma-separated elements; the caller adds the brackets.
void encode_events(std::string& out, std::span<const Event> events, Instant base,
                   const model::Plan& plan);

// `text` is the whole array; the first event has `first_sequence`.
Result<std::vector<Event>> decode_events(std::string_view text, std::uint64_t first_sequence,
                                         Instant base, const model::Plan& plan);

// Whether the last of these events (the whole array) ends its run; needs no plan. Nothing for text
// that is no such array.
std::optional<bool> ends_run(std::string_view text);

// The public payload of an event.
JsonText payload_of(const EventBody& body);

// The public form { id, runId, nodeId, eventType, attempt, payload, createdAt }, appended to `out`.
void append_public_event(std::string& out, RunId run, const Event& event, const model::Plan& plan);

}  // namespace swiftgrid::engine
