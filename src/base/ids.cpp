#include "base/ids.h"

#include <sodium/crypto_generichash.h>

namespace swiftgrid {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_hex(std::string& text, std::uint8_t byte) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Fills `bytes` from hex digits; false when a character is none.
bool read_hex(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_value(text[2 * i]);
        const int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string to_string(const Uuid& uuid) {
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        append_hex(text, uuid.bytes[i]);
    }
    return text;
}

Result<Uuid> parse_uuid(std::string_view text) {
    const auto refuse = [&] {
        return fail(ErrorCode::bad_request,
                    "expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057, found '" +
                        std::string(text.substr(0, 64)) + "'");
    };
    if (text.size() != 36) return refuse();
    std::string digits;
    digits.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash_position(i)) {
            if (text[i] != '-') return refuse();
        } else {
            digits += text[i];
        }
    }
    Uuid uuid;
    if (!read_hex(digits, uuid.bytes)) return refuse();
    return uuid;
}

Uuid make_uuid_v7(Instant now, std::span<const std::uint8_t, 10> random) {
    Uuid uuid;
    const auto milliseconds = static_cast<std::uint64_t>(now.milliseconds_since_epoch);
    for (std::size_t i = 0; i < 6; ++i)
        uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
    for (std::size_t i = 0; i < 10; ++i) uuid.bytes[6 + i] = random[i];
    uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | (uuid.bytes[6] & 0x0f));
    uuid.bytes[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

GraphId graph_id_of(std::string_view canonical_text) {
    GraphId id;
    static_assert(id.bytes.size() >= crypto_generichash_BYTES_MIN);
    crypto_generichash(id.bytes.data(), id.bytes.size(),
                       reinterpret_cast<const unsigned char*>(canonical_text.data()),
                       canonical_text.size(), nullptr, 0);
    return id;
}

std::string to_string(const GraphId& id) {
    std::string text;
    text.reserve(32);
    for (std::uint8_t byte : id.bytes) append_hex(text, byte);
    return text;
}

Result<GraphId> parse_graph_id(std::string_view text) {
    GraphId id;
    if (text.size() != 32 || !read_hex(text, id.bytes))
        return fail(ErrorCode::bad_request, "expected 32 hex digits");
    return id;
}

}  // namespace swiftgrid
