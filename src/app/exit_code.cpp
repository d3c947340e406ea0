#include "app/exit_code.h"

#include <fmt/format.h>

#include "api/problem.h"
#include "app/printable.h"
#include "control/problem_view.h"

namespace swiftgrid::app {

json::object problem_json(const control::Refusal& refusal) {
    const std::string_view code = to_string(refusal.error.code);
    json::object problem{{"type", fmt::format("urn:swiftgrid:problem:{}", code)},
                         {"title", api::title_of(refusal.error.code)},
                         {"code", code},
                         {"detail", refusal.error.message}};
    if (!refusal.problems.empty()) problem["errors"] = control::problems_json(refusal.problems);
    return problem;
}

void print_problem(const control::Refusal& refusal) {
    fmt::print("{}\n", to_pretty_json(problem_json(refusal)));
}

int failed(const Error& error, bool as_json) { return failed(control::Refusal(error), as_json); }

int failed(const control::Refusal& refusal, bool as_json) {
    fmt::print(stderr, "{}\n", refusal.error.message);
    for (const model::Problem& problem : refusal.problems) {
        if (problem.severity == model::Severity::error)
            fmt::print(stderr, "  {}: {} {}\n", printable(problem.pointer),
                       printable(problem.detail), printable(problem.mend));
    }
    if (as_json) print_problem(refusal);
    return exit_failed;
}

}  // namespace swiftgrid::app
