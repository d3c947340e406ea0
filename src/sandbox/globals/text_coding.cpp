#include "sandbox/globals/text_coding.h"

#include <array>

namespace swiftgrid::sandbox {
namespace {

constexpr char32_t replacement = 0xFFFD;

// What windows-1252 has at 0x80 to 0x9F; elsewhere a byte is its own character.
constexpr std::array<char16_t, 32> windows_1252_high = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// One character of UTF-8, or how many bytes at its place are to be replaced as one.
struct Utf8Step {
    std::size_t bytes = 1;
    bool is_valid = false;
    bool is_cut = false;  // the bytes end before the character does
};

Utf8Step utf8_step(Bytes bytes) {
    const std::uint8_t lead = bytes[0];
    if (lead < 0x80) return {1, true, false};
    if (lead < 0xC2 || lead > 0xF4) return {};
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < size; ++i) {
        if (i == bytes.size()) return {i, false, true};
        if (bytes[i] < low || bytes[i] > high) return {i, false, false};
        low = 0x80;
        high = 0xBF;
    }
    return {size, true, false};
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

}  // namespace

void append_utf8(std::string& out, char32_t character) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | (character >> 6));
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | (character >> 12));
        put(0x80 | ((character >> 6) & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(0xF0 | (character >> 18));
        put(0x80 | ((character >> 12) & 0x3F));
        put(0x80 | ((character >> 6) & 0x3F));
        put(0x80 | (character & 0x3F));
    }
}

std::optional<Decoded> decode_utf8(Bytes bytes, DecodeOptions options) {
    Decoded decoded;
    decoded.text.reserve(bytes.size());
    while (decoded.used < bytes.size()) {
        const Bytes rest = bytes.subspan(decoded.used);
        const Utf8Step step = utf8_step(rest);
        if (step.is_cut && !options.last) break;
        if (!step.is_valid && options.fatal) return std::nullopt;
        if (step.is_valid)
            decoded.text.append(reinterpret_cast<const char*>(rest.data()), step.bytes);
        else
            append_utf8(decoded.text, replacement);
        decoded.used += step.bytes;
    }
    return decoded;
}

namespace {

struct Utf16Step {
    char32_t character = replacement;
    std::size_t bytes = 0;
    bool is_valid = false;
    bool is_cut = false;  // more bytes could make it valid
};

// Requires at least one byte.
Utf16Step utf16le_step(Bytes rest) {
    if (rest.size() < 2) return {replacement, rest.size(), false, true};
    const auto unit_at = [rest](std::size_t at) {
        return static_cast<char32_t>(rest[at] | (rest[at + 1] << 8));
    };
    const char32_t unit = unit_at(0);
    if (unit < 0xD800 || unit >= 0xE000) return {unit, 2, true, false};
    const bool is_high = unit < 0xDC00;
    const bool is_cut = is_high && rest.size() < 4;
    const char32_t low = is_high && !is_cut ? unit_at(2) : 0;
    if (low >= 0xDC00 && low < 0xE000)
        return {0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 4, true, false};
    // A pair that is cut in its middle is one character's worth of loss.
    return {replacement, is_cut ? rest.size() : 2, false, is_cut};
}

}  // namespace

std::optional<Decoded> decode_utf16le(Bytes bytes, DecodeOptions options) {
    Decoded decoded;
    while (decoded.used < bytes.size()) {
        const Utf16Step step = utf16le_step(bytes.subspan(decoded.used));
        if (step.is_cut && !options.last) break;
        if (!step.is_valid && options.fatal) return std::nullopt;
        append_utf8(decoded.text, step.character);
        decoded.used += step.bytes;
    }
    return decoded;
}

std::optional<Decoded> decode_windows_1252(Bytes bytes) {
    Decoded decoded;
    decoded.used = bytes.size();
    for (const std::uint8_t byte : bytes) {
        const bool is_high = byte >= 0x80 && byte < 0xA0;
        append_utf8(decoded.text, is_high ? windows_1252_high[byte - 0x80U] : byte);
    }
    return decoded;
}

std::optional<std::string> latin1_of_utf8(std::string_view utf8) {
    std::string bytes;
    bytes.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            bytes.push_back(utf8[i]);
        } else if (lead <= 0xC3 && i + 1 < utf8.size()) {
            const auto next = static_cast<unsigned char>(utf8[++i]);
            bytes.push_back(static_cast<char>(((lead & 0x03) << 6) | (next & 0x3F)));
        } else {
            return std::nullopt;
        }
    }
    return bytes;
}

std::string utf8_of_latin1(std::string_view bytes) {
    std::string utf8;
    utf8.reserve(bytes.size());
    for (const char byte : bytes) append_utf8(utf8, static_cast<unsigned char>(byte));
    return utf8;
}

std::optional<std::string> from_forgiving_base64(std::string_view text) {
    std::string digits;
    digits.reserve(text.size());
    for (const char c : text) {
        if (!is_blank(c)) digits.push_back(c);
    }
    if (digits.size() % 4 == 0) {
        for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.pop_back();
    }
    if (digits.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    std::size_t bits = 0;
    for (const char c : digits) {
        const std::size_t digit = base64_digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        group = (group << 6) | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<char>((group >> bits) & 0xFF));
    }
    return bytes;
}

}  // namespace swiftgrid::sandbox
