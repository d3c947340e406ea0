#include "app/host.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/files.h"
#include "app/log.h"
#include "app/version.h"
#include "base/limits.h"
#include "control/egress_setting.h"
#include "control/key_file.h"
#include "control/preview.h"
#include "control/run_export.h"
#include "nodes/llm_chat/limits.h"

namespace swiftgrid::app {
namespace {

constexpr std::size_t worker_threads = 2;

// One shard carries some ten thousand runs a second; more only help when there are cores for them.
std::size_t shard_count() { return std::max(1U, std::thread::hardware_concurrency() / 4); }

// The script workers of one test of a node, or of one request to test a flow.
class OwnScripts : public runtime::SandboxScriptRunner {
public:
    explicit OwnScripts(std::unique_ptr<sandbox::ScriptPool> pool)
        : SandboxScriptRunner(*pool), pool_(std::move(pool)) {}

private:
    std::unique_ptr<sandbox::ScriptPool> pool_;
};

// Those of engine.md section 9 that people meet.
json::object shown_limits() {
    return {{"graphNodes", limits::graph_nodes},
            {"requestBodyBytes", limits::request_body_bytes},
            {"runInputBytes", limits::run_input_bytes},
            {"nodeResultBytes", limits::node_result_bytes},
            {"jsonDepth", limits::json_depth},
            {"scriptTimeMs", limits::script_time_ms},
            {"scriptMemoryBytes", limits::script_memory_bytes},
            {"httpTimeMs", limits::http_time_ms},
            {"llmTimeMs", limits::llm_time_ms},
            {"llmIdleMs", limits::llm_idle_ms},
            {"runDepth", limits::run_depth},
            {"descendants", limits::descendants},
            {"mapItems", limits::map_items},
            {"mapConcurrency", limits::map_concurrency}};
}

}  // namespace

Host::Host(const HostOptions& options)
    : types(nodes::make_node_types()),
      metrics(options.metric_flows),
      ids_(clock),
      io_work_(io_.get_executor()),
      log_(options.log.with_redaction(
          [this](std::string& text) { vault_.content()->redactor()->redact_in(text); })),
      logs_failed_runs_(options.logs_failed_runs) {}

Host::~Host() { stop(); }

Result<std::unique_ptr<Host>> Host::create(const HostOptions& options, sandbox::Zygote& zygote) {
    std::unique_ptr<Host> host(new Host(options));
    if (auto built = host->build(options, zygote); !built) return std::unexpected(built.error());
    return host;
}

Result<void> Host::build(const HostOptions& options, sandbox::Zygote& zygote) {
    auto guard = net::EgressGuard::parse(options.egress.allow);
    if (!guard) return std::unexpected(guard.error());
    if (auto checked = net::check_proxies(options.egress.proxies); !checked) return checked;
    if (auto opened = open_store(options.data_dir); !opened) return opened;
    if (auto loaded = load_secrets(options); !loaded) return loaded;

    net::HttpClientOptions client_options;
    client_options.user_agent = "SwiftGrid/" + std::string(version());
    client_options.proxies = options.egress.proxies;
    client_options.insecure_tls_allowed = options.egress.insecure_tls_allowed;
    client_ = std::make_unique<net::HttpClient>(io_, std::move(*guard), client_options);
    if (auto loaded = load_settings(options); !loaded) return loaded;
    make_tracing(options);
    behaviours_ = nodes::make_node_behaviours();
    if (auto made = make_performers(options.llm_prices); !made) return made;
    if (auto made = make_shards(options.script_workers, zygote); !made) return made;
    make_services();
    make_scheduler();
    make_history();
    make_notifications();
    make_testers(zygote);
    if (auto loaded = entries_->load(*catalog_); !loaded) return loaded;
    return channels_->load();
}

Result<void> Host::open_store(const std::string& data_dir) {
    auto database =
        data_dir.empty() ? store::Database::open_in_memory() : store::Database::open(data_dir);
    if (!database) return std::unexpected(database.error());
    database_ = std::move(*database);
    backend_ = std::make_unique<store::SqliteBackend>(*database_);
    store::JournalOptions options;
    options.place = database_->place();
    options.free_bytes = [database = database_.get()] { return database->free_bytes(); };
    options.say = logged(LogLevel::error);
    journal_ = std::make_unique<store::Journal>(*backend_, std::move(options));
    // Nothing is noted before the channels are known, and by then there is the thread.
    database_->causes().when_noted([this] { notification_thread_->wake(); });
    committer_ = std::make_unique<store::CommitterThread>(*journal_);
    catalog_ = std::make_unique<store::Catalog>(*database_, *journal_);
    stored_schedules_ = std::make_unique<store::Schedules>(*database_, *journal_);
    stored_webhooks_ = std::make_unique<store::Webhooks>(*database_, *journal_);
    delivery_log_ = std::make_unique<control::DeliveryLog>(*stored_webhooks_, &service_metrics);
    stored_tools_ = std::make_unique<store::FlowTools>(*database_, *journal_);
    stored_accounts_ = std::make_unique<store::Accounts>(*database_, *journal_);
    stored_tests_ = std::make_unique<store::FlowTests>(*database_, *journal_);
    stored_channels_ = std::make_unique<store::NotificationChannels>(*database_, *journal_);
    outbox_ = std::make_unique<store::NotificationOutbox>(*database_, *journal_);
    entries_ = std::make_unique<control::NotificationEntries>(database_->causes());
    history_ = std::make_unique<store::History>(*database_, *journal_);
    bulk_jobs_ = std::make_unique<store::BulkJobs>(*database_, *journal_);
    plans_ = std::make_unique<runtime::PlanCache>(
        types, [backend = backend_.get()](GraphId graph) { return backend->read_graph(graph); },
        limits::plans_in_memory);
    child_flows_ = std::make_unique<control::ChildFlows>(
        control::ChildFlows::Parts{*catalog_, heads_, *plans_});
    return {};
}

// What the owner may change while the server runs, each in one place.
Result<void> Host::load_settings(const HostOptions& options) {
    settings_ = std::make_unique<control::SettingsService>(
        control::SettingsService::Parts{*catalog_, clock, logged(LogLevel::warning),
                                        shown_limits()},
        std::vector<control::Setting>{control::egress_setting(*client_, options.egress.allow),
                                      control::retention_setting(retention_)});
    return settings_->load();
}

void Host::make_tracing(const HostOptions& options) {
    if (!options.traces) return;
    // Called on shards' threads, which do not wait for the disk: after a restart the first run of a
    // workflow may be told without its name.
    const auto flow_name = [this](FlowId flow) {
        if (const auto head = heads_.find(flow)) return head->name;
        [[maybe_unused]] const bool posted = workers_ && workers_->post([this, flow] {
            [[maybe_unused]] const auto read = find_or_read_head(heads_, *catalog_, flow);
        });
        return std::string();
    };
    tracing_ = std::make_unique<Tracing>(
        Tracing::Parts{io_, flow_name, logged(LogLevel::warning), options.egress.proxies},
        *options.traces);
}

// The prices of the file, if one is named, go before ours.
Result<void> Host::make_performers(const std::string& price_file) {
    auto prices = nodes::llm_chat::PriceTable::defaults();
    if (!price_file.empty()) {
        const auto document = read_json_file(price_file);
        if (!document) return std::unexpected(document.error());
        auto read = nodes::llm_chat::PriceTable::with(*document);
        if (!read)
            return fail(read.error().code, fmt::format("{}: {}", price_file, read.error().message));
        prices = *std::move(read);
    }
    performers_ = nodes::make_performers(*client_, std::move(prices));
    return {};
}

// After the store, which makes the folder and locks it.
Result<void> Host::load_secrets(const HostOptions& options) {
    const bool keeps_key = !options.data_dir.empty() && options.server_key.empty();
    const auto found = control::read_key_ring({options.data_dir, options.server_key});
    if (!found) return std::unexpected(found.error());
    const control::KeyRing keys = found->value_or(control::KeyRing({control::ServerKey::random()}));
    control::SecretStore::Parts parts{*catalog_, vault_, keys, !found->has_value()};
    if (keeps_key)
        parts.write_keys = [data_dir = options.data_dir](const control::KeyRing& changed) {
            return control::write_key_ring(changed, data_dir);
        };
    secret_store_ = std::make_unique<control::SecretStore>(std::move(parts));
    if (options.forgets_unreadable_secrets) {
        store::AuditEntry audit;
        audit.action = "SECRET_DELETED";
        audit.actor = "owner";
        audit.created_at = clock.now();
        auto forgotten = secret_store_->remove_unreadable(audit);
        if (!forgotten) return std::unexpected(forgotten.error());
        forgotten_secrets_ = *std::move(forgotten);
    }
    if (auto loaded = secret_store_->load(); !loaded) return loaded;
    // Only now, so that a start which is refused leaves none; before anything is sealed with it.
    if (keeps_key && !*found) {
        if (auto written = control::write_key_ring(keys, options.data_dir); !written)
            return written;
    }
    if (!options.secrets.empty()) {
        runtime::VaultItems items = options.secrets;
        const auto stored = vault_.content();
        items.insert(stored->items().begin(), stored->items().end());
        vault_.replace(std::move(items));
    }
    return load_resume_tokens(keys);
}

// Their key is kept like a secret, so that addresses which were handed out outlive a new server
// key. The first one is that of the versions before, which derived it.
Result<void> Host::load_resume_tokens(const control::KeyRing& keys) {
    runtime::TokenKey key{};
    auto kept = secret_store_->own_value(
        "resume-token-key",
        [&] {
            const auto derived = keys.primary().derive("swiftgrid resume token v1");
            return std::string(derived.begin(), derived.end());
        },
        clock.now());
    if (!kept) return std::unexpected(kept.error());
    if (kept->size() != key.size())
        return fail(ErrorCode::storage_error, "the key of resume addresses is damaged");
    std::ranges::copy(*kept, key.begin());
    resume_tokens_ = std::make_unique<runtime::ResumeTokens>(key);
    return {};
}

std::function<void(const std::string&)> Host::logged(LogLevel level) const {
    return [this, level](const std::string& text) { log_(level, text); };
}

void Host::log_failed_run(const runtime::FailedRun& failed) {
    const auto left_out = failed_run_lines_.admit(clock.monotonic_ms());
    if (!left_out) return;
    log_(LogLevel::warning, "run failed",
         {{"run_id", to_string(failed.run)},
          {"flow_id", to_string(failed.flow)},
          {"node_id", failed.node_id},
          {"trace_id", failed.trace_id},
          {"code", failed.code},
          {"left_out", *left_out > 0 ? std::to_string(*left_out) : ""}});
}

Result<void> Host::make_shards(std::size_t script_workers, sandbox::Zygote& zygote) {
    const std::size_t count = shard_count();
    std::vector<runtime::ShardParts> parts;
    for (std::size_t i = 0; i < count; ++i) {
        sandbox::ScriptPoolOptions options;
        options.workers = std::max<std::size_t>(1, script_workers / count);
        auto pool = sandbox::ScriptPool::create(zygote, options);
        if (!pool) return std::unexpected(pool.error());
        pools_.push_back(std::move(*pool));
        script_runners_.push_back(std::make_unique<runtime::SandboxScriptRunner>(*pools_.back()));
        std::function<void(const runtime::FailedRun&)> on_failed;
        if (logs_failed_runs_)
            on_failed = [this](const runtime::FailedRun& run) { log_failed_run(run); };
        parts.push_back(
            {.clock = clock,
             .behaviours = *behaviours_,
             .performers = performers_,
             .scripts = *script_runners_.back(),
             .backend = *backend_,
             .plans = *plans_,
             .hub = hub,
             .metrics = metrics,
             .child_flows = *child_flows_,
             .append =
                 [this, i](store::Batch batch) {
                     journal_->append(std::move(batch), [this, i] { shards_->batch_durable(i); });
                 },
             .warn =
                 [this](const std::string& text, std::optional<RunId> run) {
                     log_(LogLevel::error, text, {{"run_id", run ? to_string(*run) : ""}});
                 },
             .on_failed = std::move(on_failed),
             .resume_tokens = resume_tokens_.get(),
             .vault = &vault_,
             .tracer = tracing_ ? &tracing_->tracer() : nullptr});
    }
    shards_ = std::make_unique<runtime::Shards>(std::move(parts));
    return {};
}

void Host::make_services() {
    workers_ = std::make_unique<api::WorkerPool>(worker_threads);
    secret_usage_ = std::make_unique<control::SecretUsage>(*catalog_, types);
    secrets_ = std::make_unique<control::SecretService>(
        control::SecretService::Parts{*secret_store_, *secret_usage_, vault_, clock});
    flows_ = std::make_unique<control::FlowService>(control::FlowService::Parts{
        *catalog_, heads_, *shards_, types, clock, ids_, vault_, *secret_usage_, *entries_});
    flow_export_ = std::make_unique<control::FlowExport>(
        control::FlowExport::Parts{*catalog_, *stored_schedules_, types, vault_});
    flow_import_ = std::make_unique<control::FlowImport>(
        control::FlowImport::Parts{*flows_, *catalog_, types, vault_, *secret_usage_, ids_});
    starter_ = std::make_unique<control::RunStarter>(
        control::RunStarter::Parts{*catalog_, *journal_, *flows_, heads_, *plans_, *shards_, types,
                                   clock, ids_, [this](std::function<void()> work) {
                                       return workers_ && workers_->post(std::move(work));
                                   }});
    runs_ = std::make_unique<control::RunService>(control::RunService::Parts{
        *catalog_, *backend_, *plans_, *shards_, clock, [this] { history_thread_->wake(); }});
    reruns_ = std::make_unique<control::Reruns>(
        control::Reruns::Parts{*catalog_, *backend_, *plans_, *starter_});
    resume_ = std::make_unique<control::ResumeService>(
        control::ResumeService::Parts{*catalog_, *backend_, *plans_, *shards_, clock});
    webhook_gate_ = std::make_unique<control::WebhookGate>(
        control::WebhookGate::Parts{*stored_webhooks_, *secret_store_, heads_, *catalog_, clock});
    webhooks_ = std::make_unique<control::WebhookService>(control::WebhookService::Parts{
        *stored_webhooks_, *secret_store_, *webhook_gate_, heads_, *catalog_, clock});
    flow_tools_ = std::make_unique<control::ToolService>(
        control::ToolService::Parts{*stored_tools_, heads_, *catalog_, clock});
    preview_ = std::make_unique<control::Preview>(
        control::Preview::Parts{*catalog_, *backend_, *plans_, *shards_, vault_});
    route_preview_ = std::make_unique<control::RoutePreview>(
        control::RoutePreview::Parts{*shards_, types, performers_});
}

void Host::make_scheduler() {
    const auto wake = [this] { schedule_thread_->wake(); };
    schedules_ = std::make_unique<control::ScheduleService>(
        control::ScheduleService::Parts{*stored_schedules_, clock, wake});
    scheduler_ = std::make_unique<control::Scheduler>(control::Scheduler::Parts{
        *stored_schedules_, hub, clock,
        [this](control::StartRequest request, control::RunStarter::Done done) {
            starter_->start(std::move(request), std::move(done));
        },
        wake, logged(LogLevel::warning), &service_metrics});
    schedule_thread_ =
        std::make_unique<TurnThread>([scheduler = scheduler_.get()] { return scheduler->turn(); });
}

void Host::make_history() {
    audit_ = std::make_unique<control::AuditLog>(*catalog_);
    bulk_ = std::make_unique<control::BulkRuns>(control::BulkRuns::Parts{
        *bulk_jobs_, *catalog_,
        [this](runtime::Submission submission) { return shards_->submit(std::move(submission)); },
        [this](control::ReplayRequest request, control::RunStarter::Done done) {
            reruns_->replay(std::move(request), std::move(done));
        },
        hub, clock, ids_, [this] { history_thread_->wake(); }});
    keeper_ = std::make_unique<control::HistoryKeeper>(control::HistoryKeeper::Parts{
        *history_, retention_, *bulk_, hub, clock, logged(LogLevel::warning)});
    history_thread_ =
        std::make_unique<TurnThread>([keeper = keeper_.get()] { return keeper->turn(); });
    retention_.when_changed([this] {
        keeper_->retention_changed();
        history_thread_->wake();
    });
}

void Host::make_notifications() {
    const auto wake = [this] { notification_thread_->wake(); };
    const auto send = [this](net::HttpRequest request, net::HttpDone done) {
        client_->start(std::move(request), std::move(done));
    };
    channels_ = std::make_unique<control::NotificationBook>(
        control::NotificationBook::Parts{*stored_channels_, *secret_store_, clock, wake});
    notifications_ =
        std::make_unique<control::NotificationService>(control::NotificationService::Parts{
            *channels_, *outbox_, heads_, *catalog_, vault_, clock, ids_, send,
            [this](std::function<void()> work) { return workers_->post(std::move(work)); }, wake});
    notifier_ = std::make_unique<control::Notifier>(
        control::Notifier::Parts{*outbox_, *channels_, *entries_, vault_, clock, ids_, send, wake,
                                 logged(LogLevel::warning), &service_metrics});
    flow_notifications_ =
        std::make_unique<control::FlowNotificationService>(control::FlowNotificationService::Parts{
            *entries_, *outbox_, heads_, *catalog_, clock, [this] {
                notifier_->look_again();
                notification_thread_->wake();
            }});
    notification_thread_ =
        std::make_unique<TurnThread>([notifier = notifier_.get()] { return notifier->turn(); });
}

std::shared_ptr<control::TextSource> Host::export_run(RunId run) {
    return std::make_shared<control::RunExport>(
        control::RunExport::Parts{*catalog_, *backend_, *plans_, types, vault_, clock}, run);
}

void Host::make_testers(sandbox::Zygote& zygote) {
    const auto make_scripts = [&zygote]() -> Result<std::unique_ptr<runtime::ScriptRunner>> {
        sandbox::ScriptPoolOptions options;
        options.workers = 1;
        auto pool = sandbox::ScriptPool::create(zygote, options);
        if (!pool) return std::unexpected(pool.error());
        return std::make_unique<OwnScripts>(std::move(*pool));
    };
    tester_ = std::make_unique<control::NodeTester>(control::NodeTester::Parts{
        *catalog_, *backend_, *plans_, *flows_, types, *behaviours_, performers_, *child_flows_,
        vault_, clock, ids_, make_scripts,
        [this](std::function<void()> work) { return workers_->post(std::move(work)); }});
    flow_tester_ = std::make_unique<control::FlowTester>(control::FlowTester::Parts{
        *catalog_, *stored_tests_, *backend_, *plans_, *flows_, types, *behaviours_,
        performers_.scripts, vault_, clock, ids_, make_scripts});
}

std::vector<std::pair<std::string, std::uint64_t>> Host::storage() const {
    std::vector<std::pair<std::string, std::uint64_t>> kinds;
    if (const auto sizes = database_->file_sizes()) {
        kinds.emplace_back("database", sizes->database);
        kinds.emplace_back("log", sizes->log);
    }
    if (const auto bytes = database_->free_bytes()) kinds.emplace_back("free", *bytes);
    return kinds;
}

Result<void> Host::start() {
    const auto open = catalog_->open_run_counts(std::nullopt);
    if (!open) return std::unexpected(open.error());
    metrics.runs_open_at_start = open->total();
    if (tracing_) tracing_->start();
    io_thread_ = std::thread([this] { io_.run(); });
    return shards_->start(*backend_);
}

// While shards and workers still answer.
void Host::stop_turns() {
    if (schedule_thread_) schedule_thread_->stop();
    if (history_thread_) history_thread_->stop();
    if (notification_thread_) notification_thread_->stop();
}

void Host::drain(std::int64_t patience_ms) {
    stop_turns();
    shards_->drain(patience_ms);
}

void Host::stop() {
    if (stopped_) return;
    stopped_ = true;
    stop_turns();
    tester_.reset();
    flow_tester_.reset();
    if (notifications_) notifications_->stop();
    workers_.reset();  // finishes what waits for the database
    if (shards_) shards_->drain(0);
    if (notifier_) notifier_->finish();
    committer_.reset();  // commits what is left
    if (tracing_) tracing_->flush();
    io_work_.reset();
    io_.stop();
    if (io_thread_.joinable()) io_thread_.join();
    client_.reset();
    tracing_.reset();
}

}  // namespace swiftgrid::app
