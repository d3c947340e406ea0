#include "nodes/charset.h"

#include <algorithm>
#include <cstdint>

namespace swiftgrid::nodes {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::string_view ellipsis = "\xe2\x80\xa6";

// Where windows-1252 differs from Unicode: 0x80 to 0x9f.
constexpr char16_t windows_1252[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

void append_code_point(std::string& out, char16_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | (point >> 6));
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else {
        out += static_cast<char>(0xe0 | (point >> 12));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    }
}

// The length of the valid sequence at the start, or 0. Overlong forms, surrogates and points
// beyond U+10FFFF are not valid (RFC 3629).
std::size_t sequence_length(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const auto continues = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xbf) {
        return i < bytes.size() && at(i) >= low && at(i) <= high;
    };
    const std::uint8_t lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const std::uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;
        const std::uint8_t high = lead == 0xed ? 0x9f : 0xbf;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const std::uint8_t low = lead == 0xf0 ? 0x90 : 0x80;
        const std::uint8_t high = lead == 0xf4 ? 0x8f : 0xbf;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

bool is_valid_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t length = sequence_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

bool is_latin(std::string_view charset) {
    static constexpr std::string_view names[] = {"iso-8859-1",   "iso8859-1", "latin1",   "latin-1",
                                                 "windows-1252", "cp1252",    "us-ascii", "ascii"};
    return std::ranges::find(names, charset) != std::end(names);
}

}  // namespace

std::optional<std::string> to_utf8(std::string_view bytes, std::string_view charset) {
    if (is_latin(charset)) {
        std::string out;
        out.reserve(bytes.size() + bytes.size() / 8);
        for (const char c : bytes) {
            const auto byte = static_cast<std::uint8_t>(c);
            const bool differs = byte >= 0x80 && byte <= 0x9f;
            append_code_point(out, differs ? windows_1252[byte - 0x80] : byte);
        }
        return out;
    }
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    if (!is_valid_utf8(bytes)) return std::nullopt;
    return std::string(bytes);
}

std::string repair_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = sequence_length(bytes);
        out += length == 0 ? replacement : bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string cut_utf8(std::string_view text, std::size_t size_bytes_max) {
    if (text.size() <= size_bytes_max) return std::string(text);
    std::size_t end = size_bytes_max;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end)) + std::string(ellipsis);
}

}  // namespace swiftgrid::nodes
