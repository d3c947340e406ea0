#include "net/name_lookup.h"

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace swiftgrid::net {

namespace {

namespace asio = boost::asio;
using Strand = asio::strand<asio::io_context::executor_type>;

IpAddress address_of(const asio::ip::address& found) {
    IpAddress address;
    address.is_v4 = found.is_v4();
    if (found.is_v4()) {
        const auto bytes = found.to_v4().to_bytes();
        std::copy(bytes.begin(), bytes.end(), address.bytes.begin());
    } else {
        address.bytes = found.to_v6().to_bytes();
    }
    return address;
}

// The guard waits so long for a name that it could only refuse: the proxy looks it up again.
constexpr std::int64_t time_ms_max = 2'000;

struct Lookup {
    Lookup(const Strand& strand, FoundAddresses then)
        : resolver(strand), timer(strand), found(std::move(then)) {}

    void end(const std::vector<IpAddress>& addresses) {
        timer.cancel();
        resolver.cancel();
        if (auto call = std::exchange(found, {})) call(addresses);
    }

    asio::ip::tcp::resolver resolver;
    asio::steady_timer timer;
    FoundAddresses found;  // empty once it was called
};

}  // namespace

void look_up_name(const Strand& strand, const std::string& name, FoundAddresses found) {
    // Owners: the two waits below.
    const auto lookup = std::make_shared<Lookup>(strand, std::move(found));
    lookup->timer.expires_after(std::chrono::milliseconds(time_ms_max));
    lookup->timer.async_wait([lookup](const auto& error) {
        if (!error) lookup->end({});
    });
    lookup->resolver.async_resolve(name, "", [lookup](const auto&, const auto& results) {
        std::vector<IpAddress> addresses;
        for (const auto& result : results)
            addresses.push_back(address_of(result.endpoint().address()));
        lookup->end(addresses);
    });
}

}  // namespace swiftgrid::net
