#include "control/flow_view.h"

#include "control/json_writer.h"
#include "control/problem_view.h"

namespace swiftgrid::control {
namespace {

void append_recent_run(std::string& out, const store::RecentRun& run) {
    ObjectWriter object(out);
    object.text("id", to_string(run.id));
    object.text("status", run.status);
    object.time("createdAt", run.created_at);
    object.number_or_null("durationMs", run.duration_ms);
    object.end();
}

void append_flow_summary(std::string& out, const store::FlowSummary& flow) {
    ObjectWriter object(out);
    object.text("id", to_string(flow.id));
    object.text("name", flow.name);
    object.text("description", flow.description);
    object.time("createdAt", flow.created_at);
    object.time("updatedAt", flow.updated_at);
    object.number_or_null("activeVersion", flow.active_version);
    object.boolean("draftDirty", flow.draft_dirty);
    object.boolean("webhookEnabled", flow.webhook_enabled);
    object.boolean("scheduleEnabled", flow.schedule_enabled);
    object.time("scheduleNextRun", flow.schedule_next_run);
    object.number("runCount", flow.run_count);
    if (flow.recent_runs.empty())
        object.null("lastRun");
    else
        append_recent_run(object.member("lastRun"), flow.recent_runs.front());
    std::string& recent = object.member("recentRuns");
    recent += '[';
    for (std::size_t i = 0; i < flow.recent_runs.size(); ++i) {
        if (i > 0) recent += ',';
        append_recent_run(recent, flow.recent_runs[i]);
    }
    recent += ']';
    object.end();
}

void append_version(std::string& out, const store::Version& version) {
    ObjectWriter object(out);
    object.number("number", version.number);
    object.text("flowId", to_string(version.flow));
    object.text("changeSummary", version.change_summary);
    object.time("createdAt", version.created_at);
    object.text_or_null("createdBy", version.created_by);
    object.boolean("active", version.active);
    if (!version.graph.empty()) {
        object.raw("graph", version.graph);
        object.raw("inputSchema", version.input_schema.value_or("null"));
        object.raw("outputSchema", version.output_schema.value_or("null"));
        object.number("timeoutMs", version.timeout_ms.value_or(0));
        object.raw("notifications", version.notifications.value_or("[]"));
    }
    object.end();
}

template <typename Item, typename Append>
std::string page_of(const store::Page<Item>& page, Append append) {
    std::string items;
    for (const Item& item : page.items) {
        if (!items.empty()) items += ',';
        append(items, item);
    }
    return page_json(items, page.next_cursor);
}

}  // namespace

std::string flow_json(const store::Flow& flow, const FlowFindings& findings) {
    std::string out;
    ObjectWriter object(out);
    object.text("id", to_string(flow.id));
    object.text("name", flow.draft.name);
    object.text("description", flow.draft.description);
    object.number("revision", flow.revision);
    object.raw("graph", flow.draft.graph);
    object.raw("inputSchema", flow.draft.input_schema.value_or("null"));
    object.raw("outputSchema", flow.draft.output_schema.value_or("null"));
    object.number("timeoutMs", flow.draft.timeout_ms.value_or(0));
    object.raw("notifications", flow.draft.notifications.value_or("[]"));
    object.number_or_null("activeVersion", flow.active_version);
    object.number_or_null("latestVersion", flow.latest_version);
    object.boolean("draftDirty", flow.draft_dirty);
    object.number("runCount", flow.run_count);
    object.number("openRunCount", flow.open_run_count);
    object.time("createdAt", flow.created_at);
    object.time("updatedAt", flow.updated_at);
    const auto& missing = findings.missing_secrets;
    object.raw("missingSecrets", to_json(json::array(missing.begin(), missing.end())));
    if (findings.problems) object.raw("problems", to_json(problems_json(*findings.problems)));
    object.end();
    return out;
}

std::string flow_page_json(const store::Page<store::FlowSummary>& page) {
    return page_of(page, append_flow_summary);
}

std::string version_json(const store::Version& version) {
    std::string out;
    append_version(out, version);
    return out;
}

std::string version_page_json(const store::Page<store::Version>& page) {
    return page_of(page, append_version);
}

std::string page_json(const std::string& items, const std::optional<std::string>& next_cursor) {
    std::string out = "{\"items\":[" + items + "],\"nextCursor\":";
    if (next_cursor)
        append_json_string(out, *next_cursor);
    else
        out += "null";
    return out + "}";
}

}  // namespace swiftgrid::control
