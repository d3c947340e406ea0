#include "app/options_place.h"

#include <memory>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/exit_code.h"

namespace swiftgrid::app {
namespace {

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

CLI::Option* add_role(CLI::App& command, std::string& role) {
    return command.add_option("--role", role, "owner, editor, operator or viewer")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"owner", "editor", "operator", "viewer"}))
        ->capture_default_str();
}

}  // namespace

void add_data_dir(CLI::App& command, std::string& data_dir, const char* help) {
    command.add_option("--data-dir", data_dir, help)
        ->type_name("DIR")
        ->capture_default_str()
        ->envname("SWIFTGRID_DATA_DIR");
}

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

}  // namespace swiftgrid::app
