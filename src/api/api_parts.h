#pragma once

// What the routes may use. Built by app/serve.cpp; everything outlives the router.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "api/http_metrics.h"
#include "api/worker_pool.h"
#include "control/accounts.h"
#include "control/audit_log.h"
#include "control/bulk_runs.h"
#include "control/delivery_log.h"
#include "control/doctor.h"
#include "control/flow_export.h"
#include "control/flow_import.h"
#include "control/flow_notification_service.h"
#include "control/flow_service.h"
#include "control/flow_tester.h"
#include "control/metrics.h"
#include "control/node_tester.h"
#include "control/notification_service.h"
#include "control/online_backup.h"
#include "control/preview.h"
#include "control/reruns.h"
#include "control/resume_service.h"
#include "control/route_preview.h"
#include "control/run_service.h"
#include "control/run_starter.h"
#include "control/schedule_service.h"
#include "control/secret_service.h"
#include "control/settings_service.h"
#include "control/tool_service.h"
#include "control/webhook_gate.h"
#include "control/webhook_listeners.h"
#include "control/webhook_service.h"
#include "model/node_descriptor.h"
#include "runtime/clock.h"
#include "runtime/event_hub.h"
#include "runtime/metrics.h"
#include "runtime/shards.h"
#include "runtime/vault.h"
#include "store/journal.h"

namespace swiftgrid::api {

struct ApiParts {
    control::FlowService& flows;
    control::FlowExport& flow_export;
    control::FlowImport& flow_import;
    control::RunService& runs;
    control::RunStarter& starter;
    control::Preview& preview;
    control::RoutePreview& route_preview;
    control::Reruns& reruns;
    control::NodeTester& tester;
    control::FlowTester& flow_tester;
    control::ResumeService& resume;
    control::ScheduleService& schedules;
    control::WebhookService& webhooks;
    control::WebhookGate& webhook_gate;
    control::WebhookListeners& webhook_listeners;
    control::DeliveryLog& delivery_log;
    control::SecretService& secrets;
    control::SettingsService& settings;
    control::NotificationService& notifications;
    control::FlowNotificationService& flow_notifications;
    control::Accounts& accounts;
    control::BulkRuns& bulk;
    control::AuditLog& audit;
    control::Doctor& doctor;
    control::OnlineBackup& backup;
    runtime::EventHub& hub;
    runtime::Shards& shards;
    runtime::RuntimeMetrics& metrics;
    store::Journal& journal;
    const runtime::Vault& vault;
    const runtime::Clock& clock;
    const model::NodeTypes& types;
    WorkerPool& workers;
    WorkerPool& sign_ins;  // for what may cost a password hash
    HttpMetrics& http;
    control::ToolService& flow_tools;
    control::ControlMetrics& service_metrics;
    std::string version;
    std::string commit = {};  // of the sources; "" when it is not known
    std::string cookie_path = "/";
    std::string public_origin = {};  // see GateOptions
    std::string llm_presets = {};    // the body of GET /api/llm/presets
    // For /metrics: bytes by kind, open streams, what became of spans. Each may be empty.
    std::function<std::vector<std::pair<std::string, std::uint64_t>>()> storage = {};
    std::function<std::size_t()> stream_count = {};
    std::function<std::vector<prometheus::MetricFamily>()> trace_metrics = {};
    // A run with everything that belongs to it, for one answer.
    std::function<std::shared_ptr<control::TextSource>(RunId)> export_run = {};
};

}  // namespace swiftgrid::api
