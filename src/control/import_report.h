#pragma once

// What an import says about itself: per node what became of it, and per flow what else people must
// know, with what they can do about it.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"

namespace swiftgrid::control {

enum class NoteSeverity : std::uint8_t { info, warning, error };

// changed: it is there, but does something else than before in some case that a note names.
// unsupported: a placeholder that fails stands for it. removed: it needs none here.
enum class NodeOutcome : std::uint8_t { converted, changed, unsupported, removed };

struct ImportNote {
    NoteSeverity severity = NoteSeverity::info;
    std::string flow;     // its name
    std::string node;     // its label in the file; "" when the note is about the flow
    std::string node_id;  // here; "" when there is none
    std::string pointer;  // into the file
    std::string reason;   // what was found, what was made of it
    std::string mend;     // what to do, "" for nothing
};

struct ImportedNode {
    std::string flow;
    std::string node;
    std::string node_id;  // "" when it was removed
    std::string from;     // "n8n-nodes-base.set"
    std::string to;       // "code-execution", "" when it was removed
    NodeOutcome outcome = NodeOutcome::converted;
};

struct ImportReport {
    std::string format;  // swiftgrid.flow swiftgrid.bundle n8n
    std::vector<ImportedNode> nodes;
    std::vector<ImportNote> notes;
    std::int64_t converted = 0;            // nodes that were taken over whole, listed or not
    std::int64_t left_out = 0;             // notes for which there was no room
    std::set<std::string> secrets_needed;  // names that do not exist here

    // Beyond limits::import_notes they are counted only; long texts are cut.
    void add(ImportNote note);
    void add(ImportedNode node);
};

// { format, converted, partial, unsupported, notes, nodes, secretsNeeded }
json::object report_json(const ImportReport& report);

}  // namespace swiftgrid::control
