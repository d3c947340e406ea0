#pragma once

// The field `auth`: who we are, as a header or a parameter of the query. Pure.

#include <optional>

#include "engine/run_error.h"
#include "model/node_descriptor.h"
#include "net/http_client.h"

namespace swiftgrid::nodes::http_request {

// Problems of an `auth` as it stands in the document: a part that is missing, a credential that is
// written out.
void check_auth(const json::object& data, model::DataCheck& problems);

// Adds a resolved `auth` to the request. Gives what is wrong with it.
std::optional<engine::RunError> add_auth(const json::value& auth, net::HttpRequest& request);

}  // namespace swiftgrid::nodes::http_request
