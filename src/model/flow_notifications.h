#pragma once

// Who is told of the ends of a flow's runs, as its document says.

#include <cstddef>
#include <string>
#include <vector>

#include "model/env_names.h"
#include "model/flow.h"
#include "model/problem_list.h"

namespace swiftgrid::model {

struct FlowNotification {
    std::size_t place = 0;  // in the list
    std::string type;       // webhook slack discord
    std::string url;        // a template of `$env` and text
    std::vector<std::string> events;
    bool enabled = true;

    bool operator==(const FlowNotification&) const = default;
};

// What is not of the form of an entry is passed over.
std::vector<FlowNotification> read_notifications(const json::value& list);

// What of `$env` their addresses need.
std::vector<EnvName> env_names_of(const std::vector<FlowNotification>& notifications);

// The rules that the schema cannot say. `env` may be null: then nobody knows which names exist.
void validate_notifications(const json::value& list, const EnvKinds* env, ProblemList& problems);

}  // namespace swiftgrid::model
