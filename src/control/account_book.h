#pragma once

// People, sessions and tokens in memory, as they are on disk: who asks is known without reading it.
// Last uses are noted in memory and written down now and then. Thread-safe; only `change` and
// `write_uses` wait for the disk.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/accounts.h"

namespace swiftgrid::control {

class AccountBook {
public:
    // Sessions of another token of the server, and those that have expired, are dropped. `store`
    // outlives the book.
    static Result<std::unique_ptr<AccountBook>> open(store::Accounts& store,
                                                     const std::string& server_token_id,
                                                     Instant now);

    // Held by who decides on what is there and then changes it.
    std::unique_lock<std::mutex> begin_change() { return std::unique_lock(changing_); }
    // On disk, then in memory. Requires that the caller holds begin_change().
    Result<void> change(const store::AccountChange& change);

    bool has_users() const { return has_users_.load(std::memory_order_acquire); }

    // All in order of id. Last uses are the newest.
    std::vector<store::UserRow> users() const;
    std::vector<store::SessionRow> sessions(const std::optional<UserId>& user) const;
    std::vector<store::TokenRow> tokens() const;
    // When those who have a session used one last.
    std::map<UserId, Instant> last_uses() const;

    std::optional<store::UserRow> user(UserId id) const;
    std::optional<store::UserRow> user_by_email(std::string_view email) const;

    // Who comes with it has used it: of sessions and tokens that are still good.
    std::optional<store::SessionRow> use_session(std::string_view secret, Instant now);
    std::optional<store::TokenRow> use_token(std::string_view secret, Instant now);

    // Puts on disk what was used since the last time, and drops what has expired.
    Result<void> write_uses(Instant now);

private:
    explicit AccountBook(store::Accounts& store) : store_(store) {}

    template <typename Row>
    struct Entry {
        Row row;
        std::atomic<std::int64_t> used_at_ms = 0;     // 0: never
        std::atomic<std::int64_t> written_at_ms = 0;  // what is on disk

        Row current() const;
    };
    struct HashOfHash {
        std::size_t operator()(const store::SecretHash& hash) const noexcept;
    };
    // Owners: the table alone; entries are pointed to because they hold atomics.
    template <typename Row>
    using Table = std::unordered_map<store::SecretHash, std::unique_ptr<Entry<Row>>, HashOfHash>;

    void load(store::AccountRows rows);
    void apply(const store::AccountChange& change);
    template <typename Row>
    static void put(Table<Row>& table, const Row& row);
    template <typename Row>
    static void forget(Table<Row>& table, const std::function<bool(const Row&)>& is_meant);
    std::vector<SessionId> expired_sessions(Instant now) const;

    store::Accounts& store_;
    std::mutex changing_;
    mutable std::shared_mutex reading_;
    std::map<UserId, store::UserRow> users_;
    Table<store::SessionRow> sessions_;
    Table<store::TokenRow> tokens_;
    std::atomic<bool> has_users_ = false;
};

// Whether it lets somebody in at that time.
bool is_good(const store::SessionRow& session, Instant now);
bool is_good(const store::TokenRow& token, Instant now);

}  // namespace swiftgrid::control
