// Catalog: secrets and variables, sealed, and which flows may mention them.

#include "base/assert.h"
#include "store/catalog.h"
#include "store/catalog_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// The columns of a SecretRow, as secret_of() reads them.
#define SECRET_COLUMNS "SELECT name, kind, key_id, sealed, created_at, updated_at FROM secrets"

SecretRow secret_of(const Query& query) {
    return {query.text(0), query.text(1),    query.text(2),
            query.text(3), query.instant(4), query.instant(5)};
}

}  // namespace

Result<void> insert_secret(Connection& connection, const SecretRow& row) {
    Query put(connection,
              "INSERT INTO secrets (name, kind, key_id, sealed, created_at, updated_at)"
              " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind,"
              " key_id = excluded.key_id, sealed = excluded.sealed,"
              " updated_at = excluded.updated_at");
    put.bind(row.name).bind(row.kind).bind(row.key_id);
    put.bind_blob(row.sealed.data(), row.sealed.size());
    return put.bind(row.created_at).bind(row.updated_at).run();
}

Result<std::vector<SecretRow>> Catalog::list_secrets() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return read_secrets(**loan);
}

Result<std::vector<SecretRow>> read_secrets(Connection& connection) {
    Query query(connection, SECRET_COLUMNS " ORDER BY name");
    return sqlite::read_rows(query, secret_of);
}

Result<std::optional<SecretRow>> Catalog::find_secret(const std::string& name) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, SECRET_COLUMNS " WHERE name = ?");
    auto row = query.bind(name).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return secret_of(query);
}

Result<void> Catalog::put_secrets(std::span<const SecretRow> rows,
                                  const std::optional<AuditEntry>& audit) {
    return change([&](Connection& connection) -> Result<void> {
        for (const SecretRow& row : rows)
            if (auto done = insert_secret(connection, row); !done) return done;
        return audit ? insert_audit(connection, *audit) : Result<void>();
    });
}

Result<void> Catalog::delete_secret(const std::string& name, const AuditEntry& audit) {
    return change([&](Connection& connection) -> Result<void> {
        Query remove(connection, "DELETE FROM secrets WHERE name = ?");
        if (auto done = remove.bind(name).run(); !done) return done;
        if (connection.changed_rows() == 0)
            return fail(ErrorCode::not_found, "there is no secret '" + name + "'");
        return insert_audit(connection, audit);
    });
}

Result<std::vector<FlowGraphs>> Catalog::list_graphs_with(const std::vector<std::string>& words) {
    SG_ASSERT(!words.empty(), "something is looked for");
    std::string condition;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) condition += " OR ";
        condition +=
            "instr(w.graph, ?) OR instr(g.graph, ?)"
            " OR instr(w.notifications, ?) OR instr(v.notifications, ?)";
    }
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query =
        Query::once(**loan,
                    "SELECT w.id, w.name, w.graph_id, w.graph, g.id, g.graph, w.notifications,"
                    " v.notifications FROM workflows w"
                    " LEFT JOIN workflow_versions v ON v.id = w.active_version_id"
                    " LEFT JOIN workflow_graphs g ON g.id = v.graph_id WHERE " +
                        condition + " ORDER BY w.name, w.id");
    for (const std::string& word : words) query.bind(word).bind(word).bind(word).bind(word);
    std::vector<FlowGraphs> flows;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return flows;
        FlowGraphs flow{query.id<FlowId>(0), query.text(1), {query.graph_id(2), query.text(3)}, {}};
        if (!query.is_null(4)) flow.active = GraphDocument{query.graph_id(4), query.text(5)};
        flow.draft_notifications = query.optional_text(6);
        flow.active_notifications = query.optional_text(7);
        flows.push_back(std::move(flow));
    }
}

}  // namespace swiftgrid::store
