#pragma once

// What the audit log records, as its filter takes it. web/src/lib/history/audit-text.test.ts holds
// it against the sources.

#include <algorithm>
#include <iterator>
#include <string_view>

namespace swiftgrid::control {

constexpr std::string_view audit_actions[] = {
    "DELETED",
    "EXPIRED",
    "CANCELLED",
    "REPLAYED",
    "RESUMED",
    "PUBLISHED",
    "ROLLED_BACK",
    "FLOW_DELETED",
    "SECRET_CREATED",
    "SECRET_CHANGED",
    "SECRET_DELETED",
    "KEY_ROTATED",
    "TOOL_CHANGED",
    "WEBHOOK_CHANGED",
    "WEBHOOK_SECRET_CREATED",
    "WEBHOOK_SECRET_ROTATED",
    "NOTIFICATION_CHANNEL_CREATED",
    "NOTIFICATION_CHANNEL_CHANGED",
    "NOTIFICATION_CHANNEL_DELETED",
    "NOTIFICATION_SECRET_ROTATED",
    "LOGIN",
    "LOGIN_FAILED",
    "LOGOUT",
    "SESSION_ENDED",
    "PASSWORD_CHANGED",
    "USER_CREATED",
    "USER_CHANGED",
    "USER_DELETED",
    "TOKEN_CREATED",
    "TOKEN_REVOKED",
    "SETTINGS_CHANGED",
    "BACKUP_MADE",
};

constexpr bool is_audit_action(std::string_view name) {
    return std::ranges::find(audit_actions, name) != std::end(audit_actions);
}

}  // namespace swiftgrid::control
