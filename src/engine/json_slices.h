#pragma once

// Slices JSON text without rebuilding it, so that a number keeps its spelling: the journal's text,
// an array of `[type, delta_ms, node_id|null, attempt, payload]`, and the lists that maps work on.
// Knows JSON only, not what the events mean. Private to the engine.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace swiftgrid::engine {

struct StoredEvent {
    std::uint64_t type = 0;
    std::int64_t delta_ms = 0;
    std::optional<std::string> node_id;
    std::uint64_t attempt = 0;
    std::vector<std::pair<std::string, JsonText>> payload;  // in the order of the text
};

// Fails for anything that is not exactly of that form.
Result<std::vector<StoredEvent>> read_stored_events(std::string_view text);

// Offset and length of every element of an array. Requires valid, minified JSON.
std::vector<std::pair<std::uint32_t, std::uint32_t>> slice_array(std::string_view array);

}  // namespace swiftgrid::engine
