#pragma once

// Who asks, and what they may do. Each role may do everything that those before it may.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/account_ids.h"

namespace swiftgrid::control {

enum class Role : std::uint8_t {
    viewer,     // reads
    operator_,  // and starts, cancels and re-runs
    editor,     // and changes workflows and what they use
    owner,      // and manages people and the server
};

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

enum class CallerKind : std::uint8_t {
    stranger,
    server_token,  // whoever has the server's own token: may do everything
    person,
    api_token,
};

struct Caller {
    CallerKind kind = CallerKind::stranger;
    Role role = Role::viewer;               // of strangers it means nothing
    std::string name = {};                  // for the audit log: an address, a token's name
    std::optional<UserId> user = {};        // the person, or whose token it is
    std::optional<SessionId> session = {};  // when a cookie said who it is

    bool is_known() const { return kind != CallerKind::stranger; }
    bool may(Role needed) const { return is_known() && role >= needed; }
    // A token for programs makes no other tokens and manages no people: who finds it could stay.
    bool may_manage_accounts() const { return is_known() && kind != CallerKind::api_token; }
};

// What the server's own token is called in the audit log.
constexpr std::string_view server_token_name = "owner";

}  // namespace swiftgrid::control
