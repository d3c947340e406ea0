#include "control/audit_log.h"

#include <utility>

#include "base/limits.h"
#include "control/flow_view.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

void append_entry(std::string& out, const store::AuditEntry& entry) {
    ObjectWriter object(out);
    object.number("id", entry.id);
    object.time("createdAt", entry.created_at);
    object.text("action", entry.action);
    object.text("actor", entry.actor);
    object.text_or_null("runId", entry.run ? to_string(*entry.run) : "");
    object.text_or_null("flowId", entry.flow ? to_string(*entry.flow) : "");
    object.text_or_null("flowName", entry.flow_name);
    object.raw("metadata", entry.metadata.value_or("null"));
    object.end();
}

void append_csv(std::string& out, const store::AuditEntry& entry) {
    out += std::to_string(entry.id) + ',' + to_rfc3339(entry.created_at) + ',';
    out += csv_field(entry.action) + ',' + csv_field(entry.actor) + ',';
    out += (entry.run ? to_string(*entry.run) : "") + ',';
    out += (entry.flow ? to_string(*entry.flow) : "") + ',';
    out += csv_field(entry.flow_name) + ',' + csv_field(entry.metadata.value_or("")) + "\r\n";
}

class AuditExport : public TextSource {
public:
    AuditExport(store::Catalog& catalog, AuditFormat format, store::AuditQuery query)
        : catalog_(catalog), format_(format), query_(std::move(query)) {
        query_.limit = limits::page_items_max;
        query_.cursor.clear();
    }

    Result<bool> next(std::string& out) override {
        auto page = catalog_.list_audit(query_);
        if (!page) return std::unexpected(page.error());
        if (format_ == AuditFormat::csv && std::exchange(is_first_, false))
            out += "id,createdAt,action,actor,runId,flowId,flowName,metadata\r\n";
        for (const store::AuditEntry& entry : page->items) {
            if (format_ == AuditFormat::csv) {
                append_csv(out, entry);
            } else {
                append_entry(out, entry);
                out += '\n';
            }
        }
        query_.cursor = page->next_cursor.value_or("");
        return page->next_cursor.has_value();
    }

private:
    store::Catalog& catalog_;
    AuditFormat format_;
    store::AuditQuery query_;
    bool is_first_ = true;
};

}  // namespace

std::string csv_field(std::string_view text) {
    constexpr std::string_view formula_begins = "=+-@\t\r";
    std::string field;
    if (!text.empty() && formula_begins.find(text.front()) != std::string_view::npos) field += '\'';
    field += text;
    if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
    std::string quoted = "\"";
    for (const char c : field) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

Answer<std::string> AuditLog::list(const store::AuditQuery& query) {
    auto page = catalog_.list_audit(query);
    if (!page) return refuse(page.error());
    std::string items;
    for (const store::AuditEntry& entry : page->items) {
        if (!items.empty()) items += ',';
        append_entry(items, entry);
    }
    return page_json(items, page->next_cursor);
}

std::shared_ptr<TextSource> AuditLog::export_as(AuditFormat format, store::AuditQuery query) {
    return std::make_shared<AuditExport>(catalog_, format, std::move(query));
}

}  // namespace swiftgrid::control
