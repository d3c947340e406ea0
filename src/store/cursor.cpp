#include "store/cursor.h"

#include <array>

#include "base/base64.h"

namespace swiftgrid::store {
namespace {

std::unexpected<Error> refuse() {
    return fail(
        ErrorCode::bad_request,
        "the cursor is not one of this list; pass the nextCursor of the last page as it is");
}

}  // namespace

std::string cursor_of(const Uuid& last) { return to_base64(last.bytes, Base64::url); }

std::string cursor_of(std::int64_t last) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(last >> (8 * (7 - i)));
    return to_base64(bytes, Base64::url);
}

Result<std::optional<Uuid>> parse_id_cursor(std::string_view cursor) {
    if (cursor.empty()) return std::nullopt;
    Uuid uuid;
    if (!from_base64(cursor, uuid.bytes, Base64::url)) return refuse();
    return uuid;
}

Result<std::optional<std::int64_t>> parse_number_cursor(std::string_view cursor) {
    if (cursor.empty()) return std::nullopt;
    std::array<std::uint8_t, 8> bytes{};
    if (!from_base64(cursor, bytes, Base64::url)) return refuse();
    std::int64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return number;
}

}  // namespace swiftgrid::store
