#pragma once

// An IPv4 or IPv6 address as plain bytes, without the operating system's types, and a block of
// addresses. Used by the egress guard and by the server's check of the Host header.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace swiftgrid::net {

struct IpAddress {
    bool is_v4 = true;
    std::array<std::uint8_t, 16> bytes{};  // an IPv4 address fills the first four

    bool operator==(const IpAddress&) const = default;

    // The IPv4 address inside ::ffff:a.b.c.d, else the address itself.
    IpAddress unmapped() const;

    bool is_loopback() const;
};

// Accepts the canonical spellings only: four decimal numbers, or IPv6 without brackets and zone.
std::optional<IpAddress> parse_ip_address(std::string_view text);

std::string to_string(const IpAddress& address);

struct IpBlock {
    IpAddress first;
    int prefix_bits = 0;

    bool contains(const IpAddress& address) const;
};

// "10.0.0.0/8", "fd00::/8".
std::optional<IpBlock> parse_ip_block(std::string_view text);

// True for addresses of the public internet: neither loopback, private, link-local, metadata,
// multicast, documentation nor reserved, and no IPv6 address that embeds such an IPv4 address.
bool is_public(const IpAddress& address);

}  // namespace swiftgrid::net
