#pragma once

// Between flow documents and the rows that keep them.

#include "model/flow.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

// What is stored of a flow that was read from a document.
store::FlowDraft imported_draft(const model::Flow& flow);

// The document of a draft, as it is read and validated.
json::object document_of_draft(const store::FlowDraft& draft);

}  // namespace swiftgrid::control
