#include "app/validate.h"

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/files.h"
#include "app/log.h"
#include "app/script_worker.h"
#include "control/problem_view.h"
#include "control/script_syntax.h"
#include "model/validate.h"
#include "nodes/registry.h"

namespace swiftgrid::app {
namespace {

struct CheckedFile {
    std::string file;
    std::string unreadable;  // why, "" when it was read
    std::vector<model::Problem> problems;

    bool is_valid() const { return unreadable.empty() && !model::has_errors(problems); }
};

CheckedFile check(const std::string& file, const model::NodeTypes& types, ScriptWorker& scripts) {
    CheckedFile checked{file, "", {}};
    auto document = read_json_file(file);
    if (!document) {
        checked.unreadable = document.error().message;
        return checked;
    }
    auto read = model::read_and_validate(*document, types);
    checked.problems = std::move(read.problems);
    control::append_syntax_problems(read.scripts, scripts.evaluate(), checked.problems);
    return checked;
}

void print_text(const CheckedFile& checked) {
    if (!checked.unreadable.empty()) fmt::print("{}\n", checked.unreadable);
    for (const model::Problem& problem : checked.problems) {
        fmt::print("{}#{}: {} [{}]\n  {}\n", checked.file, problem.pointer,
                   problem.severity == model::Severity::error ? "error" : "warning", problem.code,
                   problem.detail);
        if (!problem.mend.empty()) fmt::print("  {}\n", problem.mend);
    }
    if (checked.is_valid()) fmt::print("{}: valid\n", checked.file);
}

json::object to_json_object(const CheckedFile& checked) {
    json::object object{{"file", checked.file}, {"valid", checked.is_valid()}};
    if (!checked.unreadable.empty()) object["error"] = checked.unreadable;
    object["problems"] = control::problems_json(checked.problems);
    return object;
}

}  // namespace

int run_validate(const ValidateOptions& options, sandbox::Zygote& zygote) {
    auto scripts = ScriptWorker::create(zygote);
    if (!scripts)
        return failed({scripts.error().code, "cannot confine scripts: " + scripts.error().message},
                      options.json);
    const model::NodeTypes types = nodes::make_node_types();
    bool all_valid = true;
    json::array files;
    for (const std::string& file : options.flow_files) {
        const CheckedFile checked = check(file, types, *scripts);
        all_valid = all_valid && checked.is_valid();
        if (options.json)
            files.push_back(to_json_object(checked));
        else
            print_text(checked);
    }
    if (options.json)
        fmt::print("{}\n", to_pretty_json(json::object{{"valid", all_valid}, {"files", files}}));
    return all_valid ? exit_done : exit_failed;
}

}  // namespace swiftgrid::app
