#include "net/ip_address.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

#include <arpa/inet.h>

namespace swiftgrid::net {

namespace {

constexpr int v4_bits = 32;
constexpr int v6_bits = 128;

struct Range {
    std::array<std::uint8_t, 16> first;
    int prefix_bits;
};

bool matches(const std::array<std::uint8_t, 16>& bytes, const Range& range) {
    const auto whole = static_cast<std::size_t>(range.prefix_bits / 8);
    if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    range.first.begin())) {
        return false;
    }
    const int rest = range.prefix_bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (bytes[whole] & mask) == (range.first[whole] & mask);
}

bool matches_any(const std::array<std::uint8_t, 16>& bytes, std::span<const Range> ranges) {
    return std::ranges::any_of(ranges, [&](const Range& range) { return matches(bytes, range); });
}

// Everything of IANA's special-purpose registry that is not globally reachable, and multicast.
constexpr Range refused_v4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{168, 63, 129, 16}, 32},  // metadata of Azure: looks public, leads to the host
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};

// Global unicast is 2000::/3; nothing outside of it is public.
constexpr Range global_v6{{0x20}, 3};

constexpr Range refused_v6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, among them Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff, 0x00}, 20},        // documentation
};

constexpr Range nat64{{0x00, 0x64, 0xff, 0x9b}, 96};
constexpr Range six_to_four{{0x20, 0x02}, 16};
constexpr Range mapped_v4{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};

IpAddress embedded_v4(const IpAddress& address, std::size_t offset) {
    IpAddress inner;
    std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(offset), 4,
                inner.bytes.begin());
    return inner;
}

}  // namespace

IpAddress IpAddress::unmapped() const {
    if (is_v4 || !matches(bytes, mapped_v4)) return *this;
    return embedded_v4(*this, 12);
}

bool IpAddress::is_loopback() const {
    const IpAddress plain = unmapped();
    if (plain.is_v4) return plain.bytes[0] == 127;
    IpAddress loopback{.is_v4 = false, .bytes = {}};
    loopback.bytes[15] = 1;
    return plain == loopback;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    const std::string terminated(text);
    IpAddress address;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
    address.is_v4 = false;
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

std::string to_string(const IpAddress& address) {
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(address.is_v4 ? AF_INET : AF_INET6, address.bytes.data(), text, sizeof text);
    return text;
}

bool IpBlock::contains(const IpAddress& address) const {
    const IpAddress plain = address.unmapped();
    if (plain.is_v4 != first.is_v4) return false;
    return matches(plain.bytes, Range{first.bytes, prefix_bits});
}

std::optional<IpBlock> parse_ip_block(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto first = parse_ip_address(text.substr(0, slash));
    if (!first) return std::nullopt;
    const std::string_view bits = text.substr(slash + 1);
    int prefix_bits = 0;
    const auto parsed = std::from_chars(bits.data(), bits.data() + bits.size(), prefix_bits);
    if (parsed.ec != std::errc{} || parsed.ptr != bits.data() + bits.size()) return std::nullopt;
    if (prefix_bits < 0 || prefix_bits > (first->is_v4 ? v4_bits : v6_bits)) return std::nullopt;
    return IpBlock{*first, prefix_bits};
}

bool is_public(const IpAddress& address) {
    const IpAddress plain = address.unmapped();
    if (plain.is_v4) return !matches_any(plain.bytes, refused_v4);
    if (matches(plain.bytes, nat64)) return is_public(embedded_v4(plain, 12));
    if (matches(plain.bytes, six_to_four)) return is_public(embedded_v4(plain, 2));
    return matches(plain.bytes, global_v6) && !matches_any(plain.bytes, refused_v6);
}

}  // namespace swiftgrid::net
