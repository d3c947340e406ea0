#pragma once

// What users design: the flow document of phase-1.md section 5 as plain data. Run state is never
// part of it. Unknown members are kept on a round trip (`document`), but ignored.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace swiftgrid::model {

struct Node {
    std::string id;
    std::string type;   // canonical name, aliases already replaced: "http-request"
    json::object data;  // with canonical field names; checked by validate()
    std::string label;  // data.label, or the id when empty
};

struct Edge {
    std::string id;
    std::string source;
    std::string source_handle;  // "" = the node's normal output
    std::string target;
};

// What a run may spend on language models; it is stopped when it has spent more. Part of the graph,
// so that every version, replay and fork keeps its own.
struct Budget {
    std::optional<std::int64_t> tokens;
    std::optional<std::int64_t> nano_usd;  // billionths of a US dollar: sums are exact
    static constexpr double nano = 1e9;

    bool operator==(const Budget&) const = default;
};

struct Graph {
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    Budget budget;
};

struct Flow {
    std::string name;
    std::string description;
    Graph graph;
    json::value
        graph_document;  // the `graph` member as given (positions, viewport, unknown members)
    json::value input_schema;
    json::value output_schema;
    std::int64_t timeout_ms = 0;
    json::value notifications;
};

}  // namespace swiftgrid::model
