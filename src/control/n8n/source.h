#pragma once

// What n8n exports, read into plain data. Whatever is of another form is left out with a note: the
// file may come from anywhere.

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "control/import_report.h"

namespace swiftgrid::control::n8n {

struct SourceNode {
    std::string name;    // unique in its workflow, cut to limits::import_name_bytes
    std::string type;    // "n8n-nodes-base.httpRequest"
    std::string kind;    // "httpRequest"
    double version = 1;  // of the type
    json::object parameters;
    json::object credentials;
    bool is_disabled = false;
    std::string notes;
    std::string on_error;  // stopWorkflow continueRegularOutput continueErrorOutput, or ""
    std::int64_t tries = 1;
    std::int64_t pause_ms = 1000;  // between them
    double x = 0;
    double y = 0;
    std::string pointer;  // into the file
    json::object original;
};

// Of the kind `main`: what runs after what.
struct SourceLink {
    std::size_t source = 0;
    std::size_t output = 0;
    std::size_t target = 0;
    std::size_t input = 0;

    auto operator<=>(const SourceLink&) const = default;
};

// A part of another node: a model of a chain.
struct PartLink {
    std::size_t part = 0;
    std::size_t whole = 0;
    std::string type;  // "ai_languageModel"

    auto operator<=>(const PartLink&) const = default;
};

struct Source {
    std::string name;
    std::string id;  // n8n's, "" for none
    std::vector<SourceNode> nodes;
    std::vector<SourceLink> links;
    std::vector<PartLink> parts;
    json::object settings;
    bool has_pinned_data = false;
    bool has_tags = false;
};

// `workflow` is an object; `pointer` is where it stands in the file.
Source read_source(const json::object& workflow, const std::string& pointer, ImportReport& report);

}  // namespace swiftgrid::control::n8n
