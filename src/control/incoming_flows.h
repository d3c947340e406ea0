#pragma once

// Recognises what a file is and reads the flows in it. Pure.

#include <vector>

#include "control/answer.h"
#include "control/flow_import.h"

namespace swiftgrid::control {

struct IncomingFlows {
    std::vector<IncomingFlow> flows;
    ImportReport report;
    bool must_be_valid = true;  // false: what n8n made may need a person first
};

// Documents are canonical afterwards. Refuses what is no file of ours or n8n's, and what cannot
// even be a draft, with the pointer into the file.
Answer<IncomingFlows> read_incoming(const json::value& file, const model::NodeTypes& types);

// The times a flow of a document may be started at; nothing when it says none, or nothing usable:
// then with a note.
std::optional<store::ScheduleSettings> incoming_schedule(const IncomingFlow& flow,
                                                         ImportReport& report);

}  // namespace swiftgrid::control
