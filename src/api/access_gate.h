#pragma once

// Finds out who calls, and who may pass by the table of access_rules.h. A request that changes
// something on a cookie must come from our own pages (Origin), so that no other site can act for a
// signed-in browser.

#include <string>

#include "api/router.h"
#include "control/access.h"
#include "runtime/clock.h"

namespace swiftgrid::api {

struct GateOptions {
    bool metrics_public = false;
    std::string public_origin = {};  // "https://grid.example.com", when a proxy serves us there
};

// `access` and `clock` outlive the gate.
Gate make_access_gate(const control::Access& access, const runtime::Clock& clock,
                      GateOptions options);

// "https://grid.example.com" of a URL.
std::string origin_of(std::string_view url);

// Whether a browser may send it for a page of ours: the request says that it does.
bool is_same_origin(const Request& request, std::string_view public_origin);

constexpr std::string_view session_cookie = "sg_session";

}  // namespace swiftgrid::api
