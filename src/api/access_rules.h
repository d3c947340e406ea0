#pragma once

// Who may do what: one rule per route, here and nowhere else. api/openapi.yaml says the same to
// callers (`x-role`), and a test compares the two with the server for every role.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/caller.h"

namespace swiftgrid::api {

struct AccessRule {
    // Nothing: anybody, signed in or not.
    std::optional<control::Role> role = {};
    // People and the server's own token, but no token for programs: see
    // Caller::may_manage_accounts.
    bool is_for_accounts = false;
};

// Every rule as "GET /api/flows", "*" for all methods: for the test that each has its route.
std::vector<std::string> access_rule_names();

// Every pattern that has a rule, once.
std::vector<std::string> access_rule_routes();

// `route` is the pattern. A route without a rule is for owners.
AccessRule access_rule(std::string_view method, std::string_view route);

}  // namespace swiftgrid::api
