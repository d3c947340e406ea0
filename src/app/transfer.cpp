#include "app/transfer.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/files.h"
#include "app/place.h"
#include "app/printable.h"
#include "app/script_worker.h"
#include "app/server_api.h"
#include "base/json_fields.h"
#include "control/caller.h"
#include "control/problem_view.h"

namespace swiftgrid::app {
namespace {

// What a place said to a file: the result, or why nothing was imported.
struct ImportOutcome {
    json::object result;
    std::optional<Error> refusal;
    std::vector<json::object> problems;
};

ImportOutcome import_here(Host& host, const json::value& file, const ImportOptions& options) {
    auto answer = host.flow_import().import(file, {options.dry_run, options.publish, options.drafts,
                                                   std::string(control::server_token_name)});
    if (!answer) {
        const json::object problems{{"errors", control::problems_json(answer.error().problems)}};
        return {{}, answer.error().error, list_at(problems, "errors")};
    }
    auto result = object_of(*answer);
    if (!result) return {{}, result.error(), {}};
    return {*std::move(result), std::nullopt, {}};
}

Result<ImportOutcome> import_there(ServerApi& server, const json::value& file,
                                   const ImportOptions& options) {
    const std::string path = fmt::format("/api/flows/import?dryRun={}&publish={}&drafts={}",
                                         options.dry_run, options.publish, options.drafts);
    auto answer = server.send("POST", path, to_json(file));
    if (!answer) return std::unexpected(answer.error());
    auto body = parse_json(answer->body);
    json::object object = body && body->is_object() ? body->get_object() : json::object();
    if (!answer->is_good())
        return ImportOutcome{{}, server.refusal_of(*answer), list_at(object, "errors")};
    if (!object.contains("report")) return std::unexpected(server.foreign("its answer is another"));
    return ImportOutcome{std::move(object), std::nullopt, {}};
}

void print_refusal(const std::string& file, const ImportOutcome& outcome) {
    fmt::print(stderr, "{}: {}\n", file, printable(outcome.refusal->message));
    for (const json::object& problem : outcome.problems) {
        fmt::print(stderr, "{}#{}: {} [{}]\n  {}\n", file, printable(text_at(problem, "pointer")),
                   printable(text_at(problem, "severity")), printable(text_at(problem, "code")),
                   printable(text_at(problem, "detail")));
        if (const auto mend = text_at(problem, "mend"); !mend.empty())
            fmt::print(stderr, "  {}\n", printable(mend));
    }
}

void print_note(const json::object& note) {
    const auto node = printable(text_at(note, "node"));
    fmt::print("  {}: {}{}{}\n", printable(text_at(note, "severity")), node,
               node.empty() ? "" : ": ", printable(text_at(note, "reason")));
    if (const auto mend = text_at(note, "mend"); !mend.empty())
        fmt::print("    {}\n", printable(mend));
}

void print_import(const json::object& result, bool dry_run) {
    for (const json::object& flow : list_at(result, "flows")) {
        std::size_t errors = 0;
        for (const json::object& problem : list_at(flow, "problems"))
            if (text_at(problem, "severity") == "error") ++errors;
        fmt::print("{}  {}", dry_run ? "would be made" : printable(text_at(flow, "id")),
                   printable(text_at(flow, "name")));
        if (flag_at(flow, "published", false)) fmt::print("  (published)");
        if (errors > 0) fmt::print("  ({} problems to mend before it can be published)", errors);
        fmt::print("\n");
    }
    const auto* report = result.if_contains("report");
    if (!report || !report->is_object()) return;
    for (const json::object& note : list_at(report->get_object(), "notes")) print_note(note);
    const auto* secrets = report->get_object().if_contains("secretsNeeded");
    if (!secrets || !secrets->is_array()) return;
    for (const json::value& name : secrets->get_array())
        if (name.is_string())
            fmt::print("  needs the secret {0}: swiftgrid secrets set {0}\n",
                       printable(name.get_string()));
}

int conclude(const ImportOptions& options, const ImportOutcome& outcome) {
    if (outcome.refusal) {
        print_refusal(options.file, outcome);
        if (!options.place.json) return exit_failed;
        json::object problem = problem_json(*outcome.refusal);
        if (!outcome.problems.empty())
            problem["errors"] = json::array(outcome.problems.begin(), outcome.problems.end());
        fmt::print("{}\n", to_pretty_json(problem));
        return exit_failed;
    }
    if (options.place.json)
        fmt::print("{}\n", to_pretty_json(outcome.result));
    else
        print_import(outcome.result, options.dry_run);
    return exit_done;
}

Result<std::string> export_here(const ExportOptions& options, sandbox::Zygote& zygote) {
    auto host = Host::create(folder_options(options.place), zygote);
    if (!host) return std::unexpected(host.error());
    const auto state =
        options.state == "active" ? control::ExportedState::active : control::ExportedState::draft;
    auto form = control::ExportForm::automatic;
    if (options.form == "flow") form = control::ExportForm::document;
    if (options.form == "bundle") form = control::ExportForm::bundle;
    if (options.all) {
        auto file = plain((*host)->flow_export().of_all(state));
        if (!file) return std::unexpected(file.error());
        return std::move(file->text);
    }
    const auto flow = parse_id<FlowId>(options.flow);
    if (!flow) return std::unexpected(flow.error());
    auto file = plain((*host)->flow_export().of_flow(*flow, {form, state}));
    if (!file) return std::unexpected(file.error());
    return std::move(file->text);
}

Result<std::string> export_there(const ExportOptions& options) {
    ServerApi server(options.place.server, options.place.token);
    if (options.all) return server.get_text("/api/flows/export?state=" + options.state);
    if (const auto flow = parse_id<FlowId>(options.flow); !flow)
        return std::unexpected(flow.error());
    return server.get_text(fmt::format("/api/flows/{}/export?state={}&form={}", options.flow,
                                       options.state, options.form));
}

Result<void> write_file(const std::string& path, const std::string& text) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    bool is_written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file && std::fclose(file) != 0) is_written = false;
    if (is_written) return {};
    return fail(ErrorCode::storage_error, "cannot write " + path + ": " + std::strerror(errno));
}

}  // namespace

int run_import(const ImportOptions& options, sandbox::Zygote& zygote, TerminationSignals&) {
    const auto file = read_json_file(options.file);
    if (!file) return failed(file.error(), options.place.json);
    if (!options.place.server.empty()) {
        ServerApi server(options.place.server, options.place.token);
        const auto outcome = import_there(server, *file, options);
        return outcome ? conclude(options, *outcome) : failed(outcome.error(), options.place.json);
    }
    auto host = Host::create(folder_options(options.place), zygote);
    if (!host) return failed(host.error(), options.place.json);
    // The shards stay as they are: runs of the folder must not go on because of this.
    auto scripts = ScriptWorker::create(zygote);
    if (!scripts) return failed(scripts.error(), options.place.json);
    (*host)->flows().set_script_check(scripts->evaluate());
    return conclude(options, import_here(**host, *file, options));
}

int run_export(const ExportOptions& options, sandbox::Zygote& zygote, TerminationSignals&) {
    const auto text =
        options.place.server.empty() ? export_here(options, zygote) : export_there(options);
    if (!text) return failed(text.error(), options.place.json);
    if (options.output.empty()) {
        std::fwrite(text->data(), 1, text->size(), stdout);
        return exit_done;
    }
    if (auto written = write_file(options.output, *text); !written)
        return failed(written.error(), options.place.json);
    if (options.place.json)
        fmt::print("{}\n",
                   to_json(json::object{{"file", options.output}, {"bytes", text->size()}}));
    return exit_done;
}

}  // namespace swiftgrid::app
