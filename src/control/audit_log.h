#pragma once

// Who did what: the audit log as lists and files. Blocking: called on API worker threads.

#include <memory>
#include <string>

#include "control/answer.h"
#include "control/text_source.h"
#include "store/catalog.h"

namespace swiftgrid::control {

enum class AuditFormat : std::uint8_t { json_lines, csv };

class AuditLog {
public:
    // Outlives this and every export.
    explicit AuditLog(store::Catalog& catalog) : catalog_(catalog) {}

    Answer<std::string> list(const store::AuditQuery& query);

    // Every entry that the query lists, newest first; those that come meanwhile are not in it.
    std::shared_ptr<TextSource> export_as(AuditFormat format, store::AuditQuery query);

private:
    store::Catalog& catalog_;
};

// A field of a CSV file (RFC 4180), which a spreadsheet does not take for a formula.
std::string csv_field(std::string_view text);

}  // namespace swiftgrid::control
