#include "store/accounts.h"

#include <algorithm>

#include "base/assert.h"
#include "store/catalog_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

SecretHash hash_at(const Query& query, int column) {
    SecretHash hash{};
    const std::string_view bytes = query.view(column);
    SG_ASSERT(bytes.size() == hash.size(), "hashes have one size");
    std::ranges::copy(bytes, hash.begin());
    return hash;
}

UserRow user_of(const Query& query) {
    return {query.id<UserId>(0), query.text(1),    query.text(2),
            query.text(3),       query.instant(4), query.instant(5)};
}

SessionRow session_of(const Query& query) {
    return {query.id<SessionId>(0), hash_at(query, 1), query.optional_id<UserId>(2),
            query.text(3),          query.instant(4),  query.instant(5),
            query.instant(6),       query.text(7),     query.text(8)};
}

TokenRow token_of(const Query& query) {
    return {query.id<TokenId>(0),
            hash_at(query, 1),
            query.optional_id<UserId>(2),
            query.text(3),
            query.text(4),
            query.instant(5),
            query.optional_instant(6),
            query.optional_instant(7)};
}

Result<void> put(Connection& connection, const UserRow& row) {
    Query query(connection,
                "INSERT INTO users (id, email, role, password_hash, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET email = excluded.email,"
                " role = excluded.role, password_hash = excluded.password_hash,"
                " updated_at = excluded.updated_at");
    query.bind(row.id).bind(row.email).bind(row.role).bind(row.password_hash);
    return query.bind(row.created_at).bind(row.updated_at).run();
}

Result<void> put(Connection& connection, const SessionRow& row) {
    Query query(connection,
                "INSERT OR REPLACE INTO sessions (id, secret_hash, user_id, server_token_id,"
                " created_at, expires_at, last_used_at, address, user_agent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    query.bind(row.id).bind_blob(row.secret_hash.data(), row.secret_hash.size());
    query.bind(row.user).bind(row.server_token_id).bind(row.created_at).bind(row.expires_at);
    return query.bind(row.last_used_at).bind(row.address).bind(row.user_agent).run();
}

Result<void> put(Connection& connection, const TokenRow& row) {
    Query query(connection,
                "INSERT OR REPLACE INTO api_tokens (id, secret_hash, user_id, name, role,"
                " created_at, expires_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    query.bind(row.id).bind_blob(row.secret_hash.data(), row.secret_hash.size());
    query.bind(row.user).bind(row.name).bind(row.role);
    return query.bind(row.created_at).bind(row.expires_at).bind(row.last_used_at).run();
}

Result<void> put(Connection& connection, const AuditEntry& entry) {
    return insert_audit(connection, entry);
}

template <std::size_t size, typename Id>
Result<void> delete_each(Connection& connection, const char (&sql)[size],
                         const std::vector<Id>& ids) {
    for (const Id& id : ids) {
        Query query(connection, sql);
        if (auto done = query.bind(id).run(); !done) return done;
    }
    return {};
}

template <typename Row>
Result<void> put_each(Connection& connection, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        if (auto done = put(connection, row); !done) return done;
    }
    return {};
}

template <std::size_t size, typename Id>
Result<void> note_each(Connection& connection, const char (&sql)[size],
                       const std::vector<std::pair<Id, Instant>>& uses) {
    for (const auto& [id, at] : uses) {
        Query query(connection, sql);
        if (auto done = query.bind(at).bind(id).run(); !done) return done;
    }
    return {};
}

}  // namespace

Result<AccountRows> Accounts::read_all() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query users(**loan,
                "SELECT id, email, role, password_hash, created_at, updated_at FROM users"
                " ORDER BY id");
    auto user_rows = sqlite::read_rows(users, user_of);
    if (!user_rows) return std::unexpected(user_rows.error());
    Query sessions(**loan,
                   "SELECT id, secret_hash, user_id, server_token_id, created_at, expires_at,"
                   " last_used_at, address, user_agent FROM sessions ORDER BY id");
    auto session_rows = sqlite::read_rows(sessions, session_of);
    if (!session_rows) return std::unexpected(session_rows.error());
    Query tokens(**loan,
                 "SELECT id, secret_hash, user_id, name, role, created_at, expires_at,"
                 " last_used_at FROM api_tokens ORDER BY id");
    auto token_rows = sqlite::read_rows(tokens, token_of);
    if (!token_rows) return std::unexpected(token_rows.error());
    return AccountRows{*std::move(user_rows), *std::move(session_rows), *std::move(token_rows)};
}

Result<void> Accounts::change(const AccountChange& change) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto done = put_each(connection, change.put_users); !done) return done;
        if (auto done =
                delete_each(connection, "DELETE FROM users WHERE id = ?", change.delete_users);
            !done)
            return done;
        if (auto done = delete_each(connection, "DELETE FROM sessions WHERE id = ?",
                                    change.delete_sessions);
            !done)
            return done;
        if (auto done = put_each(connection, change.put_sessions); !done) return done;
        if (auto done = put_each(connection, change.put_tokens); !done) return done;
        if (auto done = delete_each(connection, "DELETE FROM api_tokens WHERE id = ?",
                                    change.delete_tokens);
            !done)
            return done;
        return put_each(connection, change.audit);
    });
}

Result<void> Accounts::note_uses(const LastUses& uses) {
    if (uses.sessions.empty() && uses.tokens.empty()) return {};
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        if (auto done = note_each(connection, "UPDATE sessions SET last_used_at = ? WHERE id = ?",
                                  uses.sessions);
            !done)
            return done;
        return note_each(connection, "UPDATE api_tokens SET last_used_at = ? WHERE id = ?",
                         uses.tokens);
    });
}

}  // namespace swiftgrid::store
