#pragma once

// Where a fan-out over a list stands. Per item it keeps a slice of the list, one byte and, when
// results are collected, the result: never a list that is written again for each item. Which items
// were started follows from what is settled, so that a start needs no event.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/json.h"
#include "engine/event.h"

namespace swiftgrid::engine {

// Read by nodes that wait on children; changed by apply() only.
struct FanOutState {
    enum class Item : std::uint8_t { open, fulfilled, rejected };

    JsonText list;
    std::string mapping;  // members that every item gets, as JSON text without the braces
    std::vector<std::pair<std::uint32_t, std::uint32_t>> slices;  // offset and length in the list
    std::vector<Item> items;
    std::vector<JsonText> outcomes;  // the value, or the reason as a string; when collected
    std::map<std::uint32_t, std::uint32_t> attempts;  // of open items beyond their first
    std::map<std::uint32_t, Instant> retries;         // open items that wait for their retry
    std::uint32_t started = 0;                        // items before this one were started
    std::uint32_t succeeded = 0;
    std::uint32_t failed = 0;

    std::uint32_t settled() const { return succeeded + failed; }
    std::uint32_t running() const {
        return started - settled() - static_cast<std::uint32_t>(retries.size());
    }
    std::uint32_t attempt_of(std::uint32_t item) const {
        const auto found = attempts.find(item);
        return found == attempts.end() ? 1 : found->second;
    }
    // Has a child, or is to get one.
    bool is_running(std::uint32_t item) const {
        return item < started && items[item] == Item::open && !retries.contains(item);
    }
    std::string_view text_of(std::uint32_t item) const {
        return list.view().substr(slices[item].first, slices[item].second);
    }
    bool operator==(const FanOutState&) const = default;
};

// The state at the begin. Requires that `input` has the list that `wait` names.
FanOutState begin_fan_out(const FanOutWait& wait, const JsonText& input);

// The items that may have been started when so many are settled.
std::uint32_t items_started(const FanOutWait& wait, std::uint32_t settled);

}  // namespace swiftgrid::engine
