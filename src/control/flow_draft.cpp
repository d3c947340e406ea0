#include "control/flow_draft.h"

namespace swiftgrid::control {
namespace {

std::optional<std::string> column_of(const json::value& value) {
    return value.is_null() ? std::nullopt : std::optional(canonical_json(value));
}

void put_column(json::object& document, const char* name, const std::optional<std::string>& text) {
    if (text) document[name] = parse_json(*text).value_or(json::value());
}

}  // namespace

store::FlowDraft imported_draft(const model::Flow& flow) {
    store::FlowDraft draft;
    draft.name = flow.name;
    draft.description = flow.description;
    draft.graph = canonical_json(flow.graph_document);
    draft.graph_id = graph_id_of(draft.graph);
    draft.input_schema = column_of(flow.input_schema);
    draft.output_schema = column_of(flow.output_schema);
    draft.notifications = column_of(flow.notifications);
    if (flow.timeout_ms > 0) draft.timeout_ms = flow.timeout_ms;
    return draft;
}

json::object document_of_draft(const store::FlowDraft& draft) {
    json::object document;
    document["name"] = draft.name;
    document["description"] = draft.description;
    document["graph"] = parse_json(draft.graph).value_or(json::object());
    put_column(document, "inputSchema", draft.input_schema);
    put_column(document, "outputSchema", draft.output_schema);
    if (draft.timeout_ms) document["timeoutMs"] = *draft.timeout_ms;
    put_column(document, "notifications", draft.notifications);
    return document;
}

}  // namespace swiftgrid::control
