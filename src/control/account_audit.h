#pragma once

// What becomes of accounts, in the audit log: LOGIN, LOGIN_FAILED, LOGOUT, SESSION_ENDED,
// USER_CREATED, USER_CHANGED, USER_DELETED, PASSWORD_CHANGED, TOKEN_CREATED, TOKEN_REVOKED.

#include <string>
#include <string_view>

#include "base/json.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

inline store::AuditEntry account_audit(std::string_view action, std::string_view actor, Instant now,
                                       const json::object& metadata) {
    store::AuditEntry entry;
    entry.action = action;
    entry.actor = actor;
    entry.created_at = now;
    entry.metadata = to_json(metadata);
    return entry;
}

}  // namespace swiftgrid::control
