#include "control/import_report.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/limits.h"

namespace swiftgrid::control {
namespace {

const char* name_of(NoteSeverity severity) {
    switch (severity) {
        case NoteSeverity::info: return "info";
        case NoteSeverity::warning: return "warning";
        case NoteSeverity::error: break;
    }
    return "error";
}

const char* name_of(NodeOutcome outcome) {
    switch (outcome) {
        case NodeOutcome::converted: return "converted";
        case NodeOutcome::changed: return "changed";
        case NodeOutcome::unsupported: return "unsupported";
        case NodeOutcome::removed: break;
    }
    return "removed";
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value() : json::value(text);
}

json::object note_json(const ImportNote& note) {
    return {{"severity", name_of(note.severity)},
            {"flow", note.flow},
            {"node", text_or_null(note.node)},
            {"nodeId", text_or_null(note.node_id)},
            {"pointer", note.pointer},
            {"reason", note.reason},
            {"mend", text_or_null(note.mend)}};
}

json::object node_json(const ImportedNode& node) {
    return {
        {"flow", node.flow}, {"node", node.node},           {"nodeId", text_or_null(node.node_id)},
        {"from", node.from}, {"to", text_or_null(node.to)}, {"outcome", name_of(node.outcome)}};
}

}  // namespace

// What is converted twice says everything twice, one soon after the other.
void ImportReport::add(ImportNote note) {
    constexpr std::size_t looked_at = 32;
    for (std::string* text :
         {&note.flow, &note.node, &note.node_id, &note.pointer, &note.reason, &note.mend})
        if (text->size() > limits::import_note_bytes)
            *text = std::string(cut_to_bytes(*text, limits::import_note_bytes)) + "…";
    const auto begin = notes.end() - static_cast<std::ptrdiff_t>(std::min(looked_at, notes.size()));
    const bool is_said = std::any_of(begin, notes.end(), [&](const ImportNote& other) {
        return other.flow == note.flow && other.node == note.node &&
               other.pointer == note.pointer && other.reason == note.reason;
    });
    if (is_said) return;
    if (notes.size() < limits::import_notes)
        notes.push_back(std::move(note));
    else
        ++left_out;
}

void ImportReport::add(ImportedNode node) {
    if (node.outcome == NodeOutcome::converted) ++converted;
    if (nodes.size() < limits::import_notes) nodes.push_back(std::move(node));
}

json::object report_json(const ImportReport& report) {
    json::array list;
    json::array partial;
    json::array unsupported;
    std::set<std::pair<std::string, std::string>> lost;  // flow and node
    for (const ImportedNode& node : report.nodes) {
        list.push_back(node_json(node));
        if (node.outcome == NodeOutcome::unsupported) lost.emplace(node.flow, node.node);
    }
    json::array notes;
    for (const ImportNote& note : report.notes) {
        notes.push_back(note_json(note));
        if (note.node.empty() || note.severity == NoteSeverity::info) continue;
        const bool is_lost = lost.contains({note.flow, note.node});
        (is_lost ? unsupported : partial)
            .push_back(json::object{{"node", note.node}, {"reason", note.reason}});
    }
    if (report.left_out > 0)
        notes.push_back(note_json(
            {NoteSeverity::warning, "", "", "", "",
             fmt::format("{} more notes were left out, there are too many", report.left_out),
             "Import the workflows one by one, or look at every step."}));
    return {
        {"format", report.format},
        {"converted", report.converted},
        {"partial", std::move(partial)},
        {"unsupported", std::move(unsupported)},
        {"notes", std::move(notes)},
        {"nodes", std::move(list)},
        {"secretsNeeded", json::array(report.secrets_needed.begin(), report.secrets_needed.end())}};
}

}  // namespace swiftgrid::control
