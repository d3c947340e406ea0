#include <cstdio>

#include "app/accounts.h"
#include "app/backup.h"
#include "app/bench.h"
#include "app/cron_next.h"
#include "app/doctor.h"
#include "app/exit_code.h"
#include "app/log.h"
#include "app/options.h"
#include "app/run.h"
#include "app/secrets.h"
#include "app/serve.h"
#include "app/signals.h"
#include "app/test.h"
#include "app/transfer.h"
#include "app/validate.h"
#include "base/overloaded.h"
#include "sandbox/zygote.h"

namespace {

using namespace swiftgrid;

int print_and_exit(const app::PrintAndExit& print) {
    std::fputs(print.text.c_str(), print.to_stderr ? stderr : stdout);
    return print.exit_code;
}

// The zygote comes first: it must fork before any thread exists.
Result<sandbox::Zygote> start_zygote(const app::Log& log = app::Log()) {
    auto zygote = sandbox::Zygote::start();
    if (!zygote) log(app::LogLevel::error, "cannot confine scripts: " + zygote.error().message);
    return zygote;
}

// Commands that run flows.
template <typename Options>
int with_sandbox(const Options& options,
                 int (*run)(const Options&, sandbox::Zygote&, app::TerminationSignals&)) {
    app::Log log;
    if constexpr (requires { options.log_format; }) log = app::Log(options.log_format);
    auto zygote = start_zygote(log);
    if (!zygote) return app::exit_failed;
    app::TerminationSignals signals;
    return run(options, *zygote, signals);
}

int validate(const app::ValidateOptions& options) {
    auto zygote = start_zygote();
    return zygote ? app::run_validate(options, *zygote) : app::exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
    const app::Command command = app::parse_command_line(argc, argv);
    return std::visit(
        Overloaded{
            [](const app::ServeOptions& options) { return with_sandbox(options, app::run_serve); },
            [](const app::RunOptions& options) { return with_sandbox(options, app::run_flow); },
            [](const app::TestOptions& options) { return with_sandbox(options, app::run_test); },
            [](const app::ValidateOptions& options) { return validate(options); },
            [](const app::SecretsOptions& options) {
                return with_sandbox(options, app::run_secrets);
            },
            [](const app::UserOptions& options) { return with_sandbox(options, app::run_user); },
            [](const app::TokenOptions& options) { return with_sandbox(options, app::run_token); },
            [](const app::ImportOptions& options) {
                return with_sandbox(options, app::run_import);
            },
            [](const app::ExportOptions& options) {
                return with_sandbox(options, app::run_export);
            },
            [](const app::DoctorOptions& options) { return app::run_doctor(options); },
            [](const app::BackupOptions& options) { return app::run_backup(options); },
            [](const app::RestoreOptions& options) { return app::run_restore(options); },
            [](const app::BenchOptions& options) { return with_sandbox(options, app::run_bench); },
            [](const app::CronNextOptions& options) { return app::run_cron_next(options); },
            [](const app::PrintAndExit& print) { return print_and_exit(print); },
        },
        command);
}
