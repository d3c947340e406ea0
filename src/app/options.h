#pragma once

// What the command line says, as plain data. One struct per sub-command; options_parse.cpp and
// options_place.cpp hold the table of flags with their help, and nothing else reads argv or the
// environment.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/log.h"
#include "net/proxy.h"

namespace swiftgrid::app {

// What flows may reach, and how.
struct EgressOptions {
    std::vector<std::string> allow;     // see net::EgressGuard::parse
    bool insecure_tls_allowed = false;  // nodes may skip the check of certificates
    net::ProxyRules proxies;            // of the environment
};

struct ServeOptions {
    std::string listen = "127.0.0.1:8080";
    std::string data_dir = "./data";
    std::string base_path;                  // "" or "/swiftgrid"
    std::string public_url;                 // "" or "https://grid.example.com/swiftgrid"
    std::vector<std::string> public_hosts;  // lower case; see api::ServerOptions::host_names
    EgressOptions egress;
    std::string llm_prices;       // a file; "" is the built-in table alone
    std::string import_examples;  // a folder; read when there are no flows yet
    std::size_t script_workers = 2;
    LogFormat log_format = LogFormat::automatic;
    bool metrics_public = false;
    std::size_t metric_flows = 0;   // whose runs /metrics tells apart
    bool allow_no_account = false;  // even where others can reach us
    bool json = false;
};

struct RunOptions {
    std::string flow_file;
    std::string input = "null";  // JSON, or @file, or @- for standard input
    std::string data_dir;        // "" keeps the log in memory
    EgressOptions egress;
    std::vector<std::string> secrets;  // NAME=VALUE, or NAME: that of the environment
    std::string llm_prices;
    std::size_t script_workers = 2;
    bool json = false;
};

struct TestOptions {
    std::string flow_file;
    std::string tests_file;  // "" is FLOW.tests.json beside FLOW.json
    bool json = false;
};

struct ValidateOptions {
    std::vector<std::string> flow_files;
    bool json = false;
};

struct DoctorOptions {
    std::string data_dir = "./data";
    std::string server;  // "" examines the folder, else the folder of the server at this URL
    std::string token;   // for the server
    bool json = false;
};

struct BackupOptions {
    std::string file;
    std::string data_dir = "./data";
    std::string server;  // "" copies the folder, else that of the server at this URL
    std::string token;   // for the server
    bool json = false;
};

struct RestoreOptions {
    std::string file;
    std::string data_dir = "./data";
    bool json = false;
};

// Where secrets and accounts are, for the commands about them.
struct PlaceOptions {
    std::string data_dir = "./data";
    std::string server;  // "" works on the data folder
    std::string token;   // for the server
    bool json = false;
};

enum class SecretsAction : std::uint8_t { list, set, remove, rotate_key };

struct SecretsOptions {
    SecretsAction action = SecretsAction::list;
    std::string name;
    bool is_variable = false;
    bool force = false;
    bool unreadable = false;
    PlaceOptions place;
};

enum class UserAction : std::uint8_t { list, add, set_role, reset_password, remove };

struct UserOptions {
    UserAction action = UserAction::list;
    std::string email;
    std::string role = "viewer";
    bool password_from_input = false;  // otherwise one is made and printed
    PlaceOptions place;
};

enum class TokenAction : std::uint8_t { list, create, revoke };

struct TokenOptions {
    TokenAction action = TokenAction::list;
    std::string name;
    std::string role = "viewer";
    std::string id;
    int days = 0;  // 0: it does not expire
    PlaceOptions place;
};

struct ImportOptions {
    std::string file;
    bool dry_run = false;
    bool publish = false;
    bool drafts = false;
    PlaceOptions place;
};

struct ExportOptions {
    std::string flow;  // "" for all
    bool all = false;
    std::string form = "auto";    // auto flow bundle
    std::string state = "draft";  // draft active
    std::string output;           // "" is standard output
    PlaceOptions place;
};

struct CronNextOptions {
    std::string expression;
    std::string zone = "UTC";
    int count = 5;
    bool json = false;
};

struct BenchOptions {
    std::string folder = ".";  // on the disk that is measured; what is made in it goes away
    int seconds = 5;           // of each measurement
    std::size_t script_workers = 2;
    bool json = false;
};

// What to do at once: print `text` and end with `exit_code` (help, version, wrong usage).
struct PrintAndExit {
    std::string text;
    bool to_stderr = false;
    int exit_code = 0;
    bool as_json = false;  // --json was given: wrong usage is said as a problem, too
};

using Command =
    std::variant<ServeOptions, RunOptions, TestOptions, ValidateOptions, DoctorOptions,
                 BackupOptions, RestoreOptions, SecretsOptions, UserOptions, TokenOptions,
                 ImportOptions, ExportOptions, CronNextOptions, BenchOptions, PrintAndExit>;

// The proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, in lower case too.
net::ProxyRules proxies_of_environment();

// Never exits itself. Wrong usage gives PrintAndExit with exit code 2.
Command parse_command_line(int argc, const char* const* argv);

}  // namespace swiftgrid::app
