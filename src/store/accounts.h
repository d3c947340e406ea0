#pragma once

// People, sessions and tokens as rows. Thread-safe and blocking, like the catalogue; what they may
// do is known by `control`, which keeps them in memory and reads them once.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/account_ids.h"
#include "base/instant.h"
#include "base/result.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

// Of a random secret of 256 bits, which needs no salt.
using SecretHash = std::array<std::uint8_t, 32>;

struct UserRow {
    UserId id;
    std::string email;
    std::string role;  // owner editor operator viewer
    std::string password_hash;
    Instant created_at;
    Instant updated_at;

    bool operator==(const UserRow&) const = default;
};

struct SessionRow {
    SessionId id;
    SecretHash secret_hash{};
    std::optional<UserId> user;  // nothing: whoever has the server's own token
    std::string server_token_id;
    Instant created_at;
    Instant expires_at;
    Instant last_used_at;
    std::string address;
    std::string user_agent;

    bool operator==(const SessionRow&) const = default;
};

struct TokenRow {
    TokenId id;
    SecretHash secret_hash{};
    std::optional<UserId> user;  // nothing: of the server itself
    std::string name;
    std::string role;
    Instant created_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> last_used_at;

    bool operator==(const TokenRow&) const = default;
};

struct AccountRows {
    std::vector<UserRow> users;  // all in order of id
    std::vector<SessionRow> sessions;
    std::vector<TokenRow> tokens;
};

// What happens together. Rows that exist are replaced; sessions and tokens go with their user.
struct AccountChange {
    std::vector<UserRow> put_users = {};
    std::vector<UserId> delete_users = {};
    std::vector<SessionRow> put_sessions = {};
    std::vector<SessionId> delete_sessions = {};
    std::vector<TokenRow> put_tokens = {};
    std::vector<TokenId> delete_tokens = {};
    std::vector<AuditEntry> audit = {};
};

struct LastUses {
    std::vector<std::pair<SessionId, Instant>> sessions = {};
    std::vector<std::pair<TokenId, Instant>> tokens = {};
};

class Accounts {
public:
    // Both outlive this; the journal writes to the same database.
    Accounts(Database& database, Journal& journal) : database_(database), journal_(journal) {}

    Result<AccountRows> read_all();

    // All or nothing, on disk when it returns.
    Result<void> change(const AccountChange& change);

    // Those that are gone meanwhile are passed over.
    Result<void> note_uses(const LastUses& uses);

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
