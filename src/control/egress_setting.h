#pragma once

// The setting `allowEgress`: which private addresses flows may reach, besides those of the command
// line. Holds for every request that starts after the change.

#include <string>
#include <vector>

#include "control/settings_service.h"
#include "net/http_client.h"

namespace swiftgrid::control {

// `client` outlives the setting; `flag` is what --allow-egress says, checked already.
Setting egress_setting(net::HttpClient& client, std::vector<std::string> flag);

}  // namespace swiftgrid::control
