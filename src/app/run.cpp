#include "app/run.h"

#include <atomic>
#include <cstdlib>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "api/routes/routes.h"
#include "api/server.h"
#include "api/timer.h"
#include "app/drain.h"
#include "app/echo_endpoint.h"
#include "app/exit_code.h"
#include "app/files.h"
#include "app/flow_files.h"
#include "app/host.h"
#include "app/log.h"
#include "app/place.h"
#include "app/run_progress.h"
#include "model/flow_json.h"

namespace swiftgrid::app {
namespace {

struct EndedRun {
    RunId run;
    runtime::RunEnd end;
};

// NAME=VALUE, or NAME for what the environment has under it.
Result<runtime::VaultItems> read_secrets(const std::vector<std::string>& given) {
    runtime::VaultItems secrets;
    for (const std::string& each : given) {
        const std::size_t equals = each.find('=');
        const std::string name = each.substr(0, equals);
        const char* value =
            equals == std::string::npos ? std::getenv(name.c_str()) : each.c_str() + equals + 1;
        if (value == nullptr)
            return fail(ErrorCode::bad_request,
                        fmt::format("--secret {0}: the environment has no {0}; set it, or write "
                                    "--secret {0}=VALUE",
                                    name));
        const auto problems =
            control::secret_problems({name, value, std::nullopt}, model::EnvKind::secret);
        if (!problems.empty())
            return fail(ErrorCode::bad_request,
                        fmt::format("--secret {}: {}", name, problems.front().detail));
        secrets[name] = {model::EnvKind::secret, value};
    }
    return secrets;
}

std::map<std::string, std::string> labels_of(const json::value& document,
                                             const model::NodeTypes& types) {
    std::map<std::string, std::string> labels;
    std::vector<model::Problem> problems;
    if (const auto flow = model::read_flow(document, types, problems)) {
        for (const model::Node& node : flow->graph.nodes) labels[node.id] = node.label;
    }
    return labels;
}

// Starts the run and waits for its end. A termination signal cancels it.
control::Answer<EndedRun> run_to_end(Host& host, control::StartRequest request,
                                     std::shared_ptr<RunProgress> progress,
                                     TerminationSignals& signals) {
    std::promise<control::Answer<control::Started>> started;
    std::promise<EndedRun> ended;
    request.on_end = [&](RunId run, const runtime::RunEnd& end) { ended.set_value({run, end}); };
    host.starter().start(std::move(request), [&](control::Answer<control::Started> answer) {
        // This runs before the run's first events are published, so that none is missed.
        if (answer) host.hub.watch_run(answer->run, progress);
        started.set_value(std::move(answer));
    });
    auto answer = started.get_future().get();
    if (!answer) return std::unexpected(answer.error());

    std::atomic<bool> is_over = false;
    std::thread canceller([&, run = answer->run] {
        signals.wait();
        if (is_over) return;
        // It may have ended in this very moment.
        if (const auto cancelled = host.runs().cancel(run, std::string(control::server_token_name));
            !cancelled)
            host.log()(LogLevel::warning,
                       "cannot cancel the run: " + cancelled.error().error.message);
    });
    EndedRun result = ended.get_future().get();
    is_over = true;
    TerminationSignals::raise();
    canceller.join();
    return result;
}

// { runId, status, output, error, nodes: { id: { status, durationMs, attempts } } }
std::string result_json(Host& host, const EndedRun& ended) {
    json::object result{{"runId", to_string(ended.run)},
                        {"status", engine::to_string(ended.end.status)},
                        {"output", ended.end.output.to_value()}};
    result["error"] =
        ended.end.error ? engine::to_json_text(*ended.end.error).to_value() : json::value();
    json::object nodes;
    if (const auto state = host.runs().state(ended.run, std::nullopt)) {
        const json::value document = parse_json(*state).value();
        for (const auto& node : document.as_object().at("nodeResults").as_object()) {
            const json::object& members = node.value().as_object();
            nodes[node.key()] = json::object{{"status", members.at("status")},
                                             {"durationMs", members.at("durationMs")},
                                             {"attempts", members.at("attempts")}};
        }
    }
    result["nodes"] = std::move(nodes);
    return to_pretty_json(result);
}

void print_result(Host& host, const EndedRun& ended, bool as_json) {
    if (as_json) {
        fmt::print("{}\n", result_json(host, ended));
        return;
    }
    if (ended.end.error)
        fmt::print(stderr, "{}: {}\n", engine::to_string(ended.end.status),
                   ended.end.error->message);
    else if (ended.end.status != engine::RunStatus::completed)
        fmt::print(stderr, "{}\n", engine::to_string(ended.end.status));
    else
        fmt::print("{}\n", to_pretty_json(ended.end.output.to_value()));
}

// What a flow and those it writes to may call of this process: the echo of the samples, and the
// addresses that resume the run.
Result<std::unique_ptr<api::Server>> serve_callbacks(Host& host, api::Timer& timer) {
    auto server = api::Server::listen(host.io(), api::ServerOptions{});
    if (!server) return server;
    api::Router router;
    api::add_echo_route(router, timer);
    api::add_hook_routes(router, host.resume(), host.workers());
    (*server)->serve(std::move(router));
    allow_echo_endpoint(**server, host.http_client());
    host.set_public_url(fmt::format("http://{}:{}", (*server)->address(), (*server)->port()));
    return server;
}

}  // namespace

int run_flow(const RunOptions& options, sandbox::Zygote& zygote, TerminationSignals& signals) {
    auto document = read_json_file(options.flow_file);
    if (!document) return failed(document.error(), options.json);
    auto input = read_input(options.input);
    if (!input) return failed(input.error(), options.json);
    auto secrets = read_secrets(options.secrets);
    if (!secrets) {
        failed(secrets.error(), options.json);
        return exit_usage;
    }
    auto host = Host::create(
        {options.data_dir, options.egress, options.script_workers,
         environment("SWIFTGRID_SERVER_KEY"), *std::move(secrets), false, options.llm_prices},
        zygote);
    if (!host) return failed(host.error(), options.json);
    api::Timer timer((*host)->io());
    auto server = serve_callbacks(**host, timer);
    if (!server) return failed(server.error(), options.json);
    if (auto started = (*host)->start(); !started) return failed(started.error(), options.json);

    auto flow = FlowFiles((*host)->flows(), (*host)->types).import(options.flow_file, *document);
    if (!flow) return failed(flow.error(), options.json);
    control::StartRequest request;
    request.flow = *flow;
    request.version = control::DraftVersion{};
    request.input = *input;
    auto progress =
        std::make_shared<RunProgress>(labels_of(*document, (*host)->types), options.json);
    auto ended = run_to_end(**host, std::move(request), progress, signals);
    if (!ended) return failed(ended.error(), options.json);
    print_result(**host, *ended, options.json);
    drain(**server);
    (*host)->stop();
    return ended->end.status == engine::RunStatus::completed ? exit_done : exit_failed;
}

}  // namespace swiftgrid::app
