#include "control/problem_view.h"

namespace swiftgrid::control {

json::array problems_json(const std::vector<model::Problem>& problems) {
    json::array array;
    for (const model::Problem& problem : problems) {
        json::object object{
            {"severity", problem.severity == model::Severity::error ? "error" : "warning"},
            {"pointer", problem.pointer},
            {"nodeId", problem.node_id.empty() ? json::value() : json::value(problem.node_id)},
            {"code", problem.code},
            {"detail", problem.detail},
        };
        if (!problem.mend.empty()) object["mend"] = problem.mend;
        array.push_back(std::move(object));
    }
    return array;
}

}  // namespace swiftgrid::control
