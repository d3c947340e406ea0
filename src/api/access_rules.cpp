#include "api/access_rules.h"

#include <algorithm>
#include <array>

namespace swiftgrid::api {
namespace {

using control::Role;

struct Row {
    std::string_view method;  // "*": all
    std::string_view route;
    AccessRule rule;
};

constexpr AccessRule anybody{};
constexpr AccessRule viewer{Role::viewer};
constexpr AccessRule operator_{Role::operator_};
constexpr AccessRule editor{Role::editor};
constexpr AccessRule owner{Role::owner};
constexpr AccessRule own_account{Role::viewer, true};
constexpr AccessRule all_accounts{Role::owner, true};

constexpr auto rows = std::to_array<Row>({
    {"GET", "/healthz", anybody},
    {"GET", "/readyz", anybody},
    {"GET", "/metrics", viewer},
    {"GET", "/api/openapi.json", anybody},
    {"GET", "/api/schemas/flow.json", anybody},
    {"*", "/api/echo", anybody},

    // What is in the address or in the signature says who calls.
    {"*", "/api/hooks/{flowId}", anybody},
    {"*", "/api/hooks/{flowId}/test", anybody},
    {"*", "/api/hooks/resume/{token}", anybody},

    {"GET", "/api/auth/status", anybody},
    {"POST", "/api/auth/setup", anybody},
    {"POST", "/api/auth/login", anybody},
    {"POST", "/api/auth/logout", anybody},
    {"PUT", "/api/auth/password", own_account},
    {"GET", "/api/auth/sessions", own_account},
    {"DELETE", "/api/auth/sessions", own_account},
    {"DELETE", "/api/auth/sessions/{sessionId}", own_account},
    {"GET", "/api/tokens", own_account},
    {"POST", "/api/tokens", own_account},
    {"DELETE", "/api/tokens/{tokenId}", own_account},
    {"GET", "/api/users", all_accounts},
    {"POST", "/api/users", all_accounts},
    {"PUT", "/api/users/{userId}", all_accounts},
    {"DELETE", "/api/users/{userId}", all_accounts},

    {"GET", "/api/flows", viewer},
    {"POST", "/api/flows", editor},
    {"POST", "/api/flows/validate", viewer},
    {"GET", "/api/flows/export", viewer},
    {"POST", "/api/flows/import", editor},
    {"GET", "/api/flows/{flowId}", viewer},
    {"GET", "/api/flows/{flowId}/export", viewer},
    {"PUT", "/api/flows/{flowId}", editor},
    {"DELETE", "/api/flows/{flowId}", editor},
    {"POST", "/api/flows/{flowId}/publish", editor},
    {"GET", "/api/flows/{flowId}/versions", viewer},
    {"GET", "/api/flows/{flowId}/versions/{number}", viewer},
    {"POST", "/api/flows/{flowId}/rollback", editor},
    {"POST", "/api/flows/{flowId}/restore", editor},
    {"GET", "/api/flows/{flowId}/schedule", viewer},
    {"PUT", "/api/flows/{flowId}/schedule", editor},
    {"DELETE", "/api/flows/{flowId}/schedule", editor},
    {"GET", "/api/flows/{flowId}/webhook", viewer},
    {"PUT", "/api/flows/{flowId}/webhook", editor},
    {"POST", "/api/flows/{flowId}/webhook/rotate-secret", editor},
    {"GET", "/api/flows/{flowId}/webhook/deliveries", viewer},
    {"GET", "/api/flows/{flowId}/webhook/calls", editor},
    {"GET", "/api/flows/{flowId}/tool", viewer},
    {"PUT", "/api/flows/{flowId}/tool", editor},
    {"GET", "/api/flows/{flowId}/secrets", viewer},
    // A step that is tried reaches the outside with values that nobody published.
    {"POST", "/api/flows/{flowId}/nodes/{nodeId}/test", editor},
    // What is tested may hold what a run has answered; nothing outside is reached.
    {"GET", "/api/flows/{flowId}/tests", viewer},
    {"PUT", "/api/flows/{flowId}/tests", editor},
    {"GET", "/api/flows/{flowId}/tests/from-run/{runId}", viewer},
    {"POST", "/api/flows/{flowId}/tests/run", editor},
    {"POST", "/api/flows/{flowId}/backtest", editor},
    {"GET", "/api/schedules", viewer},
    {"POST", "/api/cron/preview", viewer},

    // Reading is for viewers; what starts a run asks for an operator (api/routes/mcp.cpp).
    {"POST", "/mcp", viewer},

    {"GET", "/api/flows/{flowId}/runs", viewer},
    {"POST", "/api/flows/{flowId}/runs", operator_},
    {"POST", "/api/run", operator_},
    {"GET", "/api/runs", viewer},
    {"GET", "/api/runs/{runId}", viewer},
    {"DELETE", "/api/runs/{runId}", editor},
    {"GET", "/api/runs/{runId}/events", viewer},
    {"GET", "/api/runs/{runId}/state", viewer},
    {"GET", "/api/runs/{runId}/stream", viewer},
    {"GET", "/api/runs/{runId}/map/{nodeId}", viewer},
    {"GET", "/api/runs/{runId}/export", viewer},
    {"POST", "/api/runs/{runId}/replay", operator_},
    {"POST", "/api/runs/{runId}/fork", operator_},
    {"POST", "/api/runs/{runId}/cancel", operator_},
    {"POST", "/api/runs/{runId}/nodes/{nodeId}/resume", operator_},
    {"PUT", "/api/runs/{runId}/pin", operator_},
    {"POST", "/api/runs/bulk-delete", editor},
    {"POST", "/api/runs/bulk-cancel", operator_},
    {"POST", "/api/runs/bulk-replay", operator_},
    {"GET", "/api/bulk-jobs", viewer},
    {"GET", "/api/bulk-jobs/{jobId}", viewer},
    {"POST", "/api/bulk-jobs/{jobId}/stop", operator_},
    {"GET", "/api/stream", viewer},

    {"GET", "/api/secrets", viewer},
    {"POST", "/api/secrets", editor},
    {"PUT", "/api/secrets/{name}", editor},
    {"DELETE", "/api/secrets/{name}", editor},
    {"POST", "/api/secrets/rotate-key", owner},

    {"GET", "/api/flow-notifications", viewer},
    {"GET", "/api/flows/{flowId}/notifications", viewer},
    {"GET", "/api/flows/{flowId}/notifications/deliveries", viewer},
    {"POST", "/api/flows/{flowId}/notifications/deliveries/{deliveryId}/resend", editor},
    {"GET", "/api/notifications", viewer},
    {"POST", "/api/notifications", owner},
    {"GET", "/api/notifications/{channelId}", viewer},
    {"PUT", "/api/notifications/{channelId}", owner},
    {"DELETE", "/api/notifications/{channelId}", owner},
    {"POST", "/api/notifications/{channelId}/rotate-secret", owner},
    {"POST", "/api/notifications/{channelId}/test", owner},
    {"GET", "/api/notifications/{channelId}/deliveries", viewer},
    {"POST", "/api/notifications/{channelId}/deliveries/{deliveryId}/resend", owner},

    {"GET", "/api/node-types", viewer},
    {"GET", "/api/llm/presets", viewer},
    {"POST", "/api/expressions/preview", editor},
    {"POST", "/api/router/preview", editor},

    {"GET", "/api/settings", viewer},
    {"PUT", "/api/settings", owner},
    {"GET", "/api/doctor", operator_},
    {"POST", "/api/doctor", operator_},
    {"POST", "/api/backup", owner},
    {"GET", "/api/audit", owner},
    {"GET", "/api/audit/export", owner},
});

}  // namespace

std::vector<std::string> access_rule_names() {
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const Row& row : rows)
        names.push_back(std::string(row.method) + ' ' + std::string(row.route));
    return names;
}

std::vector<std::string> access_rule_routes() {
    std::vector<std::string> routes;
    routes.reserve(rows.size());
    for (const Row& row : rows) routes.emplace_back(row.route);
    std::ranges::sort(routes);
    const auto repeated = std::ranges::unique(routes);
    routes.erase(repeated.begin(), repeated.end());
    return routes;
}

AccessRule access_rule(std::string_view method, std::string_view route) {
    if (method == "HEAD") method = "GET";
    const auto row = std::ranges::find_if(rows, [&](const Row& each) {
        return each.route == route && (each.method == method || each.method == "*");
    });
    return row == rows.end() ? owner : row->rule;
}

}  // namespace swiftgrid::api
