#include "control/account_book.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "control/credentials.h"

namespace swiftgrid::control {
namespace {

constexpr Duration idle_max{limits::session_idle_days * 24 * 60 * 60 * 1000};

std::int64_t used_at(const store::SessionRow& row) {
    return row.last_used_at.milliseconds_since_epoch;
}
std::int64_t used_at(const store::TokenRow& row) {
    return row.last_used_at ? row.last_used_at->milliseconds_since_epoch : 0;
}

void set_used_at(store::SessionRow& row, std::int64_t milliseconds) {
    row.last_used_at = Instant{milliseconds};
}
void set_used_at(store::TokenRow& row, std::int64_t milliseconds) {
    if (milliseconds != 0) row.last_used_at = Instant{milliseconds};
}

template <typename Row>
void sort_by_id(std::vector<Row>& rows) {
    std::ranges::sort(rows, {}, &Row::id);
}

}  // namespace

bool is_good(const store::SessionRow& session, Instant now) {
    return now < session.expires_at && now < session.last_used_at + idle_max;
}

bool is_good(const store::TokenRow& token, Instant now) {
    return !token.expires_at || now < *token.expires_at;
}

template <typename Row>
Row AccountBook::Entry<Row>::current() const {
    Row copy = row;
    set_used_at(copy, used_at_ms.load(std::memory_order_relaxed));
    return copy;
}

std::size_t AccountBook::HashOfHash::operator()(const store::SecretHash& hash) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, hash.data(), sizeof value);
    return value;
}

Result<std::unique_ptr<AccountBook>> AccountBook::open(store::Accounts& store,
                                                       const std::string& server_token_id,
                                                       Instant now) {
    auto rows = store.read_all();
    if (!rows) return std::unexpected(rows.error());
    std::unique_ptr<AccountBook> book(new AccountBook(store));
    book->load(*std::move(rows));
    store::AccountChange change;
    change.delete_sessions = book->expired_sessions(now);
    for (const store::SessionRow& session : book->sessions(std::nullopt)) {
        if (session.server_token_id != server_token_id)
            change.delete_sessions.push_back(session.id);
    }
    if (change.delete_sessions.empty()) return book;
    const auto lock = book->begin_change();
    if (auto done = book->change(change); !done) return std::unexpected(done.error());
    return book;
}

void AccountBook::load(store::AccountRows rows) {
    store::AccountChange everything;
    everything.put_users = std::move(rows.users);
    everything.put_sessions = std::move(rows.sessions);
    everything.put_tokens = std::move(rows.tokens);
    apply(everything);
}

Result<void> AccountBook::change(const store::AccountChange& change) {
    if (auto done = store_.change(change); !done) return done;
    apply(change);
    return {};
}

template <typename Row>
void AccountBook::put(Table<Row>& table, const Row& row) {
    auto entry = std::make_unique<Entry<Row>>();
    entry->row = row;
    entry->used_at_ms = used_at(row);
    entry->written_at_ms = used_at(row);
    table.insert_or_assign(row.secret_hash, std::move(entry));
}

template <typename Row>
void AccountBook::forget(Table<Row>& table, const std::function<bool(const Row&)>& is_meant) {
    std::erase_if(table, [&](const auto& each) { return is_meant(each.second->row); });
}

void AccountBook::apply(const store::AccountChange& change) {
    const std::unique_lock lock(reading_);
    const auto holds = [](const auto& list, const auto& value) {
        return std::ranges::find(list, value) != list.end();
    };
    for (const store::UserRow& row : change.put_users) users_.insert_or_assign(row.id, row);
    for (const UserId& id : change.delete_users) users_.erase(id);
    if (!change.delete_users.empty() || !change.delete_sessions.empty())
        forget<store::SessionRow>(sessions_, [&](const store::SessionRow& row) {
            return holds(change.delete_sessions, row.id) ||
                   (row.user && holds(change.delete_users, *row.user));
        });
    if (!change.delete_users.empty() || !change.delete_tokens.empty())
        forget<store::TokenRow>(tokens_, [&](const store::TokenRow& row) {
            return holds(change.delete_tokens, row.id) ||
                   (row.user && holds(change.delete_users, *row.user));
        });
    for (const store::SessionRow& row : change.put_sessions) put(sessions_, row);
    for (const store::TokenRow& row : change.put_tokens) put(tokens_, row);
    has_users_.store(!users_.empty(), std::memory_order_release);
}

std::vector<store::UserRow> AccountBook::users() const {
    const std::shared_lock lock(reading_);
    std::vector<store::UserRow> rows;
    rows.reserve(users_.size());
    for (const auto& [id, row] : users_) rows.push_back(row);
    return rows;
}

std::vector<store::SessionRow> AccountBook::sessions(const std::optional<UserId>& user) const {
    const std::shared_lock lock(reading_);
    std::vector<store::SessionRow> rows;
    for (const auto& [hash, entry] : sessions_) {
        if (entry->row.user == user) rows.push_back(entry->current());
    }
    sort_by_id(rows);
    return rows;
}

std::vector<store::TokenRow> AccountBook::tokens() const {
    const std::shared_lock lock(reading_);
    std::vector<store::TokenRow> rows;
    for (const auto& [hash, entry] : tokens_) rows.push_back(entry->current());
    sort_by_id(rows);
    return rows;
}

std::map<UserId, Instant> AccountBook::last_uses() const {
    const std::shared_lock lock(reading_);
    std::map<UserId, Instant> uses;
    for (const auto& [hash, entry] : sessions_) {
        if (!entry->row.user) continue;
        const Instant used{entry->used_at_ms.load(std::memory_order_relaxed)};
        const auto [known, is_first] = uses.try_emplace(*entry->row.user, used);
        known->second = std::max(known->second, used);
    }
    return uses;
}

std::optional<store::UserRow> AccountBook::user(UserId id) const {
    const std::shared_lock lock(reading_);
    const auto found = users_.find(id);
    if (found == users_.end()) return std::nullopt;
    return found->second;
}

std::optional<store::UserRow> AccountBook::user_by_email(std::string_view email) const {
    const std::shared_lock lock(reading_);
    for (const auto& [id, row] : users_) {
        if (row.email == email) return row;
    }
    return std::nullopt;
}

std::optional<store::SessionRow> AccountBook::use_session(std::string_view secret, Instant now) {
    const std::shared_lock lock(reading_);
    const auto found = sessions_.find(secret_hash(secret));
    if (found == sessions_.end()) return std::nullopt;
    store::SessionRow row = found->second->current();
    if (!is_good(row, now)) return std::nullopt;
    found->second->used_at_ms.store(now.milliseconds_since_epoch, std::memory_order_relaxed);
    return row;
}

std::optional<store::TokenRow> AccountBook::use_token(std::string_view secret, Instant now) {
    const std::shared_lock lock(reading_);
    const auto found = tokens_.find(secret_hash(secret));
    if (found == tokens_.end() || !is_good(found->second->row, now)) return std::nullopt;
    found->second->used_at_ms.store(now.milliseconds_since_epoch, std::memory_order_relaxed);
    return found->second->row;
}

std::vector<SessionId> AccountBook::expired_sessions(Instant now) const {
    const std::shared_lock lock(reading_);
    std::vector<SessionId> ids;
    for (const auto& [hash, entry] : sessions_) {
        if (!is_good(entry->current(), now)) ids.push_back(entry->row.id);
    }
    return ids;
}

Result<void> AccountBook::write_uses(Instant now) {
    store::AccountChange expired;
    expired.delete_sessions = expired_sessions(now);
    if (!expired.delete_sessions.empty()) {
        const auto changing = begin_change();
        if (auto done = change(expired); !done) return done;
    }
    store::LastUses uses;
    const auto note = [](auto& table, auto& out) {
        for (const auto& [hash, entry] : table) {
            const std::int64_t used = entry->used_at_ms.load(std::memory_order_relaxed);
            // A use that cannot be written is lost: it is asked for by people only.
            if (entry->written_at_ms.exchange(used) != used)
                out.emplace_back(entry->row.id, Instant{used});
        }
    };
    {
        const std::shared_lock lock(reading_);
        note(sessions_, uses.sessions);
        note(tokens_, uses.tokens);
    }
    return store_.note_uses(uses);
}

}  // namespace swiftgrid::control
