#pragma once

// Workflows of n8n as flow documents, with a report of what became of every node. Pure: the same
// file gives the same documents. Nothing of a file is trusted; whatever has no counterpart becomes
// a placeholder that fails when a run reaches it, never something that silently does less.

#include <vector>

#include "base/json.h"
#include "control/answer.h"
#include "control/import_report.h"

namespace swiftgrid::control::n8n {

// A workflow ({ nodes, connections }, the clipboard's too), or a list of them.
bool looks_like_n8n(const json::value& file);

struct Conversion {
    // Of the form of a file of ours, each with an id: n8n's own where it has one. Workflows that
    // came inside others, and the bodies of loops, follow the one that they belong to.
    std::vector<json::object> documents;
    ImportReport report;
};

// Refuses only what is too large or too deep. Requires looks_like_n8n().
Answer<Conversion> convert(const json::value& file);

}  // namespace swiftgrid::control::n8n
