#include <cstdlib>
#include <memory>
#include <sstream>
#include <string_view>
#include <thread>

#include <CLI/CLI.hpp>

#include "app/completion.h"
#include "app/exit_code.h"
#include "app/options.h"
#include "app/version.h"
#include "base/json.h"
#include "base/limits.h"
#include "expr/nearest_name.h"

namespace swiftgrid::app {
namespace {

void add_data_dir(CLI::App& command, std::string& data_dir, const char* help) {
    command.add_option("--data-dir", data_dir, help)
        ->type_name("DIR")
        ->capture_default_str()
        ->envname("SWIFTGRID_DATA_DIR");
}

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

// "" is none. Gives what is wrong, "" for nothing.
std::string is_public_url(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const bool is_http = url.starts_with("http://") || url.starts_with("https://");
    if (url.empty() || (is_http && url.size() > scheme + 3 && !url.ends_with('/') &&
                        url.find_first_of("?# ") == std::string::npos))
        return "";
    return "it must be a URL without a slash at the end, such as "
           "https://grid.example.com/swiftgrid; found '" +
           url + "'";
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

// For commands that work on a data folder or on a server.
void add_server_options(CLI::App& command, std::string& server, std::string& token) {
    command
        .add_option("--server", server,
                    "The server at this address instead of a data folder, such as "
                    "http://127.0.0.1:8080")
        ->type_name("URL")
        ->check(is_public_url);
    command.add_option("--token", token, "The server's token")
        ->type_name("TOKEN")
        ->envname("SWIFTGRID_API_TOKEN");
}

CLI::App* add_doctor(CLI::App& app, DoctorOptions& options) {
    CLI::App* command = app.add_subcommand(
        "doctor", "Examines a data folder and says what every open run waits for");
    add_data_dir(*command, options.data_dir, "Folder that a server uses or used");
    add_server_options(*command, options.server, options.token);
    command->add_flag("--json", options.json, "Prints one JSON document");
    command->footer(
        "Changes nothing and works beside a running server. Exits with 1 when something is wrong.");
    return command;
}

CLI::App* add_backup(CLI::App& app, BackupOptions& options) {
    CLI::App* command = app.add_subcommand(
        "backup", "Copies everything a data folder or a server holds to one file, while it runs");
    command->add_option("FILE", options.file, "A file that does not exist yet")->required();
    add_data_dir(*command, options.data_dir, "Folder that a server uses or used");
    add_server_options(*command, options.server, options.token);
    command->add_flag("--json", options.json, "Prints one JSON document");
    command->footer("The key of the secrets is not in it: keep server.key, too, at another place.");
    return command;
}

CLI::App* add_restore(CLI::App& app, RestoreOptions& options) {
    CLI::App* command = app.add_subcommand("restore", "Makes a data folder of a backup");
    command->add_option("FILE", options.file, "What 'backup' made")->required();
    add_data_dir(*command, options.data_dir, "Folder that holds no database yet");
    command->add_flag("--json", options.json, "Prints one JSON document");
    return command;
}

void add_place(CLI::App& command, PlaceOptions& place) {
    add_data_dir(command, place.data_dir, "Folder that no server uses right now");
    add_server_options(command, place.server, place.token);
    command.add_flag("--json", place.json, "Prints one JSON document");
}

// Each has options of its own: the parser gives what the environment says to those of the
// sub-commands, too, that were not chosen.
template <typename Options, typename Action>
std::pair<CLI::App*, std::shared_ptr<Options>> add_place_command(CLI::App& command,
                                                                 Options& options, Action action,
                                                                 const char* name,
                                                                 const char* help) {
    CLI::App* each = command.add_subcommand(name, help);
    auto own = std::make_shared<Options>();
    own->action = action;
    add_place(*each, own->place);
    each->callback([&options, own] { options = *own; });
    return {each, own};
}

CLI::App* add_import(CLI::App& app, ImportOptions& options) {
    CLI::App* command =
        app.add_subcommand("import", "Makes workflows of a file: SwiftGrid's, or what n8n exports");
    command->add_option("FILE", options.file, "A JSON file; - is standard input")->required();
    command->add_flag("--dry-run", options.dry_run, "Only says what would happen");
    command->add_flag("--publish", options.publish,
                      "Publishes what has no errors, so that others can call it");
    command->add_flag("--drafts", options.drafts,
                      "Takes workflows with errors, too, as drafts to be mended");
    add_place(*command, options.place);
    command->footer("All workflows of the file are made, or none. Exits with 1 when none are.");
    return command;
}

CLI::App* add_export(CLI::App& app, ExportOptions& options) {
    CLI::App* command = app.add_subcommand(
        "export", "Writes a workflow, with those that it calls, as a file without secrets");
    auto* flow = command->add_option("FLOW_ID", options.flow, "Which workflow");
    command->add_flag("--all", options.all, "All workflows, as one bundle")->excludes(flow);
    command
        ->add_option("--form", options.form,
                     "auto: a bundle when it calls others; flow: it alone; bundle: always one")
        ->type_name("FORM")
        ->check(CLI::IsMember({"auto", "flow", "bundle"}))
        ->capture_default_str();
    command->add_option("--state", options.state, "draft, or active: what was published")
        ->type_name("STATE")
        ->check(CLI::IsMember({"draft", "active"}))
        ->capture_default_str();
    command->add_option("-o,--output", options.output, "A file instead of standard output")
        ->type_name("FILE");
    add_place(*command, options.place);
    command->footer("The same workflows give the same bytes, so that git shows what has changed.");
    return command;
}

CLI::App* add_secrets(CLI::App& app, SecretsOptions& options) {
    CLI::App* command =
        app.add_subcommand("secrets", "Secrets and variables of a data folder or a server");
    command->require_subcommand(1);
    const auto add = [&](SecretsAction action, const char* name, const char* help) {
        return add_place_command(*command, options, action, name, help);
    };
    add(SecretsAction::list, "list", "Names, kinds and who uses them; never a secret's value");
    const auto [set, to_set] =
        add(SecretsAction::set, "set", "Takes the value from standard input");
    set->add_option("NAME", to_set->name)->required();
    set->add_flag("--variable", to_set->is_variable, "A variable, which everybody may see");
    const auto [remove, to_remove] =
        add(SecretsAction::remove, "delete", "Deletes one that no flow uses");
    remove->add_option("NAME", to_remove->name);
    remove->add_flag("--force", to_remove->force, "Even when flows use it");
    remove->add_flag("--unreadable", to_remove->unreadable,
                     "All that no key opens any more, in a data folder");
    add(SecretsAction::rotate_key, "rotate-key", "Makes a new key and seals everything with it");
    return command;
}

CLI::Option* add_role(CLI::App& command, std::string& role) {
    return command.add_option("--role", role, "owner, editor, operator or viewer")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"owner", "editor", "operator", "viewer"}))
        ->capture_default_str();
}

CLI::App* add_user(CLI::App& app, UserOptions& options) {
    CLI::App* command = app.add_subcommand("user", "Accounts of a data folder or a server");
    command->require_subcommand(1);
    const auto add = [&](UserAction action, const char* name, const char* help) {
        auto made = add_place_command(*command, options, action, name, help);
        if (action != UserAction::list)
            made.first->add_option("EMAIL", made.second->email)->required()->type_name("EMAIL");
        return made;
    };
    const auto add_password = [](CLI::App& each, UserOptions& own) {
        each.add_flag("--password-stdin", own.password_from_input,
                      "Takes the password from standard input; otherwise one is made and printed");
    };
    add(UserAction::list, "list", "Who has an account");
    const auto [make, to_make] = add(UserAction::add, "add", "Gives somebody an account");
    add_role(*make, to_make->role);
    add_password(*make, *to_make);
    const auto [role, to_role] =
        add(UserAction::set_role, "set-role", "Changes what somebody may do");
    add_role(*role, to_role->role)->required();
    const auto [reset, to_reset] = add(UserAction::reset_password, "reset-password",
                                       "Gives somebody a new password and ends their sessions");
    add_password(*reset, *to_reset);
    add(UserAction::remove, "delete", "Deletes an account with its sessions and tokens");
    return command;
}

CLI::App* add_token(CLI::App& app, TokenOptions& options) {
    CLI::App* command = app.add_subcommand("token", "Tokens for programs that use the API");
    command->require_subcommand(1);
    const auto add = [&](TokenAction action, const char* name, const char* help) {
        return add_place_command(*command, options, action, name, help);
    };
    add(TokenAction::list, "list", "Names, roles and last uses; never a token itself");
    const auto [create, to_create] = add(TokenAction::create, "create", "Prints a new token, once");
    create->add_option("NAME", to_create->name, "Which program will use it")->required();
    add_role(*create, to_create->role);
    constexpr int days_max = 3'650;
    create->add_option("--days", to_create->days, "Until it expires; without it, it does not")
        ->type_name("N")
        ->check(CLI::Range(1, days_max));
    const auto [revoke, to_revoke] = add(TokenAction::revoke, "revoke", "Ends a token at once");
    revoke->add_option("ID", to_revoke->id, "What 'token list' prints first")->required();
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

PrintAndExit answer_of(const CLI::App& app, const CLI::ParseError& error) {
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

Command export_answer(ExportOptions options) {
    if (options.all == options.flow.empty()) return options;
    return PrintAndExit{"name the workflow to export, or give --all\n", true, exit_usage};
}

Command secrets_answer(SecretsOptions options) {
    const bool is_remove = options.action == SecretsAction::remove;
    if (is_remove && options.unreadable && !options.place.server.empty())
        return PrintAndExit{
            "--unreadable needs the data folder: stop the server, and give "
            "--data-dir instead of --server\n",
            true, exit_usage};
    if (is_remove && options.unreadable == !options.name.empty())
        return PrintAndExit{"name the secret to delete, or give --unreadable\n", true, exit_usage};
    return options;
}

}  // namespace

net::ProxyRules proxies_of_environment() {
    return {proxy_of("http_proxy", "HTTP_PROXY"), proxy_of("https_proxy", "HTTPS_PROXY"),
            proxy_of("no_proxy", "NO_PROXY")};
}

Command parse_command_line(int argc, const char* const* argv) {
    CLI::App app("SwiftGrid: draw a flow, run it, never lose a run.", "swiftgrid");
    app.set_version_flag("--version", "swiftgrid " + std::string(version()));
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
        return answer_of(app, error);
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

}  // namespace swiftgrid::app
