#pragma once

// Every route, by file: the URL's first word is the name of the file. api/openapi.yaml describes
// them; a test holds the two together.

#include "api/api_parts.h"
#include "api/router.h"
#include "api/timer.h"

namespace swiftgrid::api {

void add_auth_routes(Router& router, ApiParts& parts);
void add_user_routes(Router& router, ApiParts& parts);
void add_token_routes(Router& router, ApiParts& parts);
void add_flow_routes(Router& router, ApiParts& parts);
// Import and export.
void add_transfer_routes(Router& router, ApiParts& parts);
void add_version_routes(Router& router, ApiParts& parts);
void add_schedule_routes(Router& router, ApiParts& parts);
void add_webhook_routes(Router& router, ApiParts& parts);
// Calls from outside that start runs; who may make them is the webhook's affair.
void add_webhook_call_routes(Router& router, ApiParts& parts, Timer& timer);
void add_flow_tool_routes(Router& router, ApiParts& parts);
// The endpoint of the Model Context Protocol.
void add_mcp_route(Router& router, ApiParts& parts, Timer& timer);
void add_start_routes(Router& router, ApiParts& parts, Timer& timer);
void add_rerun_routes(Router& router, ApiParts& parts);
void add_node_test_routes(Router& router, ApiParts& parts);
void add_flow_test_routes(Router& router, ApiParts& parts);
void add_run_routes(Router& router, ApiParts& parts);
void add_bulk_routes(Router& router, ApiParts& parts, Timer& timer);
void add_audit_routes(Router& router, ApiParts& parts);
void add_run_stream_routes(Router& router, ApiParts& parts, Timer& timer);
void add_resume_routes(Router& router, ApiParts& parts);
void add_secret_routes(Router& router, ApiParts& parts);
void add_settings_routes(Router& router, ApiParts& parts);
void add_notification_routes(Router& router, ApiParts& parts);
void add_tool_routes(Router& router, ApiParts& parts);
void add_service_routes(Router& router, ApiParts& parts);
void add_metrics_routes(Router& router, ApiParts& parts);
void add_doctor_routes(Router& router, ApiParts& parts);
void add_backup_routes(Router& router, ApiParts& parts);

// What the outside calls without an account: the secret is in the address.
void add_hook_routes(Router& router, control::ResumeService& resume, WorkerPool& workers);

// The harmless endpoint that the offline samples call; it needs no parts of the server.
void add_echo_route(Router& router, Timer& timer);

}  // namespace swiftgrid::api
