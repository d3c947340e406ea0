#pragma once

// The object graph below the API, built by hand in order and taken down in the opposite one.
// `serve` puts an HTTP server on top, `run` uses it directly.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "api/worker_pool.h"
#include "app/log.h"
#include "app/options.h"
#include "app/tracing.h"
#include "app/turn_thread.h"
#include "base/limits.h"
#include "base/result.h"
#include "control/audit_log.h"
#include "control/bulk_runs.h"
#include "control/child_flows.h"
#include "control/delivery_log.h"
#include "control/flow_export.h"
#include "control/flow_heads.h"
#include "control/flow_import.h"
#include "control/flow_notification_service.h"
#include "control/flow_service.h"
#include "control/flow_tester.h"
#include "control/history_keeper.h"
#include "control/metrics.h"
#include "control/node_tester.h"
#include "control/notification_book.h"
#include "control/notification_entries.h"
#include "control/notification_service.h"
#include "control/notifier.h"
#include "control/preview.h"
#include "control/reruns.h"
#include "control/resume_service.h"
#include "control/retention.h"
#include "control/route_preview.h"
#include "control/run_service.h"
#include "control/run_starter.h"
#include "control/schedule_service.h"
#include "control/scheduler.h"
#include "control/secret_service.h"
#include "control/settings_service.h"
#include "control/tool_service.h"
#include "control/webhook_gate.h"
#include "control/webhook_listeners.h"
#include "control/webhook_service.h"
#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"
#include "net/http_client.h"
#include "nodes/registry.h"
#include "observe/line_rate.h"
#include "runtime/clock.h"
#include "runtime/event_hub.h"
#include "runtime/metrics.h"
#include "runtime/plan_cache.h"
#include "runtime/resume_tokens.h"
#include "runtime/script_runner.h"
#include "runtime/shards.h"
#include "sandbox/script_pool.h"
#include "sandbox/zygote.h"
#include "store/accounts.h"
#include "store/bulk_jobs.h"
#include "store/catalog.h"
#include "store/committer_thread.h"
#include "store/database.h"
#include "store/flow_tests.h"
#include "store/history.h"
#include "store/journal.h"
#include "store/notification_channels.h"
#include "store/notification_outbox.h"
#include "store/schedules.h"
#include "store/sqlite_backend.h"
#include "store/tools.h"
#include "store/webhooks.h"

namespace swiftgrid::app {

struct HostOptions {
    std::string data_dir;  // "" keeps everything in memory
    EgressOptions egress = {};
    std::size_t script_workers = 2;
    std::string server_key = {};  // base64; "" is that of the data folder
    // Besides those of the data folder, in the place of those with the same name; never stored.
    runtime::VaultItems secrets = {};
    bool forgets_unreadable_secrets = false;            // of a lost key
    std::string llm_prices = {};                        // a file; "" is the built-in table alone
    std::size_t metric_flows = 0;                       // flows that /metrics tells apart
    std::optional<observe::TraceSettings> traces = {};  // none: no traces are made
    Log log = Log();
    bool logs_failed_runs = false;
};

class Host {
public:
    // The zygote outlives the host.
    static Result<std::unique_ptr<Host>> create(const HostOptions& options,
                                                sandbox::Zygote& zygote);
    ~Host();

    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    // What addresses that are handed out begin with, without a slash at the end. Before start().
    void set_public_url(const std::string& url) {
        resume_tokens_->set_public_url(url);
        webhooks_->set_public_url(url);
        flow_tools_->set_public_url(url);
    }

    // Owes again what open runs are owed, then takes work.
    Result<void> start();

    // Starts what schedules want to be started, after start().
    void start_schedules() { schedule_thread_->start(); }

    // Works on jobs over many runs and deletes what has expired, after start().
    void start_history() { history_thread_->start(); }

    // Sends what channels want to hear of, after start().
    void start_notifications() { notification_thread_->start(); }
    std::shared_ptr<control::TextSource> export_run(RunId run);

    // Refuses new runs and lets what is under way finish for so long. Reading works until stop().
    // What was cut goes out again after the next start.
    void drain(std::int64_t patience_ms);

    // Puts everything on disk and ends the threads, after drain(0) when nobody drained before.
    void stop();

    boost::asio::io_context& io() { return io_; }

    runtime::SystemClock clock;
    model::NodeTypes types;
    runtime::EventHub hub;
    runtime::RuntimeMetrics metrics;
    control::ControlMetrics service_metrics;
    control::WebhookListeners webhook_listeners;

    net::HttpClient& http_client() { return *client_; }
    api::WorkerPool& workers() { return *workers_; }
    // Null: traces are off.
    Tracing* tracing() { return tracing_.get(); }
    // Bytes by kind, for /metrics; nothing in memory.
    std::vector<std::pair<std::string, std::uint64_t>> storage() const;
    store::Journal& journal() { return *journal_; }
    store::Catalog& catalog() { return *catalog_; }
    store::Accounts& stored_accounts() { return *stored_accounts_; }
    IdSource& ids() { return ids_; }
    runtime::Shards& shards() { return *shards_; }
    control::FlowService& flows() { return *flows_; }
    control::FlowExport& flow_export() { return *flow_export_; }
    control::FlowImport& flow_import() { return *flow_import_; }
    control::RunService& runs() { return *runs_; }
    control::RunStarter& starter() { return *starter_; }
    control::Preview& preview() { return *preview_; }
    control::RoutePreview& route_preview() { return *route_preview_; }
    control::Reruns& reruns() { return *reruns_; }
    control::NodeTester& tester() { return *tester_; }
    control::FlowTester& flow_tester() { return *flow_tester_; }
    control::ResumeService& resume() { return *resume_; }
    control::SecretService& secrets() { return *secrets_; }
    control::SettingsService& settings() { return *settings_; }
    control::ScheduleService& schedules() { return *schedules_; }
    control::NotificationService& notifications() { return *notifications_; }
    control::FlowNotificationService& flow_notifications() { return *flow_notifications_; }
    control::WebhookService& webhooks() { return *webhooks_; }
    control::WebhookGate& webhook_gate() { return *webhook_gate_; }
    control::DeliveryLog& delivery_log() { return *delivery_log_; }
    control::ToolService& flow_tools() { return *flow_tools_; }
    const runtime::Vault& vault() const { return vault_; }
    control::BulkRuns& bulk() { return *bulk_; }
    control::AuditLog& audit() { return *audit_; }

    // Takes the vault's secrets out of what it writes.
    const Log& log() const { return log_; }

    const std::vector<std::string>& forgotten_secrets() const { return forgotten_secrets_; }

private:
    explicit Host(const HostOptions& options);
    std::function<void(const std::string&)> logged(LogLevel level) const;
    void log_failed_run(const runtime::FailedRun& failed);
    Result<void> build(const HostOptions& options, sandbox::Zygote& zygote);
    Result<void> open_store(const std::string& data_dir);
    Result<void> load_secrets(const HostOptions& options);
    Result<void> load_resume_tokens(const control::KeyRing& keys);
    Result<void> load_settings(const HostOptions& options);
    void make_tracing(const HostOptions& options);
    Result<void> make_performers(const std::string& price_file);
    Result<void> make_shards(std::size_t script_workers, sandbox::Zygote& zygote);
    void make_services();
    void make_scheduler();
    void make_history();
    void make_notifications();
    void stop_turns();
    void make_testers(sandbox::Zygote& zygote);

    runtime::SystemIdSource ids_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> io_work_;
    std::thread io_thread_;

    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::SqliteBackend> backend_;
    std::unique_ptr<store::Journal> journal_;
    std::unique_ptr<store::CommitterThread> committer_;
    std::unique_ptr<store::Catalog> catalog_;
    std::unique_ptr<store::Schedules> stored_schedules_;
    std::unique_ptr<store::Webhooks> stored_webhooks_;
    std::unique_ptr<control::DeliveryLog> delivery_log_;
    std::unique_ptr<store::FlowTools> stored_tools_;
    std::unique_ptr<store::Accounts> stored_accounts_;
    std::unique_ptr<store::FlowTests> stored_tests_;
    std::unique_ptr<store::NotificationChannels> stored_channels_;
    std::unique_ptr<store::NotificationOutbox> outbox_;
    std::unique_ptr<store::History> history_;
    std::unique_ptr<store::BulkJobs> bulk_jobs_;
    std::unique_ptr<runtime::PlanCache> plans_;

    runtime::Vault vault_;
    Log log_;
    bool logs_failed_runs_ = false;
    observe::LineRate failed_run_lines_{limits::log_run_lines_per_second};
    std::unique_ptr<control::SecretStore> secret_store_;
    std::unique_ptr<control::SecretUsage> secret_usage_;
    std::vector<std::string> forgotten_secrets_;

    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<Tracing> tracing_;
    std::unique_ptr<control::SettingsService> settings_;
    std::unique_ptr<engine::NodeBehaviours> behaviours_;
    nodes::Performers performers_;
    std::vector<std::unique_ptr<sandbox::ScriptPool>> pools_;
    std::vector<std::unique_ptr<runtime::SandboxScriptRunner>> script_runners_;
    std::unique_ptr<runtime::ResumeTokens> resume_tokens_;
    control::FlowHeads heads_;
    std::unique_ptr<control::NotificationEntries> entries_;
    std::unique_ptr<control::ChildFlows> child_flows_;
    std::unique_ptr<runtime::Shards> shards_;

    std::unique_ptr<api::WorkerPool> workers_;
    std::unique_ptr<control::FlowService> flows_;
    std::unique_ptr<control::FlowExport> flow_export_;
    std::unique_ptr<control::FlowImport> flow_import_;
    std::unique_ptr<control::RunStarter> starter_;
    std::unique_ptr<control::RunService> runs_;
    std::unique_ptr<control::Preview> preview_;
    std::unique_ptr<control::RoutePreview> route_preview_;
    std::unique_ptr<control::Reruns> reruns_;
    std::unique_ptr<control::NodeTester> tester_;
    std::unique_ptr<control::FlowTester> flow_tester_;
    std::unique_ptr<control::ResumeService> resume_;
    std::unique_ptr<control::SecretService> secrets_;
    std::unique_ptr<control::ScheduleService> schedules_;
    std::unique_ptr<control::WebhookGate> webhook_gate_;
    std::unique_ptr<control::ToolService> flow_tools_;
    std::unique_ptr<control::WebhookService> webhooks_;
    std::unique_ptr<control::Scheduler> scheduler_;
    std::unique_ptr<TurnThread> schedule_thread_;
    control::Retention retention_;
    std::unique_ptr<control::AuditLog> audit_;
    std::unique_ptr<control::BulkRuns> bulk_;
    std::unique_ptr<control::HistoryKeeper> keeper_;
    std::unique_ptr<TurnThread> history_thread_;
    std::unique_ptr<control::NotificationBook> channels_;
    std::unique_ptr<control::NotificationService> notifications_;
    std::unique_ptr<control::FlowNotificationService> flow_notifications_;
    std::unique_ptr<control::Notifier> notifier_;
    std::unique_ptr<TurnThread> notification_thread_;
    bool stopped_ = false;
};

}  // namespace swiftgrid::app
