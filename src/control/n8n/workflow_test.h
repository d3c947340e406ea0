#pragma once

// Workflows of n8n for tests, and what is looked for in what becomes of them.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "control/import_report.h"

namespace swiftgrid::control::n8n {

inline json::object n8n_node(std::string_view name, std::string_view kind,
                             json::object parameters = {}, double version = 3) {
    return {{"name", name},
            {"type", "n8n-nodes-base." + std::string(kind)},
            {"typeVersion", version},
            {"position", json::array{0, 0}},
            {"parameters", std::move(parameters)}};
}

// "A->B", "A[1]->B": from an output, the first one if not said.
inline json::object connections(std::initializer_list<std::string> arrows) {
    json::object all;
    for (const std::string& arrow : arrows) {
        const auto at = arrow.find("->");
        std::string source = arrow.substr(0, at);
        std::size_t output = 0;
        if (const auto bracket = source.find('['); bracket != std::string::npos) {
            output = static_cast<std::size_t>(source[bracket + 1] - '0');
            source.resize(bracket);
        }
        if (!all.contains(source)) all[source] = json::object{{"main", json::array()}};
        auto& outputs = all[source].at("main").as_array();
        while (outputs.size() <= output) outputs.emplace_back(json::array());
        outputs[output].as_array().push_back(
            json::object{{"node", arrow.substr(at + 2)}, {"type", "main"}, {"index", 0}});
    }
    return all;
}

inline json::value n8n_workflow(json::array nodes, std::initializer_list<std::string> arrows) {
    return json::object{
        {"name", "W"}, {"nodes", std::move(nodes)}, {"connections", connections(arrows)}};
}

inline const json::object* step_of(const json::object& document, std::string_view id) {
    for (const json::value& step : document.at("graph").at("nodes").as_array())
        if (step.at("id").as_string() == id) return &step.as_object();
    return nullptr;
}

inline std::vector<std::string> edges_of(const json::object& document) {
    std::vector<std::string> edges;
    for (const json::value& edge : document.at("graph").at("edges").as_array())
        edges.emplace_back(edge.at("id").as_string());
    return edges;
}

inline std::vector<std::string> reasons(const ImportReport& report) {
    std::vector<std::string> all;
    for (const ImportNote& note : report.notes) all.push_back(note.reason);
    return all;
}

inline const json::object fetch_x{{"method", "GET"}, {"url", "=https://x.test/{{ $json.id }}"}};

}  // namespace swiftgrid::control::n8n
