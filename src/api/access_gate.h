#pragma once

// Who may pass: the bearer token, or a session cookie. A request that changes something on a cookie
// must come from our own pages (Origin), so that no other site can act for a signed-in browser.

#include "api/router.h"
#include "control/access.h"
#include "runtime/clock.h"

namespace swiftgrid::api {

struct GateOptions {
    bool metrics_public = false;
};

// `access` and `clock` outlive the gate.
Gate make_access_gate(const control::Access& access, const runtime::Clock& clock,
                      GateOptions options);

// Whether the request carries a valid token or session.
bool is_signed_in(const Request& request, const control::Access& access, Instant now);

constexpr std::string_view session_cookie = "sg_session";

}  // namespace swiftgrid::api
