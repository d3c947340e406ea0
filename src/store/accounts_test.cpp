#include "store/accounts.h"

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::store {
namespace {

using testing::noon;
using testing::uuid_of;

class AccountsTest : public testing::CatalogTest {
protected:
    static UserRow user(std::uint64_t number, std::string role = "owner") {
        return {{uuid_of(number)},
                "user" + std::to_string(number) + "@example.com",
                std::move(role),
                "hash",
                noon,
                noon};
    }
    static SessionRow session(std::uint64_t number, std::optional<UserId> user) {
        SessionRow row;
        row.id = {uuid_of(number)};
        row.secret_hash.fill(static_cast<std::uint8_t>(number));
        row.user = user;
        row.server_token_id = user ? "" : "token";
        row.created_at = row.last_used_at = noon;
        row.expires_at = noon + Duration{1000};
        row.address = "10.0.0.1";
        row.user_agent = "Browser";
        return row;
    }
    static TokenRow token(std::uint64_t number, std::optional<UserId> user) {
        TokenRow row;
        row.id = {uuid_of(number)};
        row.secret_hash.fill(static_cast<std::uint8_t>(number));
        row.user = user;
        row.name = "ci";
        row.role = "operator";
        row.created_at = noon;
        return row;
    }

    Accounts accounts_{*database_, journal_};
};

TEST_F(AccountsTest, GiveBackWhatWasPut) {
    AccountChange change;
    change.put_users = {user(1), user(2, "viewer")};
    change.put_sessions = {session(3, user(1).id), session(4, std::nullopt)};
    change.put_tokens = {token(5, user(2).id), token(6, std::nullopt)};
    change.put_tokens[1].expires_at = noon + Duration{5};
    AuditEntry audit;
    audit.action = "USER_CREATED";
    audit.actor = "ada";
    change.audit = {audit};
    ASSERT_TRUE(accounts_.change(change));
    const auto rows = accounts_.read_all().value();
    EXPECT_EQ(rows.users, change.put_users);
    EXPECT_EQ(rows.sessions, change.put_sessions);
    EXPECT_EQ(rows.tokens, change.put_tokens);
    EXPECT_EQ(catalog_.list_audit({}).value().items.at(0).action, "USER_CREATED");
}

TEST_F(AccountsTest, ReplaceAUserWithoutTouchingWhatIsTheirs) {
    AccountChange first;
    first.put_users = {user(1)};
    first.put_sessions = {session(2, user(1).id)};
    first.put_tokens = {token(3, user(1).id)};
    ASSERT_TRUE(accounts_.change(first));
    AccountChange second;
    second.put_users = {user(1, "editor")};
    ASSERT_TRUE(accounts_.change(second));
    const auto rows = accounts_.read_all().value();
    EXPECT_EQ(rows.users.at(0).role, "editor");
    EXPECT_EQ(rows.sessions.size(), 1U);
    EXPECT_EQ(rows.tokens.size(), 1U);
}

TEST_F(AccountsTest, DeleteAUserWithSessionsAndTokens) {
    AccountChange first;
    first.put_users = {user(1), user(2)};
    first.put_sessions = {session(3, user(1).id), session(4, user(2).id)};
    first.put_tokens = {token(5, user(1).id), token(6, std::nullopt)};
    ASSERT_TRUE(accounts_.change(first));
    AccountChange second;
    second.delete_users = {user(1).id};
    ASSERT_TRUE(accounts_.change(second));
    const auto rows = accounts_.read_all().value();
    EXPECT_EQ(rows.users, std::vector{user(2)});
    EXPECT_EQ(rows.sessions, std::vector{session(4, user(2).id)});
    EXPECT_EQ(rows.tokens, std::vector{token(6, std::nullopt)});
}

TEST_F(AccountsTest, AChangeThatFailsChangesNothing) {
    AccountChange first;
    first.put_users = {user(1)};
    ASSERT_TRUE(accounts_.change(first));
    AccountChange second;
    second.put_users = {user(2), user(3)};
    second.put_users[1].email = user(1).email;
    EXPECT_FALSE(accounts_.change(second));
    EXPECT_EQ(accounts_.read_all().value().users, first.put_users);
}

TEST_F(AccountsTest, NoteUsesOfWhatIsStillThere) {
    AccountChange change;
    change.put_sessions = {session(1, std::nullopt)};
    change.put_tokens = {token(2, std::nullopt)};
    ASSERT_TRUE(accounts_.change(change));
    LastUses uses;
    uses.sessions = {{change.put_sessions[0].id, noon + Duration{7}}, {{uuid_of(9)}, noon}};
    uses.tokens = {{change.put_tokens[0].id, noon + Duration{8}}, {{uuid_of(9)}, noon}};
    ASSERT_TRUE(accounts_.note_uses(uses));
    const auto rows = accounts_.read_all().value();
    EXPECT_EQ(rows.sessions.at(0).last_used_at, noon + Duration{7});
    EXPECT_EQ(rows.tokens.at(0).last_used_at, noon + Duration{8});
}

}  // namespace
}  // namespace swiftgrid::store
