#pragma once

// The part of the table of flags that is about a data folder, or the server that uses it: the
// commands that work on either. For options_parse.cpp only.

#include <string>

#include "app/options.h"

namespace CLI {
class App;
}

namespace swiftgrid::app {

void add_data_dir(CLI::App& command, std::string& data_dir, const char* help);

// "" is none. Gives what is wrong, "" for nothing.
std::string is_public_url(const std::string& url);

CLI::App* add_doctor(CLI::App& app, DoctorOptions& options);
CLI::App* add_backup(CLI::App& app, BackupOptions& options);
CLI::App* add_restore(CLI::App& app, RestoreOptions& options);
CLI::App* add_import(CLI::App& app, ImportOptions& options);
CLI::App* add_export(CLI::App& app, ExportOptions& options);
CLI::App* add_secrets(CLI::App& app, SecretsOptions& options);
CLI::App* add_user(CLI::App& app, UserOptions& options);
CLI::App* add_token(CLI::App& app, TokenOptions& options);

// What was parsed, or what is wrong with it that single flags cannot say.
Command export_answer(ExportOptions options);
Command secrets_answer(SecretsOptions options);

}  // namespace swiftgrid::app
