#pragma once

// One thing that is wrong with a flow document. Validation returns every problem, not the first.

#include <string>
#include <vector>

namespace swiftgrid::model {

enum class Severity { warning, error };

struct Problem {
    Severity severity = Severity::error;
    std::string pointer;  // JSON pointer into the document: "/graph/nodes/3/data/url"
    std::string node_id;  // "" when it is not about one node
    std::string code;     // stable: "unknown_node_type", "cycle", "missing_field" …
    std::string detail;   // what was expected, what was found
    std::string mend;     // one sentence: what to do

    bool operator==(const Problem&) const = default;
};

// Detail and mend, for people.
std::string in_one_line(const Problem& problem);

bool has_errors(const std::vector<Problem>& problems);

}  // namespace swiftgrid::model
