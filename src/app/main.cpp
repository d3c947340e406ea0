#include <cstdio>

#include "app/accounts.h"
#include "app/backup.h"
#include "app/bench.h"
#include "app/cron_next.h"
#include "app/doctor.h"
#include "app/exit_code.h"
#include "app/log.h"
#include "app/options.h"
#include "app/printable.h"
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
    if (print.to_stderr && print.as_json) {
        std::string_view text = print.text;
        while (text.ends_with('\n')) text.remove_suffix(1);
        app::print_problem(Error{ErrorCode::bad_request, app::printable(text)});
    }
    return print.exit_code;
}

template <typename Options>
bool wants_json(const Options& options) {
    if constexpr (requires { options.place; })
        return options.place.json;
    else
        return options.json;
}

// The zygote comes first: it must fork before any thread exists.
Result<sandbox::Zygote> start_zygote(const app::Log& log, bool as_json) {
    auto zygote = sandbox::Zygote::start();
    if (zygote) return zygote;
    const Error error{zygote.error().code, "cannot confine scripts: " + zygote.error().message};
    log(app::LogLevel::error, error.message);
    if (as_json) app::print_problem(error);
    return zygote;
}

// Commands that run flows.
template <typename Options>
int with_sandbox(const Options& options,
                 int (*run)(const Options&, sandbox::Zygote&, app::TerminationSignals&)) {
    app::Log log;
    if constexpr (requires { options.log_format; }) log = app::Log(options.log_format);
    auto zygote = start_zygote(log, wants_json(options));
    if (!zygote) return app::exit_failed;
    app::TerminationSignals signals;
    return run(options, *zygote, signals);
}

int validate(const app::ValidateOptions& options) {
    auto zygote = start_zygote(app::Log(), options.json);
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
