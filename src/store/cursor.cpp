#include "store/cursor.h"

#include <array>
#include <cstring>
#include <span>

#include <sodium/utils.h>

namespace swiftgrid::store {
namespace {

constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string encode(std::span<const std::uint8_t> bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();  // the terminating zero
    return text;
}

bool decode(std::string_view text, std::span<std::uint8_t> bytes) {
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                         nullptr, &size, &end, variant);
    return failed == 0 && size == bytes.size() && end == text.data() + text.size();
}

std::unexpected<Error> refuse() {
    return fail(
        ErrorCode::bad_request,
        "the cursor is not one of this list; pass the nextCursor of the last page as it is");
}

}  // namespace

std::string cursor_of(const Uuid& last) { return encode(last.bytes); }

std::string cursor_of(std::int64_t last) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(last >> (8 * (7 - i)));
    return encode(bytes);
}

Result<std::optional<Uuid>> parse_id_cursor(std::string_view cursor) {
    if (cursor.empty()) return std::nullopt;
    Uuid uuid;
    if (!decode(cursor, uuid.bytes)) return refuse();
    return uuid;
}

Result<std::optional<std::int64_t>> parse_number_cursor(std::string_view cursor) {
    if (cursor.empty()) return std::nullopt;
    std::array<std::uint8_t, 8> bytes{};
    if (!decode(cursor, bytes)) return refuse();
    std::int64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return number;
}

}  // namespace swiftgrid::store
