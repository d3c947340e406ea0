#include "model/problem.h"

#include <algorithm>

namespace swiftgrid::model {

std::string in_one_line(const Problem& problem) {
    return problem.mend.empty() ? problem.detail : problem.detail + "; " + problem.mend;
}

bool has_errors(const std::vector<Problem>& problems) {
    return std::ranges::any_of(
        problems, [](const Problem& problem) { return problem.severity == Severity::error; });
}

}  // namespace swiftgrid::model
