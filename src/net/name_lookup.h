#pragma once

// What a name is on this machine, for requests whose proxy does the looking up that counts. A name
// server that keeps silent holds nobody up for long: no answer is no address.

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include "net/ip_address.h"

namespace swiftgrid::net {

using FoundAddresses = std::function<void(const std::vector<IpAddress>&)>;

// Calls `found` once, on the strand; with nothing when the name is unknown here.
void look_up_name(const boost::asio::strand<boost::asio::io_context::executor_type>& strand,
                  const std::string& name, FoundAddresses found);

}  // namespace swiftgrid::net
