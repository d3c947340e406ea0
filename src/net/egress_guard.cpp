#include "net/egress_guard.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "net/http_header.h"

namespace swiftgrid::net {

namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || port == 0) {
        return std::nullopt;
    }
    return port;
}

IpBlock single(const IpAddress& address) {
    const IpAddress plain = address.unmapped();
    return {plain, plain.is_v4 ? 32 : 128};
}

bool is_host_name(std::string_view text) {
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

struct HostAndPort {
    std::string_view host;
    std::string_view port;  // empty: none given
};

// Splits at the last colon, unless the text is a bare IPv6 address or block.
HostAndPort split_port(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return {text, {}};
        const std::string_view rest = text.substr(end + 1);
        if (rest.empty()) return {text.substr(1, end - 1), {}};
        return {text.substr(1, end - 1), rest.starts_with(':') ? rest.substr(1) : rest};
    }
    const auto colon = text.rfind(':');
    const auto slash = text.find('/');
    const bool several_colons = colon != std::string_view::npos && text.find(':') != colon;
    // fd00::/8:443 has its port after the slash; fd00::/8 and ::1 have none.
    if (several_colons && (slash == std::string_view::npos || colon < slash)) return {text, {}};
    if (colon == std::string_view::npos) return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

Result<EgressGuard> EgressGuard::parse(std::span<const std::string> entries) {
    EgressGuard guard;
    for (std::string_view list : entries) {
        while (!list.empty()) {
            const auto comma = std::min(list.find(','), list.size());
            const std::string_view text = trimmed(list.substr(0, comma));
            list.remove_prefix(std::min(comma + 1, list.size()));
            if (text.empty()) continue;
            auto entry = parse_entry(text);
            if (!entry) return std::unexpected(entry.error());
            guard.entries_.push_back(std::move(*entry));
        }
    }
    return guard;
}

Result<EgressGuard::Entry> EgressGuard::parse_entry(std::string_view text) {
    const HostAndPort parts = split_port(text);
    Entry entry;
    const bool has_port = parts.port.data() != nullptr;
    if (has_port) {
        const auto port = parse_port(parts.port);
        if (!port) {
            return fail(ErrorCode::bad_request,
                        fmt::format("egress entry '{}': '{}' is not a port from 1 to 65535", text,
                                    parts.port));
        }
        entry.port = *port;
    }
    if (const auto address = parse_ip_address(parts.host)) {
        entry.block = single(*address);
        return entry;
    }
    if (parts.host.find('/') != std::string_view::npos) {
        entry.block = parse_ip_block(parts.host);
        if (entry.block) return entry;
        return fail(
            ErrorCode::bad_request,
            fmt::format("egress entry '{}' is not a block like 10.0.0.0/8 or fd00::/8", text));
    }
    entry.host = lower_case(parts.host);
    if (!is_host_name(entry.host)) {
        return fail(
            ErrorCode::bad_request,
            fmt::format("egress entry '{}' is neither host, host:port, address nor block", text));
    }
    return entry;
}

void EgressGuard::allow(InternalEndpoint endpoint) {
    endpoint.address = endpoint.address.unmapped();
    internal_.push_back(std::move(endpoint));
}

void EgressGuard::take_internal(const EgressGuard& other) {
    internal_.insert(internal_.end(), other.internal_.begin(), other.internal_.end());
}

bool EgressGuard::allows(const EgressTarget& target, const IpAddress& address) const {
    if (is_public(address)) return true;
    const IpAddress plain = address.unmapped();
    for (const Entry& entry : entries_) {
        if (entry.port != 0 && entry.port != target.port) continue;
        if (entry.block && entry.block->contains(plain)) return true;
        if (!entry.host.empty() && entry.host == target.host) return true;
        // Who allows "localhost" means this machine, however it is spelt.
        if (entry.host == "localhost" && plain.is_loopback()) return true;
    }
    return std::ranges::any_of(internal_, [&](const InternalEndpoint& endpoint) {
        return endpoint.address == plain && endpoint.port == target.port &&
               endpoint.path == target.path;
    });
}

std::optional<std::string> EgressGuard::own_url(std::string_view relative) const {
    const std::string_view path = relative.substr(0, relative.find_first_of("?#"));
    for (const InternalEndpoint& endpoint : internal_) {
        if (endpoint.path != path) continue;
        std::string host = to_string(endpoint.address);
        if (!endpoint.address.is_v4) host = fmt::format("[{}]", host);
        return fmt::format("http://{}:{}{}", host, endpoint.port, relative);
    }
    return std::nullopt;
}

bool EgressGuard::is_path_bound(const EgressTarget& target) const {
    return std::ranges::any_of(internal_, [&](const InternalEndpoint& endpoint) {
        return endpoint.port == target.port && endpoint.path == target.path;
    });
}

}  // namespace swiftgrid::net
