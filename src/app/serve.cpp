#include "app/serve.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "api/access_gate.h"
#include "api/api_parts.h"
#include "api/routes/routes.h"
#include "api/server.h"
#include "api/static_files.h"
#include "api/timer.h"
#include "app/drain.h"
#include "app/echo_endpoint.h"
#include "app/exit_code.h"
#include "app/flow_files.h"
#include "app/host.h"
#include "app/housekeeping.h"
#include "app/listen_address.h"
#include "app/log.h"
#include "app/place.h"
#include "app/version.h"
#include "base/limits.h"
#include "control/accounts.h"
#include "net/ip_address.h"
#include "nodes/llm_chat/presets.h"

namespace swiftgrid::app {
namespace {

struct ServeFailure {
    const Log& log;
    bool as_json;

    int operator()(const std::string& what, const Error& error) const {
        const Error whole{error.code, what + ": " + error.message};
        log(LogLevel::error, whole.message);
        if (as_json) print_problem(whole);
        return exit_failed;
    }
};

int wrong_usage(const Error& error, bool as_json) {
    failed(error, as_json);
    return exit_usage;
}

// The log has said it when it happened.
int exit_code_of(bool sandbox_ended, bool as_json) {
    if (!sandbox_ended) return exit_done;
    if (as_json) print_problem(Error{ErrorCode::internal, "the script sandbox has ended"});
    return exit_failed;
}

// Every flow.json below the folder, in order of name, with the flows that they call.
Result<std::size_t> import_examples(const std::string& folder, FlowFiles flows) {
    namespace fs = std::filesystem;
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
        if (entry.path().filename() == "flow.json") files.push_back(entry.path().string());
    }
    if (error) return fail(ErrorCode::not_found, "cannot read " + folder + ": " + error.message());
    std::ranges::sort(files);
    for (const std::string& file : files) {
        if (auto flow = flows.import(file); !flow) {
            const auto& refusal = flow.error();
            return fail(refusal.error.code,
                        file + ": " +
                            (refusal.problems.empty() ? refusal.error.message
                                                      : refusal.problems.front().detail));
        }
    }
    return flows.imported();
}

Result<void> import_into_empty(const std::string& folder, Host& host) {
    if (folder.empty()) return {};
    auto known = host.flows().has_flows();
    if (!known) return std::unexpected(known.error().error);
    if (*known) return {};
    auto count = import_examples(folder, FlowFiles(host.flows(), host.types));
    if (!count) return std::unexpected(count.error());
    host.log()(LogLevel::info, fmt::format("imported {} sample flows", *count));
    return {};
}

HostOptions host_options(const ServeOptions& options,
                         std::optional<observe::TraceSettings> traces) {
    return {.data_dir = options.data_dir,
            .egress = options.egress,
            .script_workers = options.script_workers,
            .server_key = environment("SWIFTGRID_SERVER_KEY"),
            .llm_prices = options.llm_prices,
            .metric_flows = options.metric_flows,
            .traces = std::move(traces),
            .log = Log(options.log_format),
            .logs_failed_runs = true};
}

api::Router make_router(const ServeOptions& options, api::ApiParts& parts, api::Timer& timer) {
    api::Router router;
    router.set_gate(api::make_access_gate(parts.accounts.access(), parts.clock,
                                          {options.metrics_public, parts.public_origin}));
    api::add_auth_routes(router, parts);
    api::add_user_routes(router, parts);
    api::add_token_routes(router, parts);
    api::add_flow_routes(router, parts);
    api::add_transfer_routes(router, parts);
    api::add_version_routes(router, parts);
    api::add_schedule_routes(router, parts);
    api::add_webhook_routes(router, parts);
    api::add_webhook_call_routes(router, parts, timer);
    api::add_flow_tool_routes(router, parts);
    api::add_mcp_route(router, parts, timer);
    api::add_start_routes(router, parts, timer);
    api::add_rerun_routes(router, parts);
    api::add_node_test_routes(router, parts);
    api::add_flow_test_routes(router, parts);
    api::add_run_routes(router, parts);
    api::add_bulk_routes(router, parts, timer);
    api::add_audit_routes(router, parts);
    api::add_run_stream_routes(router, parts, timer);
    api::add_resume_routes(router, parts);
    api::add_hook_routes(router, parts.resume, parts.workers);
    api::add_secret_routes(router, parts);
    api::add_settings_routes(router, parts);
    api::add_notification_routes(router, parts);
    api::add_tool_routes(router, parts);
    api::add_service_routes(router, parts);
    api::add_metrics_routes(router, parts);
    api::add_doctor_routes(router, parts);
    api::add_backup_routes(router, parts);
    api::add_echo_route(router, timer);
    router.set_fallback(api::make_static_files(options.base_path));
    return router;
}

// What the API asks the host now and then.
void add_questions(api::ApiParts& parts, Host& host) {
    parts.llm_presets = to_json(nodes::llm_chat::presets_json());
    if (Tracing* tracing = host.tracing())
        parts.trace_metrics = [tracing] { return tracing->metrics(); };
    parts.storage = [&host] { return host.storage(); };
    parts.export_run = [&host](RunId run) { return host.export_run(run); };
}

// What the server has beside its host.
struct ServerOwn {
    control::Accounts& accounts;
    api::WorkerPool& sign_ins;
    control::Doctor& doctor;
    control::OnlineBackup& backup;
    api::HttpMetrics& http_metrics;
};

api::ApiParts make_parts(const ServeOptions& options, Host& host, const ServerOwn& own) {
    api::ApiParts parts{host.flows(),
                        host.flow_export(),
                        host.flow_import(),
                        host.runs(),
                        host.starter(),
                        host.preview(),
                        host.route_preview(),
                        host.reruns(),
                        host.tester(),
                        host.flow_tester(),
                        host.resume(),
                        host.schedules(),
                        host.webhooks(),
                        host.webhook_gate(),
                        host.webhook_listeners,
                        host.delivery_log(),
                        host.secrets(),
                        host.settings(),
                        host.notifications(),
                        host.flow_notifications(),
                        own.accounts,
                        host.bulk(),
                        host.audit(),
                        own.doctor,
                        own.backup,
                        host.hub,
                        host.shards(),
                        host.metrics,
                        host.journal(),
                        host.vault(),
                        host.clock,
                        host.types,
                        host.workers(),
                        own.sign_ins,
                        own.http_metrics,
                        host.flow_tools(),
                        host.service_metrics,
                        std::string(version()),
                        std::string(commit())};
    add_questions(parts, host);
    if (!options.base_path.empty()) parts.cookie_path = options.base_path;
    parts.public_origin = api::origin_of(options.public_url);
    return parts;
}

// Whoever comes first would be the owner of a server that anybody can reach.
Result<void> check_strangers(const ServeOptions& options, const api::Server& server,
                             const control::Accounts& accounts, const control::ServerToken& token) {
    const auto address = net::parse_ip_address(server.address());
    const bool is_reachable = !address || !address->unmapped().is_loopback();
    if (!is_reachable || accounts.exist() || token.from_environment || options.allow_no_account)
        return {};
    return fail(ErrorCode::forbidden,
                fmt::format("{} can be reached from other machines, and there is no account yet. "
                            "Make the first one with 'swiftgrid user add YOU@EXAMPLE.COM --role "
                            "owner --data-dir {}', or set SWIFTGRID_API_TOKEN, or give "
                            "--allow-no-account to make it with the link that is printed",
                            options.listen, options.data_dir));
}

// One line with the address, for people and programs; the link is for people only.
void announce(const ServeOptions& options, const Log& log, const std::string& url,
              const std::string& code) {
    if (options.json)
        fmt::print("{}\n", to_json(json::object{{"ready", true}, {"url", url}}));
    else
        fmt::print("SwiftGrid is ready at {}\n", url);
    std::fflush(stdout);
    if (!code.empty()) log(LogLevel::info, "sign in once with " + url + "/sign-in#" + code);
}

api::ServerOptions server_options(const ServeOptions& options, const ListenAddress& address,
                                  api::HttpMetrics& http_metrics) {
    api::ServerOptions server;
    server.host = address.host;
    server.port = address.port;
    server.base_path = options.base_path;
    server.host_names = options.public_hosts;
    server.on_served = [&](const api::Served& served) { http_metrics.count(served); };
    return server;
}

}  // namespace

int run_serve(const ServeOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals) {
    const Log log(options.log_format);
    const ServeFailure give_up{log, options.json};
    const auto address = parse_listen_address(options.listen);
    if (!address) return wrong_usage(address.error(), options.json);
    auto traces = observe::read_trace_settings(environment, std::string(version()));
    if (!traces) return wrong_usage(traces.error(), options.json);
    auto host = Host::create(host_options(options, *std::move(traces)), zygote);
    if (!host) return give_up("cannot start", host.error());
    auto token = control::server_token(options.data_dir, std::getenv("SWIFTGRID_API_TOKEN"));
    if (!token) return give_up("cannot start", token.error());
    auto accounts = control::Accounts::open(
        {(*host)->stored_accounts(), (*host)->clock, (*host)->ids()}, token->token);
    if (!accounts) return give_up("cannot start", accounts.error());

    api::HttpMetrics http_metrics;
    auto server =
        api::Server::listen((*host)->io(), server_options(options, *address, http_metrics));
    if (!server) return give_up("cannot listen on " + options.listen, server.error());

    if (auto safe = check_strangers(options, **server, **accounts, *token); !safe)
        return give_up("will not start", safe.error());
    const std::uint16_t port = (*server)->port();
    const std::string url =
        fmt::format("http://{}:{}{}", url_host(address->host), port, options.base_path);
    (*host)->set_public_url(options.public_url.empty() ? url : options.public_url);
    allow_echo_endpoint(**server, (*host)->http_client());
    if (auto started = (*host)->start(); !started) return give_up("cannot start", started.error());
    if (auto imported = import_into_empty(options.import_examples, **host); !imported)
        return give_up("cannot import the samples", imported.error());

    control::Doctor doctor({options.data_dir, environment("SWIFTGRID_SERVER_KEY")}, (*host)->types,
                           (*host)->clock);
    control::OnlineBackup backup({options.data_dir, (*host)->catalog(), (*host)->clock});
    api::Timer timer((*host)->io());
    api::WorkerPool sign_ins(limits::password_hashes, limits::sign_ins_waiting);
    api::ApiParts parts =
        make_parts(options, **host, {**accounts, sign_ins, doctor, backup, http_metrics});
    parts.stream_count = [&server] { return (*server)->stream_count(); };
    (*server)->serve(make_router(options, parts, timer));

    const bool wants_link = !token->from_environment && !(*accounts)->exist();
    announce(options, log, url,
             wants_link ? (*accounts)->access().make_sign_in_code((*host)->clock.now()) : "");
    // Without its sandbox the server would fail every script; a supervisor starts it again whole.
    std::atomic<bool> sandbox_ended = false;
    Housekeeping housekeeping({timer, (*host)->workers(), (*host)->catalog(), **accounts,
                               (*host)->clock, zygote,
                               [&] {
                                   log(LogLevel::error, "the script sandbox has ended; stopping");
                                   sandbox_ended = true;
                                   TerminationSignals::raise();
                               },
                               log});
    // Before old keys are forgotten: they tell which occurrences have started a run.
    (*host)->start_schedules();
    housekeeping.start();
    (*host)->start_history();
    (*host)->start_notifications();
    signals.wait();
    housekeeping.stop();
    backup.end();
    log(LogLevel::info, "stopping: finishing what is under way");
    // The runs first: their requests may go to this server, which must still be there.
    (*host)->drain(limits::drain_ms / 2);
    drain(**server);
    if (auto written = (*accounts)->write_uses((*host)->clock.now()); !written)
        log(LogLevel::warning, "cannot write down who was signed in: " + written.error().message);
    (*host)->stop();
    return exit_code_of(sandbox_ended, options.json);
}

}  // namespace swiftgrid::app
