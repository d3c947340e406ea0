#include "control/secret_store.h"

#include <fmt/format.h>

namespace swiftgrid::control {
namespace {

constexpr std::string_view kind_secret = "secret";
constexpr std::string_view kind_variable = "variable";
constexpr std::string_view kind_server = "server";

std::string kind_name(model::EnvKind kind) {
    return std::string(kind == model::EnvKind::secret ? kind_secret : kind_variable);
}

}  // namespace

Result<void> SecretStore::load() {
    const std::lock_guard lock(writing_);
    auto rows = parts_.catalog.list_secrets();
    if (!rows) return std::unexpected(rows.error());
    constexpr std::size_t named_max = 5;
    if (const auto lost = unreadable(*rows); lost.exist())
        return fail(ErrorCode::storage_error, fmt::format("{}. Nothing was changed. {}",
                                                          lost.in_words(named_max), lost.mend));
    runtime::VaultItems items;
    for (const store::SecretRow& row : *rows) {
        if (row.kind == kind_server) continue;
        auto value = open(row);
        if (!value) return std::unexpected(value.error());
        items[row.name] = {
            row.kind == kind_variable ? model::EnvKind::variable : model::EnvKind::secret,
            std::move(*value)};
    }
    parts_.vault.replace(std::move(items));
    if (auto sealed = seal_anew(std::nullopt); !sealed) return std::unexpected(sealed.error());
    return {};
}

UnreadableSecrets SecretStore::unreadable(const std::vector<store::SecretRow>& rows) const {
    return find_unreadable(rows, parts_.keys_are_new ? nullptr : &parts_.keys);
}

Result<std::string> SecretStore::open(const store::SecretRow& row) const {
    return parts_.keys.open(secret_label(row), {row.key_id, row.sealed});
}

store::SecretRow SecretStore::seal(store::SecretRow row, std::string_view value) const {
    Sealed sealed = parts_.keys.seal(secret_label(row), value);
    row.key_id = std::move(sealed.key_id);
    row.sealed = std::move(sealed.bytes);
    return row;
}

Result<std::string> SecretStore::own_value(const std::string& name,
                                           const std::function<std::string()>& make, Instant now) {
    const std::lock_guard lock(writing_);
    auto known = open_own(name);
    if (!known) return std::unexpected(known.error());
    if (*known) return **std::move(known);
    std::string value = make();
    const store::SecretRow row = seal({name, std::string(kind_server), {}, {}, now, now}, value);
    if (auto put = parts_.catalog.put_secrets({&row, 1}, std::nullopt); !put)
        return std::unexpected(put.error());
    return value;
}

Result<std::optional<std::string>> SecretStore::find_own(const std::string& name) {
    const std::lock_guard lock(writing_);
    return open_own(name);
}

Result<std::optional<std::string>> SecretStore::open_own(const std::string& name) {
    auto row = parts_.catalog.find_secret(name);
    if (!row) return std::unexpected(row.error());
    if (!*row || (*row)->kind != kind_server) return std::nullopt;
    auto value = open(**row);
    if (!value) return std::unexpected(value.error());
    return std::move(*value);
}

Result<void> SecretStore::put_own(const std::string& name, std::string_view value,
                                  const store::AuditEntry& audit) {
    const std::lock_guard lock(writing_);
    const Instant now = audit.created_at;
    const store::SecretRow row = seal({name, std::string(kind_server), {}, {}, now, now}, value);
    return parts_.catalog.put_secrets({&row, 1}, audit);
}

Result<void> SecretStore::put_own_with(
    const std::string& name, std::string_view value, Instant now,
    const std::function<Result<void>(const store::SecretRow&)>& write) {
    const std::lock_guard lock(writing_);
    return write(seal({name, std::string(kind_server), {}, {}, now, now}, value));
}

Result<void> SecretStore::while_unchanged(const std::function<Result<void>()>& write) {
    const std::lock_guard lock(writing_);
    return write();
}

Result<std::vector<store::SecretRow>> SecretStore::rows() {
    auto rows = parts_.catalog.list_secrets();
    if (!rows) return rows;
    std::erase_if(*rows, [](const store::SecretRow& row) { return row.kind == kind_server; });
    return rows;
}

Result<void> SecretStore::put(const std::string& name, const runtime::VaultItem& item,
                              const store::AuditEntry& audit) {
    const std::lock_guard lock(writing_);
    const Instant now = audit.created_at;
    const store::SecretRow row = seal({name, kind_name(item.kind), {}, {}, now, now}, item.value);
    if (auto done = parts_.catalog.put_secrets({&row, 1}, audit); !done) return done;
    runtime::VaultItems items = parts_.vault.content()->items();
    items[name] = item;
    parts_.vault.replace(std::move(items));
    return {};
}

Result<void> SecretStore::remove(const std::string& name, const store::AuditEntry& audit) {
    const std::lock_guard lock(writing_);
    if (auto done = parts_.catalog.delete_secret(name, audit); !done) return done;
    runtime::VaultItems items = parts_.vault.content()->items();
    items.erase(name);
    parts_.vault.replace(std::move(items));
    return {};
}

// In this order every crash leaves keys on disk that open everything on disk.
Result<SecretStore::Rotation> SecretStore::rotate_key(const store::AuditEntry& audit) {
    const std::lock_guard lock(writing_);
    if (!parts_.write_keys)
        return fail(ErrorCode::conflict,
                    "the key comes from SWIFTGRID_SERVER_KEY: put a new one before it, with a "
                    "comma between them, and start the server again; everything is sealed with "
                    "the new one then, and the old one can go");
    KeyRing keys = parts_.keys.with_new_key();
    if (auto written = parts_.write_keys(keys); !written) return std::unexpected(written.error());
    parts_.keys = std::move(keys);
    auto sealed = seal_anew(audit);
    if (!sealed) return std::unexpected(sealed.error());
    return Rotation{parts_.keys.primary().id(), *sealed};
}

// Everything with the key in use; the others are not needed any more then.
Result<std::size_t> SecretStore::seal_anew(const std::optional<store::AuditEntry>& audit) {
    auto rows = parts_.catalog.list_secrets();
    if (!rows) return std::unexpected(rows.error());
    const std::string key_id = parts_.keys.primary().id();
    std::vector<store::SecretRow> changed;
    for (store::SecretRow& row : *rows) {
        if (row.key_id == key_id) continue;
        auto value = open(row);
        if (!value) return std::unexpected(value.error());
        const Instant updated_at = row.updated_at;
        changed.push_back(seal(std::move(row), *value));
        changed.back().updated_at = updated_at;
    }
    if (!changed.empty() || audit) {
        if (auto put = parts_.catalog.put_secrets(changed, audit); !put)
            return std::unexpected(put.error());
    }
    if (!parts_.keys.is_single() && parts_.write_keys) {
        KeyRing keys = parts_.keys.without_old_keys();
        if (auto written = parts_.write_keys(keys); !written)
            return std::unexpected(written.error());
        parts_.keys = std::move(keys);
    }
    return changed.size();
}

Result<std::vector<std::string>> SecretStore::remove_unreadable(store::AuditEntry audit) {
    const std::lock_guard lock(writing_);
    auto rows = parts_.catalog.list_secrets();
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::string> removed;
    for (const store::SecretRow& row : *rows) {
        if (open(row)) continue;
        audit.metadata = to_json(json::object{{"name", row.name}, {"reason", "unreadable"}});
        if (auto done = parts_.catalog.delete_secret(row.name, audit); !done)
            return std::unexpected(done.error());
        removed.push_back(row.name);
    }
    return removed;
}

}  // namespace swiftgrid::control
