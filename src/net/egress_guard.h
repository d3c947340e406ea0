#pragma once

// Decides whether the server may open a connection on behalf of a flow (engine.md section 8). The
// question is asked for the resolved address of the socket that is about to be opened, so spelling,
// DNS rebinding and redirects cannot get around it. Public addresses are allowed; everything else
// needs an entry of the allow-list. Immutable after it was built; used by net/http_client.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"

namespace swiftgrid::net {

// A place of our own that flows may call, and nothing else there: the sample's echo endpoint.
struct InternalEndpoint {
    IpAddress address;
    std::uint16_t port = 0;
    std::string path;  // exactly this one; any query
};

// What a request wants to reach, before the name is resolved.
struct EgressTarget {
    std::string host;  // lower case, no brackets
    std::uint16_t port = 0;
    std::string path;
};

class EgressGuard {
public:
    EgressGuard() = default;

    // Each text holds entries separated by commas: `host`, `host:port`, `ip`, `ip:port`, `[v6]`,
    // `[v6]:port`, `cidr`, `cidr:port`. Without a port, every port is meant.
    static Result<EgressGuard> parse(std::span<const std::string> entries);

    void allow(InternalEndpoint endpoint);

    // Allows the internal endpoints of another guard too.
    void take_internal(const EgressGuard& other);

    // May a socket to this address be opened for this target?
    bool allows(const EgressTarget& target, const IpAddress& address) const;

    // The absolute URL of an internal endpoint for a URL that begins with its path, such as
    // "/api/echo?status=200"; nothing for every other path.
    std::optional<std::string> own_url(std::string_view relative) const;

    // True when the target could be allowed only because of an internal endpoint's path. Such a
    // connection must not be shared with requests for other paths.
    bool is_path_bound(const EgressTarget& target) const;

private:
    struct Entry {
        std::string host;              // a name, or empty when `block` is set
        std::optional<IpBlock> block;  // an address is a block of full length
        std::uint16_t port = 0;        // 0: every port
    };

    static Result<Entry> parse_entry(std::string_view text);

    std::vector<Entry> entries_;
    std::vector<InternalEndpoint> internal_;
};

}  // namespace swiftgrid::net
