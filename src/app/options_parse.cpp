#include <cstdlib>
#include <sstream>
#include <string_view>
#include <thread>

#include <CLI/CLI.hpp>

#include "app/completion.h"
#include "app/exit_code.h"
#include "app/options.h"
#include "app/options_place.h"
#include "app/version.h"
#include "base/json.h"
#include "base/limits.h"
#include "expr/nearest_name.h"

namespace swiftgrid::app {
namespace {

void add_egress(CLI::App& command, EgressOptions& egress) {
    command
        .add_option(
            "--allow-egress", egress.allow,
            "Opens a private address for flows: host:port, address or CIDR; may be repeated "
            "and takes commas")
        ->type_name("TARGET")
        ->delimiter(',')
        ->envname("SWIFTGRID_ALLOW_EGRESS");
    command
        .add_flag("--allow-insecure-tls", egress.insecure_tls_allowed,
                  "Lets nodes skip the check of a server's certificate (tls.verify)")
        ->envname("SWIFTGRID_ALLOW_INSECURE_TLS");
}

// The name in lower case goes first, as in most programs. HTTP_PROXY is a header of a request in
// CGI programs only; we are none.
std::string proxy_of(const char* lower_case_name, const char* name) {
    for (const char* each : {lower_case_name, name}) {
        if (const char* value = std::getenv(each); value && *value) return value;
    }
    return "";
}

void add_prices(CLI::App& command, std::string& llm_prices) {
    command
        .add_option("--llm-prices", llm_prices,
                    "Prices of language models, put before the built-in ones (see docs/llm.md)")
        ->type_name("FILE")
        ->envname("SWIFTGRID_LLM_PRICES");
}

void add_workers(CLI::App& command, std::size_t& workers) {
    command.add_option("--workers", workers, "Processes that carry out scripts")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{64}))
        ->capture_default_str()
        ->envname("SWIFTGRID_WORKERS");
}

// "" is no base path at all. Gives what is wrong, "" for nothing.
std::string is_base_path(const std::string& path) {
    if (path.empty()) return "";
    if (path.starts_with('/') && !path.ends_with('/')) return "";
    return "it must begin with '/' and not end with '/', such as /swiftgrid; found '" + path + "'";
}

// A proxy may pass a port on; the name alone is what counts.
std::string is_host_name(const std::string& name) {
    if (!name.empty() && name.find_first_of("/: ") == std::string::npos) return "";
    return "it must be a name without scheme, port and path, such as grid.example.com; found '" +
           name + "'";
}

CLI::App* add_serve(CLI::App& app, ServeOptions& options) {
    CLI::App* command = app.add_subcommand("serve", "Serves the API and the web UI");
    command->add_option("--listen", options.listen, "Address and port; port 0 takes a free one")
        ->type_name("HOST:PORT")
        ->capture_default_str()
        ->envname("SWIFTGRID_LISTEN");
    add_data_dir(*command, options.data_dir, "Folder that holds everything");
    command
        ->add_option("--base-path", options.base_path,
                     "Path under which a proxy serves us, such as /swiftgrid")
        ->type_name("PATH")
        ->check(is_base_path)
        ->envname("SWIFTGRID_BASE_PATH");
    command
        ->add_option("--public-host", options.public_hosts,
                     "Name under which a proxy serves us, such as grid.example.com; may be "
                     "repeated and takes commas")
        ->type_name("NAME")
        ->delimiter(',')
        ->check(is_host_name)
        ->transform(CLI::detail::to_lower)
        ->envname("SWIFTGRID_PUBLIC_HOST");
    command
        ->add_option("--public-url", options.public_url,
                     "What the addresses we hand out begin with, such as "
                     "https://grid.example.com/swiftgrid; without it, our own address")
        ->type_name("URL")
        ->check(is_public_url)
        ->envname("SWIFTGRID_PUBLIC_URL");
    add_egress(*command, options.egress);
    add_prices(*command, options.llm_prices);
    add_workers(*command, options.script_workers);
    command
        ->add_option("--import-examples", options.import_examples,
                     "Imports the flows below this folder when there are none yet")
        ->type_name("DIR");
    command
        ->add_option_function<std::string>(
            "--log-format",
            [&options](const std::string& format) {
                options.log_format = format == "json" ? LogFormat::json : LogFormat::text;
            },
            "text or json; without it, text on a terminal and JSON otherwise")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->envname("SWIFTGRID_LOG_FORMAT");
    command->add_flag("--metrics-public", options.metrics_public,
                      "Answers /metrics without a token");
    command
        ->add_option("--metrics-flows", options.metric_flows,
                     "Workflows whose runs /metrics counts apart, the first so many that have "
                     "runs; the others together")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{0}, limits::metric_flows_max))
        ->capture_default_str()
        ->envname("SWIFTGRID_METRICS_FLOWS");
    command
        ->add_flag("--allow-no-account", options.allow_no_account,
                   "Starts where other machines can reach us although there is no account yet; "
                   "the first one is made with the printed link")
        ->envname("SWIFTGRID_ALLOW_NO_ACCOUNT");
    command->add_flag("--json", options.json, "Prints JSON lines instead of text");
    return command;
}

CLI::App* add_run(CLI::App& app, RunOptions& options) {
    CLI::App* command = app.add_subcommand("run", "Runs a flow file to its end, without a server");
    command->add_option("FLOW", options.flow_file, "Flow document")->required()->type_name("FILE");
    command
        ->add_option("--input", options.input,
                     "The run's input: JSON, @file, or @- for standard input")
        ->type_name("JSON");
    command
        ->add_option("--data-dir", options.data_dir,
                     "Keeps the run in this folder instead of in memory")
        ->type_name("DIR");
    command
        ->add_option("--secret", options.secrets,
                     "A secret for this run: NAME=VALUE, or NAME alone to take it from the "
                     "environment, where nobody else sees it; may be repeated")
        ->type_name("NAME[=VALUE]");
    add_egress(*command, options.egress);
    add_prices(*command, options.llm_prices);
    add_workers(*command, options.script_workers);
    command->add_flag("--json", options.json, "Prints one JSON document");
    command->footer("Exits with 0 only when the run completed, with 1 when it did not.");
    return command;
}

CLI::App* add_test(CLI::App& app, TestOptions& options) {
    CLI::App* command =
        app.add_subcommand("test", "Runs the tests of a flow file; nothing outside is called");
    command->add_option("FLOW", options.flow_file, "Flow document")->required()->type_name("FILE");
    command
        ->add_option("--tests", options.tests_file,
                     "The tests; FLOW.tests.json beside FLOW.json when left out")
        ->type_name("FILE");
    command->add_flag("--json", options.json, "Prints one JSON document");
    command->footer("Exits with 0 only when every test passed, with 1 when one did not.");
    return command;
}

CLI::App* add_validate(CLI::App& app, ValidateOptions& options) {
    CLI::App* command = app.add_subcommand("validate", "Checks flow files; exits with 1 on errors");
    command->add_option("FLOW", options.flow_files, "Flow documents")
        ->required()
        ->type_name("FILE");
    command->add_flag("--json", options.json, "Prints one JSON document");
    return command;
}

CLI::App* add_cron_next(CLI::App& app, CronNextOptions& options) {
    CLI::App* cron = app.add_subcommand("cron", "Says what a cron expression means");
    cron->require_subcommand(1);
    CLI::App* command = cron->add_subcommand("next", "Prints the next occurrences");
    command->add_option("EXPR", options.expression, "Five fields in quotes, or a macro")
        ->required()
        ->type_name("EXPR");
    command->add_option("--zone", options.zone, "IANA name, such as Europe/Berlin")
        ->type_name("ZONE")
        ->capture_default_str();
    command->add_option("--count", options.count, "How many occurrences")
        ->type_name("N")
        ->check(CLI::Range(1, static_cast<int>(limits::cron_preview_occurrences)))
        ->capture_default_str();
    command->add_flag("--json", options.json, "Prints one JSON document");
    command->footer("Exits with 1 when the expression or the zone is not valid.");
    return command;
}

CLI::App* add_bench(CLI::App& app, BenchOptions& options) {
    CLI::App* command =
        app.add_subcommand("bench", "Measures how many runs this machine and its disk carry");
    command->add_option("--folder", options.folder, "A folder on the disk that is measured")
        ->type_name("DIR")
        ->capture_default_str();
    constexpr int seconds_max = 600;
    command->add_option("--seconds", options.seconds, "How long each measurement takes")
        ->type_name("N")
        ->check(CLI::Range(1, seconds_max))
        ->capture_default_str();
    add_workers(*command, options.script_workers);
    command->add_flag("--json", options.json, "Prints one JSON document");
    command->footer(
        "Runs of three steps, one after the other and 32 at a time, each on disk at its end, in a "
        "folder that goes away. Stop other work before.");
    return command;
}

CLI::App* add_completion(CLI::App& app, std::string& shell, bool& as_json) {
    CLI::App* command = app.add_subcommand(
        "completion", "Prints a script that completes commands and options in a shell");
    command->add_option("SHELL", shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->add_flag("--json", as_json, "Prints the script in one JSON document");
    command->footer(
        "bash, zsh: source <(swiftgrid completion bash)\n"
        "fish: swiftgrid completion fish | source");
    return command;
}

// Also of a command line that the parser refuses.
bool asks_for_json(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--") return false;
        if (word == "--json") return true;
    }
    return false;
}

PrintAndExit answer_of(const CLI::App& app, const CLI::ParseError& error, bool as_json) {
    const bool is_version = dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr;
    if (is_version && as_json)
        return {to_json(json::object{{"version", version()}, {"commit", commit()}}) + "\n", false,
                exit_done};
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(error, out, err);
    if (code == 0) return {out.str(), false, exit_done};
    return {err.str(), true, exit_usage};
}

// The parser would only say that a command is missing. "" when the first word is a command.
std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
    if (argc < 2 || argv[1][0] == '-') return "";
    std::vector<std::string> names;
    std::string all;
    for (const CLI::App* command : app.get_subcommands({})) {
        if (command->get_name() == argv[1]) return "";
        names.push_back(command->get_name());
        all += (all.empty() ? "" : ", ") + command->get_name();
    }
    const auto nearest = expr::nearest_name(argv[1], names);
    std::string text = "unknown command '" + std::string(argv[1]) + "'";
    if (nearest) text += "; did you mean '" + *nearest + "'?";
    return text + "\nThe commands are " + all + ". Run with --help for more information.\n";
}

Command completion_answer(const CLI::App& app, const std::string& shell, bool as_json) {
    std::string script = completion_script(app, shell);
    if (as_json) script = to_json(json::object{{"shell", shell}, {"script", script}}) + "\n";
    return PrintAndExit{std::move(script), false, exit_done};
}

Command command_of(int argc, const char* const* argv) {
    CLI::App app("SwiftGrid: draw a flow, run it, never lose a run.", "swiftgrid");
    app.set_version_flag("--version", "swiftgrid " + std::string(version()),
                         "Prints the version and exits; with --json as JSON");
    app.set_help_all_flag("--help-all", "Prints the help of every command");
    app.require_subcommand(1);
    ServeOptions serve_options;
    RunOptions run_options;
    TestOptions test_options;
    ValidateOptions validate_options;
    DoctorOptions doctor_options;
    BackupOptions backup_options;
    RestoreOptions restore_options;
    SecretsOptions secrets_options;
    UserOptions user_options;
    TokenOptions token_options;
    ImportOptions import_options;
    ExportOptions export_options;
    CronNextOptions cron_next_options;
    BenchOptions bench_options;
    std::string shell;
    bool completes_as_json = false;

    serve_options.egress.proxies = run_options.egress.proxies = proxies_of_environment();
    serve_options.script_workers = run_options.script_workers = bench_options.script_workers =
        std::max<std::size_t>(2, std::thread::hardware_concurrency());

    const CLI::App* serve = add_serve(app, serve_options);
    const CLI::App* run = add_run(app, run_options);
    const CLI::App* test = add_test(app, test_options);
    const CLI::App* validate = add_validate(app, validate_options);
    add_doctor(app, doctor_options);
    const CLI::App* backup = add_backup(app, backup_options);
    const CLI::App* restore = add_restore(app, restore_options);
    const CLI::App* secrets = add_secrets(app, secrets_options);
    const CLI::App* user = add_user(app, user_options);
    const CLI::App* token = add_token(app, token_options);
    const CLI::App* import = add_import(app, import_options);
    const CLI::App* export_ = add_export(app, export_options);
    const CLI::App* cron_next = add_cron_next(app, cron_next_options);
    const CLI::App* bench = add_bench(app, bench_options);
    const CLI::App* completion = add_completion(app, shell, completes_as_json);
    if (auto text = unknown_command(app, argc, argv); !text.empty())
        return PrintAndExit{std::move(text), true, exit_usage};
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return answer_of(app, error, asks_for_json(argc, argv));
    }
    if (serve->parsed()) return serve_options;
    if (run->parsed()) return run_options;
    if (test->parsed()) return test_options;
    if (validate->parsed()) return validate_options;
    if (backup->parsed()) return backup_options;
    if (restore->parsed()) return restore_options;
    if (secrets->parsed()) return secrets_answer(std::move(secrets_options));
    if (user->parsed()) return user_options;
    if (token->parsed()) return token_options;
    if (import->parsed()) return import_options;
    if (export_->parsed()) return export_answer(std::move(export_options));
    if (cron_next->parsed()) return cron_next_options;
    if (bench->parsed()) return bench_options;
    if (completion->parsed()) return completion_answer(app, shell, completes_as_json);
    return doctor_options;
}

}  // namespace

net::ProxyRules proxies_of_environment() {
    return {proxy_of("http_proxy", "HTTP_PROXY"), proxy_of("https_proxy", "HTTPS_PROXY"),
            proxy_of("no_proxy", "NO_PROXY")};
}

Command parse_command_line(int argc, const char* const* argv) {
    Command command = command_of(argc, argv);
    if (auto* print = std::get_if<PrintAndExit>(&command))
        print->as_json = asks_for_json(argc, argv);
    return command;
}

}  // namespace swiftgrid::app
