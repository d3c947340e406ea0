#include "sandbox/globals/url_host.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <idn2.h>

#include "base/hex.h"
#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 6> special_schemes = {
    {{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}, {"ftp", 21}, {"file", 0}}};

// Each set has what the one before has; `form` lists what stays instead.
bool must_be_encoded(char c, EncodeSet set) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x1F || byte > 0x7E) return true;
    const auto is_one_of = [c](std::string_view all) { return all.find(c) != all.npos; };
    switch (set) {
        case EncodeSet::c0: return false;
        case EncodeSet::fragment: return is_one_of(" \"<>`");
        case EncodeSet::query: return is_one_of(" \"#<>");
        case EncodeSet::special_query: return is_one_of(" \"#<>'");
        case EncodeSet::path: return is_one_of(" \"#<>?^`{}");
        case EncodeSet::userinfo: return is_one_of(" \"#<>?^`{}/:;=@[\\]|");
        case EncodeSet::form:
            return !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
                   !is_one_of("*-._");
    }
    return true;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

bool is_forbidden_in_host(char c) {
    return c == '\0' || std::string_view("\t\n\r #/:<>?@[\\]^|").find(c) != std::string_view::npos;
}

bool is_forbidden_in_domain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_forbidden_in_host(c) || byte <= 0x1F || byte == 0x7F || c == '%';
}

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t at = text.find(by);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

// Decimal, 0x hexadecimal or 0 octal. Numbers that are far too large become the largest.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
    if (text.empty()) return std::nullopt;
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        text.remove_prefix(2);
        base = 16;
    } else if (text.size() > 1 && text[0] == '0') {
        text.remove_prefix(1);
        base = 8;
    }
    std::uint64_t number = 0;
    for (const char c : text) {
        const int digit = hex_digit(c);
        if (digit < 0 || digit >= base) return std::nullopt;
        number = std::min<std::uint64_t>(
            number * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit),
            std::uint64_t{1} << 40);
    }
    return number;
}

bool ends_in_a_number(std::string_view host) {
    auto parts = split(host, '.');
    if (parts.back().empty()) {
        if (parts.size() == 1) return false;
        parts.pop_back();
    }
    return is_digits(parts.back()) || ipv4_number(parts.back()).has_value();
}

std::optional<std::string> parse_ipv4(std::string_view host) {
    auto parts = split(host, '.');
    if (parts.size() > 1 && parts.back().empty()) parts.pop_back();
    if (parts.size() > 4) return std::nullopt;
    std::uint64_t address = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto number = ipv4_number(parts[i]);
        const bool is_last = i + 1 == parts.size();
        // The last one fills what is left.
        const std::size_t bits = is_last ? 8 * (5 - parts.size()) : 8;
        if (!number || *number >> bits != 0) return std::nullopt;
        address |= is_last ? *number : *number << (24 - 8 * i);
    }
    return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 255, (address >> 8) & 255,
                       address & 255);
}

using Pieces = std::array<std::uint16_t, 8>;

// "1.2.3.4" as two pieces.
bool read_ipv4_in_ipv6(std::string_view text, Pieces& pieces, std::size_t at) {
    const auto parts = split(text, '.');
    if (parts.size() != 4) return false;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::string_view part = parts[i];
        unsigned number = 0;
        if (!is_digits(part) || part.size() > 3 || (part.size() > 1 && part[0] == '0'))
            return false;
        std::from_chars(part.data(), part.data() + part.size(), number);
        if (number > 255) return false;
        std::uint16_t& piece = pieces[at + i / 2];
        piece = static_cast<std::uint16_t>((piece << 8) | number);
    }
    return true;
}

// The pieces of one side of "::" from `at` on; how many there were, or nothing.
std::optional<std::size_t> read_pieces(std::string_view text, bool may_end_in_ipv4, Pieces& pieces,
                                       std::size_t at) {
    if (text.empty()) return 0;
    const auto parts = split(text, ':');
    std::size_t count = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string_view part = parts[i];
        const bool is_ipv4 = part.find('.') != part.npos;
        if (is_ipv4) {
            if (!may_end_in_ipv4 || i + 1 != parts.size() || at + count + 2 > 8) return {};
            if (!read_ipv4_in_ipv6(part, pieces, at + count)) return {};
            count += 2;
            continue;
        }
        if (part.empty() || part.size() > 4 || at + count == 8) return {};
        if (!std::ranges::all_of(part, [](char c) { return hex_digit(c) >= 0; })) return {};
        std::from_chars(part.data(), part.data() + part.size(), pieces[at + count], 16);
        ++count;
    }
    return count;
}

std::optional<Pieces> parse_ipv6(std::string_view text) {
    Pieces pieces{};
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto count = read_pieces(text, true, pieces, 0);
        return count && *count == 8 ? std::optional(pieces) : std::nullopt;
    }
    const std::string_view after = text.substr(gap + 2);
    const auto left = read_pieces(text.substr(0, gap), false, pieces, 0);
    Pieces right{};
    const auto right_count = read_pieces(after, true, right, 0);
    if (!left || !right_count || *left + *right_count > 7) return std::nullopt;
    std::copy_n(right.begin(), *right_count,
                pieces.end() - static_cast<std::ptrdiff_t>(*right_count));
    return pieces;
}

// The first of the longest runs of zeros, from two on, is left out.
std::string written_ipv6(const Pieces& pieces) {
    std::size_t gap = 8;
    std::size_t gap_size = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t end = i;
        while (end < 8 && pieces[end] == 0) ++end;
        if (end - i > gap_size) {
            gap = i;
            gap_size = end - i;
        }
        i = std::max(i, end == i ? i : end - 1);
    }
    std::string out = "[";
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == gap) {
            out += i == 0 ? "::" : ":";
            i += gap_size - 1;
            continue;
        }
        out += fmt::format("{:x}", pieces[i]);
        if (i < 7) out += ':';
    }
    return out + "]";
}

struct FreeIdn {
    void operator()(char* text) const { idn2_free(text); }
};

std::optional<std::string> domain_to_ascii(const std::string& domain) {
    const bool is_ascii =
        std::ranges::all_of(domain, [](char c) { return static_cast<signed char>(c) >= 0; });
    std::string lower = domain;
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const bool has_punycode = lower.starts_with("xn--") || lower.find(".xn--") != lower.npos;
    if (is_ascii && !has_punycode) return lower;
    if (domain.find('\0') != domain.npos) return std::nullopt;
    char* result = nullptr;
    const int code = idn2_to_ascii_8z(lower.c_str(), &result, IDN2_NONTRANSITIONAL);
    const std::unique_ptr<char, FreeIdn> owned(result);
    if (code != IDN2_OK || result == nullptr) return std::nullopt;
    return std::string(result);
}

}  // namespace

void append_encoded(std::string& out, std::string_view bytes, EncodeSet set) {
    for (const char c : bytes) {
        if (set == EncodeSet::form && c == ' ')
            out += '+';
        else if (must_be_encoded(c, set))
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            out += c;
    }
}

std::string percent_decoded(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_encoded = text[i] == '%' && i + 2 < text.size() &&
                                hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (!is_encoded) {
            bytes += text[i];
            continue;
        }
        bytes += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return bytes;
}

std::optional<std::string> parse_host(std::string_view input, bool is_special) {
    if (input.starts_with('[')) {
        if (!input.ends_with(']')) return std::nullopt;
        const auto pieces = parse_ipv6(input.substr(1, input.size() - 2));
        return pieces ? std::optional(written_ipv6(*pieces)) : std::nullopt;
    }
    if (!is_special) {
        if (std::ranges::any_of(input, is_forbidden_in_host)) return std::nullopt;
        std::string host;
        append_encoded(host, input, EncodeSet::c0);
        return host;
    }
    const std::string decoded = percent_decoded(input);
    const auto ascii = domain_to_ascii(valid_utf8(decoded, 3 * decoded.size()));
    if (!ascii || ascii->empty() || std::ranges::any_of(*ascii, is_forbidden_in_domain))
        return std::nullopt;
    return ends_in_a_number(*ascii) ? parse_ipv4(*ascii) : ascii;
}

std::uint16_t default_port(std::string_view scheme) {
    for (const auto& [name, port] : special_schemes) {
        if (name == scheme) return port;
    }
    return 0;
}

bool is_special_scheme(std::string_view scheme) {
    return std::ranges::any_of(special_schemes,
                               [scheme](const auto& special) { return special.first == scheme; });
}

}  // namespace swiftgrid::sandbox
