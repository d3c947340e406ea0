#pragma once

// Where a list goes on: the id of the last item that was given. Lists are ordered by an id that
// never changes, so no item is given twice and none is skipped, whatever comes and goes meanwhile.
// Opaque to clients.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace swiftgrid::store {

std::string cursor_of(const Uuid& last);
std::string cursor_of(std::int64_t last);

// Behind every id there is: where a list in descending order begins.
constexpr Uuid largest_uuid = [] {
    Uuid uuid;
    uuid.bytes.fill(0xff);
    return uuid;
}();

// Nothing when `cursor` is empty; `bad_request` when it is not one of ours.
Result<std::optional<Uuid>> parse_id_cursor(std::string_view cursor);
Result<std::optional<std::int64_t>> parse_number_cursor(std::string_view cursor);

}  // namespace swiftgrid::store
