#pragma once

// Keeps the vault and the database the same: what is on disk is sealed, what is in memory is in the
// clear for as long as the server runs. Also what the server keeps for itself, so that its key can
// be replaced without anything else changing. Thread-safe and blocking.

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/key_ring.h"
#include "control/unreadable_secrets.h"
#include "runtime/vault.h"
#include "store/catalog.h"

namespace swiftgrid::control {

class SecretStore {
public:
    struct Parts {
        store::Catalog& catalog;
        runtime::Vault& vault;
        KeyRing keys;
        // Just made, because there were none: what is on disk was sealed with others.
        bool keys_are_new = false;
        // Puts new keys in the place of the old ones. Empty: they come from the environment.
        std::function<Result<void>(const KeyRing&)> write_keys = {};
    };
    explicit SecretStore(Parts parts) : parts_(std::move(parts)) {}

    // Fills the vault. What an older key sealed is sealed anew: a rotation that was cut short is
    // finished. An error, and nothing changed, when a key is missing.
    Result<void> load();

    // What the server keeps for itself under a name that no user can give; made when it is not
    // there.
    Result<std::string> own_value(const std::string& name, const std::function<std::string()>& make,
                                  Instant now);

    // The same for what is not made by itself. It goes with `audit`.
    Result<std::optional<std::string>> find_own(const std::string& name);
    Result<void> put_own(const std::string& name, std::string_view value,
                         const store::AuditEntry& audit);

    // Seals it and lets `write` put the row into a transaction of its own.
    Result<void> put_own_with(const std::string& name, std::string_view value, Instant now,
                              const std::function<Result<void>(const store::SecretRow&)>& write);
    // Lets nothing else here read or write secrets meanwhile.
    Result<void> while_unchanged(const std::function<Result<void>()>& write);

    // The rows of users, in order of name. Their values are in the vault.
    Result<std::vector<store::SecretRow>> rows();

    // `audit` is written with the change; what may be put is for the caller to decide.
    Result<void> put(const std::string& name, const runtime::VaultItem& item,
                     const store::AuditEntry& audit);
    Result<void> remove(const std::string& name, const store::AuditEntry& audit);

    // A new key, and everything sealed with it. Runs go on meanwhile, and a crash at any point
    // leaves keys that open everything.
    struct Rotation {
        std::string key_id;
        std::size_t sealed = 0;
    };
    Result<Rotation> rotate_key(const store::AuditEntry& audit);

    // Deletes what no key opens, for whoever lost one. Answers the names. Instead of load().
    Result<std::vector<std::string>> remove_unreadable(store::AuditEntry audit);

private:
    Result<std::string> open(const store::SecretRow& row) const;
    Result<std::optional<std::string>> open_own(const std::string& name);
    store::SecretRow seal(store::SecretRow row, std::string_view value) const;
    Result<std::size_t> seal_anew(const std::optional<store::AuditEntry>& audit);
    UnreadableSecrets unreadable(const std::vector<store::SecretRow>& rows) const;

    Parts parts_;
    std::mutex writing_;  // one change at a time, so that the vault follows the database
};

}  // namespace swiftgrid::control
