#include "control/accounts.h"

#include <thread>

#include <gmock/gmock.h>

#include "base/json.h"
#include "base/limits.h"
#include "control/credentials.h"
#include "store/testing/catalog_world.h"

namespace swiftgrid::control {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string server_secret = "a-token-that-is-long-enough";
const std::string password = "correct horse battery";
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
const SignInPlace home{"10.0.0.1", "Browser 1.0"};

class TestClock : public runtime::Clock {
public:
    Instant now() const override { return {now_ms}; }
    std::int64_t monotonic_ms() const override { return now_ms; }
    std::atomic<std::int64_t> now_ms = 1'800'000'000'000;
};

class AccountsTest : public store::testing::CatalogTest {
protected:
    // As after a start with this token.
    void open(const std::string& token = server_secret) {
        accounts = Accounts::open({store, clock, ids}, token).value();
    }
    void SetUp() override { open(); }

    Caller owner() {
        auto made = accounts->users().set_up("Mia@Example.com ", password, home);
        EXPECT_TRUE(made.has_value()) << made.error().error.message;
        cookie = made->session.cookie;
        return made->caller;
    }
    UserId add(const std::string& email, const std::string& role) {
        const UserInput input{email, role, password};
        EXPECT_TRUE(accounts->users().create(server, input).has_value()) << email;
        return accounts->users().find(email).value();
    }
    Caller log_in(const std::string& email) {
        return accounts->users().log_in(email, password, home).value().caller;
    }
    std::string new_token(const Caller& caller, const std::string& role,
                          std::optional<std::string> expires_at = {}) {
        const auto made = accounts->tokens().create(caller, {"ci", role, std::move(expires_at)});
        EXPECT_TRUE(made.has_value()) << made.error().error.message;
        if (!made) return "";
        return std::string(parse_json(*made).value().at("token").as_string());
    }
    std::optional<Caller> by_cookie(const std::string& value) {
        return accounts->access().caller_of_session(value, clock.now());
    }
    std::optional<Caller> by_token(const std::string& value) {
        return accounts->access().caller_of_token(value, clock.now());
    }
    std::vector<std::string> actions() {
        std::vector<std::string> found;
        store::AuditQuery query;
        query.limit = 200;
        for (const auto& entry : catalog_.list_audit(query).value().items)
            found.push_back(entry.action);
        return found;
    }

    TestClock clock;
    runtime::SystemIdSource ids{clock};
    store::Accounts store{*database_, journal_};
    std::unique_ptr<Accounts> accounts;
    Caller server{CallerKind::server_token, Role::owner, "owner"};
    std::string cookie;
};

TEST_F(AccountsTest, TheFirstAccountIsAnOwnerAndSignedIn) {
    EXPECT_FALSE(accounts->exist());
    const Caller mia = owner();
    EXPECT_TRUE(accounts->exist());
    EXPECT_EQ(mia.name, "mia@example.com");
    EXPECT_EQ(mia.role, Role::owner);
    EXPECT_EQ(by_cookie(cookie)->user, mia.user);
    const auto second = accounts->users().set_up("eve@example.com", password, home);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().error.code, ErrorCode::conflict);
    EXPECT_THAT(actions(), ::testing::ElementsAre("LOGIN", "USER_CREATED"));
}

TEST_F(AccountsTest, OfManyWhoSetUpAtOnceOneIsTheOwner) {
    std::atomic<int> owners = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                const std::string email = "user" + std::to_string(i) + "@example.com";
                if (accounts->users().set_up(email, password, home)) ++owners;
            });
    }
    EXPECT_EQ(owners, 1);
    EXPECT_EQ(store.read_all().value().users.size(), 1U);
}

TEST_F(AccountsTest, NothingThatLetsSomebodyInIsStored) {
    const Caller mia = owner();
    const std::string token = new_token(mia, "viewer");
    const auto rows = store.read_all().value();
    EXPECT_THAT(rows.users.at(0).password_hash, Not(HasSubstr(password)));
    EXPECT_EQ(rows.sessions.at(0).secret_hash, secret_hash(cookie));
    EXPECT_EQ(rows.tokens.at(0).secret_hash, secret_hash(token));
    EXPECT_THAT(accounts->tokens().list(mia, "", 20).value(), Not(HasSubstr(token)));
    EXPECT_THAT(accounts->sessions().list(mia), Not(HasSubstr(cookie)));
}

TEST_F(AccountsTest, SignInNeedsTheRightPassword) {
    owner();
    EXPECT_TRUE(accounts->users().log_in("MIA@example.com", password, home).has_value());
    const auto wrong = accounts->users().log_in("mia@example.com", password + "x", home);
    const auto unknown = accounts->users().log_in("eve@example.com", password, home);
    ASSERT_FALSE(wrong.has_value() || unknown.has_value());
    EXPECT_EQ(wrong.error().error, unknown.error().error);
    EXPECT_EQ(wrong.error().error.code, ErrorCode::unauthorized);
}

TEST_F(AccountsTest, AFailedSignInIsNotedWhenItIsOverAndForAccountsOnly) {
    owner();
    const auto before = actions();
    for (const char* email : {"mia@example.com", "eve@example.com"})
        EXPECT_FALSE(accounts->users().log_in(email, "wrong", home).has_value());
    EXPECT_EQ(actions(), before) << "its time would tell who has an account";
    for (const char* email : {"Mia@example.com", "eve@example.com"})
        accounts->users().note_failed_log_in(email, home);
    EXPECT_THAT(actions(), ::testing::ElementsAre("LOGIN_FAILED", "LOGIN", "USER_CREATED"));
}

TEST_F(AccountsTest, SessionsOutliveARestartButNotTheirTime) {
    owner();
    open();
    ASSERT_TRUE(by_cookie(cookie));
    clock.now_ms += (limits::session_idle_days - 1) * day_ms;
    EXPECT_TRUE(by_cookie(cookie));
    clock.now_ms += (limits::session_idle_days - 1) * day_ms;
    EXPECT_TRUE(by_cookie(cookie)) << "a use keeps it";
    ASSERT_TRUE(accounts->write_uses(clock.now()));
    open();
    clock.now_ms += (limits::session_idle_days - 1) * day_ms;
    EXPECT_TRUE(by_cookie(cookie)) << "a use is remembered";
    clock.now_ms += limits::session_idle_days * day_ms;
    EXPECT_FALSE(by_cookie(cookie)) << "idle for too long";
    ASSERT_TRUE(accounts->write_uses(clock.now()));
    EXPECT_TRUE(store.read_all().value().sessions.empty());
}

TEST_F(AccountsTest, ASessionEndsAfterAMonthOfUse) {
    owner();
    for (std::int64_t day = 0; day < limits::session_days; ++day) {
        EXPECT_TRUE(by_cookie(cookie)) << day;
        clock.now_ms += day_ms;
    }
    EXPECT_FALSE(by_cookie(cookie));
}

TEST_F(AccountsTest, SessionsWithoutAnAccountDieWithTheServersToken) {
    const auto signed_in =
        accounts->users().log_in_without_account(Users::Shown::server_token, home).value();
    EXPECT_EQ(by_cookie(signed_in.session.cookie)->kind, CallerKind::server_token);
    open();
    EXPECT_TRUE(by_cookie(signed_in.session.cookie));
    open("another-token-that-is-long");
    EXPECT_FALSE(by_cookie(signed_in.session.cookie));
    EXPECT_TRUE(store.read_all().value().sessions.empty());
}

TEST_F(AccountsTest, TheFirstAccountEndsSessionsWithoutOne) {
    const auto signed_in =
        accounts->users().log_in_without_account(Users::Shown::server_token, home).value();
    owner();
    EXPECT_FALSE(by_cookie(signed_in.session.cookie));
    EXPECT_TRUE(by_cookie(cookie));
    const auto later =
        accounts->users().log_in_without_account(Users::Shown::server_token, home).value();
    add("ada@example.com", "viewer");
    EXPECT_TRUE(by_cookie(later.session.cookie)) << "only the first one does";
}

TEST_F(AccountsTest, TheFirstAccountEndsThemHoweverItIsMade) {
    const auto signed_in =
        accounts->users().log_in_without_account(Users::Shown::server_token, home).value();
    add("mia@example.com", "owner");
    EXPECT_FALSE(by_cookie(signed_in.session.cookie));
}

TEST_F(AccountsTest, TheOldestSessionGivesWay) {
    const auto first =
        accounts->users().log_in_without_account(Users::Shown::server_token, home).value();
    for (std::size_t i = 0; i < limits::sessions_per_person; ++i) {
        EXPECT_EQ(by_cookie(first.session.cookie).has_value(), true) << i;
        ASSERT_TRUE(
            accounts->users().log_in_without_account(Users::Shown::server_token, home).has_value());
    }
    EXPECT_FALSE(by_cookie(first.session.cookie));
    EXPECT_EQ(store.read_all().value().sessions.size(), limits::sessions_per_person);
}

TEST_F(AccountsTest, PeopleEndTheirOwnSessionsOnly) {
    const Caller mia = owner();
    add("ada@example.com", "owner");
    const auto ada = accounts->users().log_in("ada@example.com", password, home).value();
    EXPECT_EQ(accounts->sessions().end(ada.caller, *mia.session).error().error.code,
              ErrorCode::not_found);
    EXPECT_TRUE(accounts->sessions().end(ada.caller, *ada.caller.session).has_value());
    EXPECT_FALSE(by_cookie(ada.session.cookie));
    const std::string first = cookie;
    const auto second = accounts->users().log_in("mia@example.com", password, home).value();
    EXPECT_TRUE(accounts->sessions().end_others(second.caller).has_value());
    EXPECT_FALSE(by_cookie(first));
    EXPECT_TRUE(by_cookie(second.session.cookie));
    EXPECT_TRUE(accounts->sessions().log_out(second.caller).has_value());
    EXPECT_FALSE(by_cookie(second.session.cookie));
}

TEST_F(AccountsTest, ANewPasswordEndsAllOtherSessions) {
    const Caller mia = owner();
    const auto other = accounts->users().log_in("mia@example.com", password, home).value();
    const std::string wished = "another horse battery";
    EXPECT_EQ(accounts->users().change_password(mia, "wrong", wished).error().error.code,
              ErrorCode::forbidden);
    const auto refused = accounts->users().change_password(mia, password, "short");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().problems.at(0).pointer, "/newPassword");
    EXPECT_FALSE(accounts->users().change_password(server, password, wished).has_value());
    ASSERT_TRUE(accounts->users().change_password(mia, password, wished).has_value());
    EXPECT_TRUE(by_cookie(cookie));
    EXPECT_FALSE(by_cookie(other.session.cookie));
    EXPECT_FALSE(accounts->users().log_in("mia@example.com", password, home).has_value());
    EXPECT_TRUE(accounts->users().log_in("mia@example.com", wished, home).has_value());
}

TEST_F(AccountsTest, TheLastOwnerStays) {
    const Caller mia = owner();
    const auto removed = accounts->users().remove(mia, *mia.user);
    ASSERT_FALSE(removed.has_value());
    EXPECT_EQ(removed.error().error.code, ErrorCode::conflict);
    EXPECT_FALSE(accounts->users().change(mia, *mia.user, {"viewer", {}}).has_value());
    EXPECT_TRUE(accounts->users().change(mia, *mia.user, {"owner", {}}).has_value());
    add("ada@example.com", "owner");
    EXPECT_TRUE(accounts->users().change(mia, *mia.user, {"viewer", {}}).has_value());
    EXPECT_EQ(by_cookie(cookie)->role, Role::viewer) << "at once, without signing in again";
    EXPECT_TRUE(accounts->users().remove(mia, *mia.user).has_value());
    EXPECT_FALSE(by_cookie(cookie));
}

TEST_F(AccountsTest, OfTwoOwnersWhoRemoveEachOtherOneStays) {
    const UserId mia = *owner().user;
    const UserId ada = add("ada@example.com", "owner");
    {
        std::jthread one([&] { (void)accounts->users().remove(server, mia).has_value(); });
        std::jthread two([&] { (void)accounts->users().remove(server, ada).has_value(); });
    }
    EXPECT_EQ(store.read_all().value().users.size(), 1U);
}

TEST_F(AccountsTest, BadUsersAreRefusedWithEveryReason) {
    owner();
    const std::vector<std::string> bad{
        "", "@", "mia", "mia@", "@example.com", "a@b@c", "a b@c", "a\n@b", std::string("a\0@b", 4)};
    for (const std::string& email : bad) {
        const auto made = accounts->users().create(server, {email, "viewer", password});
        ASSERT_FALSE(made.has_value()) << email;
        EXPECT_EQ(made.error().problems.at(0).pointer, "/email") << email;
    }
    const auto made = accounts->users().create(server, {std::string(255, 'a') + "@b", "king", "x"});
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().problems.size(), 4U) << "address, role, password too short and simple";
    const auto twice = accounts->users().create(server, {"MIA@example.com", "viewer", password});
    EXPECT_EQ(twice.error().error.code, ErrorCode::conflict);
}

TEST_F(AccountsTest, PeopleWereSeenWhenTheyLastUsedASession) {
    owner();
    add("ada@example.com", "viewer");
    log_in("mia@example.com");
    clock.now_ms += 5'000;
    EXPECT_TRUE(by_cookie(cookie));
    const auto page = parse_json(accounts->users().list("", 20).value()).value();
    EXPECT_TRUE(page.at("items").at(0).at("lastSeenAt").is_null());
    EXPECT_EQ(page.at("items").at(1).at("lastSeenAt").as_string(), to_rfc3339(clock.now()));
}

TEST_F(AccountsTest, APasswordIsMadeAndShownOnce) {
    owner();
    const auto made = accounts->users().create(server, {"ada@example.com", "editor", {}});
    const std::string given(parse_json(made.value()).value().at("password").as_string());
    EXPECT_TRUE(accounts->users().log_in("ada@example.com", given, home).has_value());
    EXPECT_THAT(accounts->users().list("", 20).value(), Not(HasSubstr(given)));
    const UserId ada = accounts->users().find("ada@example.com").value();
    const auto changed = accounts->users().change(server, ada, {{}, {}, true});
    const std::string other(parse_json(changed.value()).value().at("password").as_string());
    EXPECT_FALSE(accounts->users().log_in("ada@example.com", given, home).has_value());
    EXPECT_TRUE(accounts->users().log_in("ada@example.com", other, home).has_value());
}

TEST_F(AccountsTest, ATokenDoesWhatItsRoleAndItsPersonMay) {
    owner();
    const UserId ada = add("ada@example.com", "editor");
    const Caller caller = log_in("ada@example.com");
    EXPECT_FALSE(accounts->tokens().create(caller, {"ci", "owner"}).has_value());
    const std::string token = new_token(caller, "editor");
    EXPECT_EQ(by_token(token)->role, Role::editor);
    EXPECT_EQ(by_token(token)->kind, CallerKind::api_token);
    EXPECT_FALSE(by_token(token)->may_manage_accounts());
    ASSERT_TRUE(accounts->users().change(server, ada, {"viewer", {}}).has_value());
    EXPECT_EQ(by_token(token)->role, Role::viewer);
    open();
    EXPECT_EQ(by_token(token)->role, Role::viewer);
    ASSERT_TRUE(accounts->users().remove(server, ada).has_value());
    EXPECT_FALSE(by_token(token));
    EXPECT_FALSE(by_token(token + "x"));
    EXPECT_EQ(by_token(server_secret)->kind, CallerKind::server_token);
}

TEST_F(AccountsTest, ATokenExpires) {
    const std::string soon = to_rfc3339(clock.now() + Duration{1'000});
    const std::string token = new_token(server, "viewer", soon);
    EXPECT_TRUE(by_token(token));
    clock.now_ms += 1'000;
    EXPECT_FALSE(by_token(token));
    for (const std::string at : {"yesterday", "2020-01-01T00:00:00Z", ""}) {
        const auto made = accounts->tokens().create(server, {"ci", "viewer", at});
        ASSERT_FALSE(made.has_value()) << at;
        EXPECT_EQ(made.error().problems.at(0).pointer, "/expiresAt");
    }
    for (const std::string& name : {std::string(), std::string(101, 'x'), std::string("a\nb")})
        EXPECT_FALSE(accounts->tokens().create(server, {name, "viewer"}).has_value()) << name;
    EXPECT_TRUE(accounts->tokens().create(server, {"Über-CI 漢字", "viewer"}).has_value());
}

TEST_F(AccountsTest, TokensThatHaveExpiredTakeNoRoom) {
    const std::string soon = to_rfc3339(clock.now() + Duration{1'000});
    for (std::size_t i = 0; i < limits::api_tokens; ++i) new_token(server, "viewer", soon);
    const auto refused = accounts->tokens().create(server, {"ci", "viewer"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().error.code, ErrorCode::conflict);
    clock.now_ms += 1'000;
    const std::string token = new_token(server, "viewer");
    EXPECT_TRUE(by_token(token));
    EXPECT_EQ(store.read_all().value().tokens.size(), 1U);
}

TEST_F(AccountsTest, TheLastUseOfATokenCostsNoWrite) {
    const std::string token = new_token(server, "viewer");
    clock.now_ms += 5'000;
    const auto commits = journal_.counts().commits;
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(by_token(token));
    // A commit is counted after its answer: the one that made the token may be in here.
    EXPECT_LE(journal_.counts().commits, commits + 1);
    EXPECT_THAT(accounts->tokens().list(server, "", 20).value(),
                HasSubstr(to_rfc3339(clock.now())));
    EXPECT_FALSE(store.read_all().value().tokens.at(0).last_used_at);
    ASSERT_TRUE(accounts->write_uses(clock.now()));
    EXPECT_EQ(store.read_all().value().tokens.at(0).last_used_at, clock.now());
}

TEST_F(AccountsTest, OwnersSeeAndRevokeAllTokensAndOthersTheirOwn) {
    const Caller mia = owner();
    add("ada@example.com", "viewer");
    const Caller ada = log_in("ada@example.com");
    const std::string of_mia = new_token(mia, "owner");
    const std::string of_ada = new_token(ada, "viewer");
    const auto id_of = [&](const std::string& token) {
        for (const auto& row : store.read_all().value().tokens)
            if (row.secret_hash == secret_hash(token)) return row.id;
        return TokenId{};
    };
    EXPECT_EQ(accounts->tokens().revoke(ada, id_of(of_mia)).error().error.code,
              ErrorCode::not_found);
    EXPECT_TRUE(accounts->tokens().revoke(mia, id_of(of_ada)).has_value());
    EXPECT_FALSE(by_token(of_ada));
    EXPECT_TRUE(by_token(of_mia));
    EXPECT_EQ(accounts->tokens().list(ada, "", 20).value(), R"({"items":[],"nextCursor":null})");
}

TEST_F(AccountsTest, ListsComeInPages) {
    for (int i = 0; i < 5; ++i) new_token(server, "viewer");
    std::string cursor;
    int count = 0;
    do {
        const auto page = parse_json(accounts->tokens().list(server, cursor, 2).value()).value();
        count += static_cast<int>(page.at("items").as_array().size());
        cursor = page.at("nextCursor").is_null() ? "" : page.at("nextCursor").as_string().c_str();
    } while (!cursor.empty());
    EXPECT_EQ(count, 5);
    EXPECT_FALSE(accounts->tokens().list(server, "nonsense", 2).has_value());
}

TEST_F(AccountsTest, TheCodeOfTheLinkLetsInOnceAndOnlyWithoutAccounts) {
    Access& access = accounts->access();
    const std::string code = access.make_sign_in_code(clock.now());
    EXPECT_FALSE(access.is_sign_in_code("", clock.now()));
    EXPECT_FALSE(access.use_sign_in_code(code + "x", clock.now()));
    EXPECT_TRUE(access.is_sign_in_code(code, clock.now()));
    EXPECT_TRUE(access.use_sign_in_code(code, clock.now()));
    EXPECT_FALSE(access.use_sign_in_code(code, clock.now()));
    const std::string old = access.make_sign_in_code(clock.now());
    EXPECT_FALSE(access.use_sign_in_code(old, clock.now() + Duration{day_ms + 1}));
    const std::string late = access.make_sign_in_code(clock.now());
    owner();
    EXPECT_FALSE(access.is_sign_in_code(late, clock.now()));
    EXPECT_FALSE(access.use_sign_in_code(late, clock.now()));
    // It was right when it was looked at, and the account came before the session.
    const auto signed_in =
        accounts->users().log_in_without_account(Users::Shown::one_time_code, home);
    ASSERT_FALSE(signed_in.has_value());
    EXPECT_EQ(signed_in.error().error.code, ErrorCode::unauthorized);
}

}  // namespace
}  // namespace swiftgrid::control
