// Setting a server up, signing in and out, people, sessions and tokens, as their users see them.

#include <atomic>
#include <set>
#include <thread>

#include "account_fixture.h"
#include "command_line.h"

namespace swiftgrid::e2e {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class Accounts : public AccountApi {};

TEST_F(Accounts, TheFirstAccountNeedsProofThatTheServerIsYours) {
    EXPECT_EQ(as_stranger("GET", "/api/auth/status").text("/hasAccounts"), "false");
    const std::string body = credentials("eve@example.com", good_password);
    expect_problem(as_stranger("POST", "/api/auth/setup", body), 401, "unauthorized");
    const auto with_token = [](const std::string& token) {
        return to_json(json::object{
            {"setupToken", token}, {"email", "Mia@Example.com"}, {"password", good_password}});
    };
    expect_problem(as_stranger("POST", "/api/auth/setup", with_token("wrong")), 401,
                   "unauthorized");
    const Answer made = as_stranger("POST", "/api/auth/setup", with_token(server.token()));
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text("/name"), "mia@example.com");
    EXPECT_EQ(made.text("/role"), "owner");
    const Answer status = as_stranger("GET", "/api/auth/status", {}, {cookie_of(made)});
    EXPECT_EQ(status.text("/signedIn"), "true");
    EXPECT_EQ(status.text("/hasAccounts"), "true");
    expect_problem(as_stranger("POST", "/api/auth/setup", with_token(server.token())), 409,
                   "conflict");
}

TEST_F(Accounts, ASessionThatTheTokenOpenedSetsUpFromOurOwnPagesOnly) {
    const std::string cookie = cookie_of(
        as_stranger("POST", "/api/auth/login", R"({"token":")" + server.token() + R"("})"));
    const std::string body = credentials("mia@example.com", good_password);
    EXPECT_EQ(as_stranger("POST", "/api/auth/setup", body, {cookie}).status, 401);
    EXPECT_EQ(as_stranger("POST", "/api/auth/setup", body, {cookie, "Origin: http://evil.example"})
                  .status,
              403);
    EXPECT_EQ(as_stranger("POST", "/api/auth/setup", body, {cookie, origin()}).status, 201);
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {cookie}).status, 401) << "it has ended";
}

TEST_F(Accounts, OfAHundredSetUpsAtOnceOneMakesTheOwner) {
    std::atomic<int> made = 0;
    std::atomic<int> broken = 0;
    {
        std::vector<std::jthread> threads;
        threads.reserve(100);
        for (int i = 0; i < 100; ++i)
            threads.emplace_back([&, i] {
                const Answer answer = Client(server).post(
                    "/api/auth/setup",
                    credentials("user" + std::to_string(i) + "@example.com", good_password));
                if (answer.status == 201) ++made;
                const std::set<int> polite{201, 409, 429, 503};
                if (!polite.contains(answer.status)) ++broken;
            });
    }
    EXPECT_EQ(made, 1);
    EXPECT_EQ(broken, 0);
    EXPECT_EQ(client.get("/api/users").json().at("items").as_array().size(), 1U);
}

TEST_F(Accounts, SessionsEndWhenTheyAreToldTo) {
    set_up();
    const Answer first = log_in("MIA@example.com");
    EXPECT_EQ(first.status, 200) << first.body;
    const std::string cookie = cookie_of(first);
    const std::string other = cookie_of(log_in("mia@example.com"));
    const Answer list = as_stranger("GET", "/api/auth/sessions", {}, {cookie});
    EXPECT_EQ(list.json().at("items").as_array().size(), 3U);
    EXPECT_EQ(list.text("/items/0/current"), "false");
    EXPECT_EQ(list.text("/items/1/current"), "true");
    EXPECT_EQ(list.text("/items/1/address"), "127.0.0.1");
    const std::string id = list.text("/items/0/id");
    EXPECT_EQ(as_stranger("DELETE", "/api/auth/sessions/" + id, {}, {cookie, origin()}).status,
              204);
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {other}).status, 401);

    const Answer left = as_stranger("POST", "/api/auth/logout", {}, {cookie, origin()});
    EXPECT_EQ(left.status, 204);
    EXPECT_THAT(left.header("set-cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {cookie}).status, 401) << "also at the server";
}

TEST_F(Accounts, ACookieLeavesNothingOutThatProtectsIt) {
    set_up();
    const Answer plain = log_in("mia@example.com");
    for (const char* part : {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"})
        EXPECT_THAT(plain.header("set-cookie"), HasSubstr(part));
    EXPECT_THAT(plain.header("set-cookie"), Not(HasSubstr("Secure")));
    // Behind a proxy that speaks TLS for us.
    const std::string name = "127.0.0.1" + server.url().substr(server.url().rfind(':'));
    const Answer secure =
        as_stranger("POST", "/api/auth/login", credentials("mia@example.com", good_password),
                    {"Origin: https://" + name});
    EXPECT_EQ(secure.status, 200);
    EXPECT_THAT(secure.header("set-cookie"), HasSubstr("; Secure"));
    // Another page must not sign a browser in as somebody else.
    EXPECT_EQ(as_stranger("POST", "/api/auth/login", credentials("mia@example.com", good_password),
                          {"Origin: https://evil.example"})
                  .status,
              403);
}

TEST_F(Accounts, SurviveAKillWithSessionsAndTokens) {
    const std::string cookie = set_up();
    const std::string token = add_token("operator");
    server.kill_hard();
    server.start();
    Client again(server);
    for (const std::string& header : {cookie, token})
        EXPECT_EQ(
            again.send({.path = "/api/flows", .headers = {header}, .with_token = false}).status,
            200);
    EXPECT_EQ(again
                  .send({.method = "POST",
                         .path = "/api/auth/login",
                         .body = credentials("mia@example.com", good_password),
                         .with_token = false})
                  .status,
              200);
}

TEST_F(Accounts, GuessingIsSlowedDownWithoutSayingWhoHasAnAccount) {
    set_up();
    const auto guess = [&](const std::string& email) {
        std::vector<int> statuses;
        std::string detail;
        for (int i = 0; i < 12; ++i) {
            const Answer answer = log_in(email, "wrong password " + std::to_string(i));
            statuses.push_back(answer.status);
            if (i == 0) detail = answer.text("/detail");
            if (answer.status == 429) EXPECT_GT(std::stoi(answer.header("retry-after")), 0);
        }
        return std::pair(statuses, detail);
    };
    const auto known = guess("mia@example.com");
    EXPECT_EQ(known, guess("nobody@example.com"));
    EXPECT_EQ(known.first.front(), 401);
    EXPECT_EQ(known.first.back(), 429);
    EXPECT_EQ(log_in("mia@example.com").status, 429) << "the right password, too";
    EXPECT_EQ(client.get("/api/flows").status, 200) << "nobody else notices";
}

TEST_F(Accounts, BadInputIsRefusedAndHarmsNothing) {
    set_up();
    const std::string huge(2'000'000, 'x');
    EXPECT_EQ(log_in("mia@example.com", huge).status, 413);
    const auto post = [&](const std::string& path, const std::string& body) {
        const Answer answer = client.post(path, body);
        EXPECT_GE(answer.status, 400) << path << " " << body.substr(0, 200);
        EXPECT_LT(answer.status, 500) << path << " " << body.substr(0, 200);
    };
    for (const std::string body :
         {"", "[]", "{", R"({"email":7,"password":"x"})", R"({"email":"a@b","password":null})",
          R"({"email":"a\u0000@b","password":"correct horse battery"})",
          R"({"email":"a@b","password":"correct horse battery","code":"x"})",
          R"({"email":"a@b","password":"correct horse battery","more":1})"}) {
        post("/api/auth/login", body);
        post("/api/auth/setup", body);
    }
    for (const std::string body :
         {R"({})", R"({"email":"","role":"viewer"})", R"({"email":"a@b","role":"king"})",
          R"({"email":"a@b","role":3})", R"({"email":"a@b","password":"short"})",
          R"({"email":"MIA@example.com","role":"viewer"})"})
        post("/api/users", body);
    post("/api/users", R"({"email":"a@b","password":")" + huge + R"("})");
    for (const std::string body :
         {R"({"role":"viewer"})", R"({"name":"","role":"viewer"})", R"({"name":"x"})",
          R"({"name":"a\u0000b","role":"viewer"})",
          R"({"name":"x","role":"viewer","expiresAt":"never"})",
          R"({"name":"x","role":"viewer","expiresAt":"2001-01-01T00:00:00Z"})"})
        post("/api/tokens", body);
    EXPECT_EQ(client.get("/api/users").json().at("items").as_array().size(), 1U);
    EXPECT_EQ(client.get("/api/tokens").text("/items"), "[]");
}

TEST_F(Accounts, APasswordMayHoldAnything) {
    const std::string password =
        "pässwörd \u6f22\u5b57 " + std::string(1, '\0') + " \xF0\x9F\x94\x91";
    EXPECT_EQ(client.post("/api/auth/setup", credentials("mia@example.com", password)).status, 201);
    EXPECT_EQ(log_in("mia@example.com", password).status, 200);
    EXPECT_EQ(log_in("mia@example.com", password + " ").status, 401);
}

TEST_F(Accounts, ATokenIsShownOnceAndWorksUntilItIsRevoked) {
    const std::string cookie = set_up();
    const Answer made =
        as_stranger("POST", "/api/tokens", R"({"name":"ci","role":"viewer"})", {cookie, origin()});
    EXPECT_EQ(made.status, 201) << made.body;
    const std::string token = made.text("/token");
    EXPECT_THAT(token, testing::StartsWith("sg_live_"));
    EXPECT_EQ(made.text("/createdBy"), "mia@example.com");
    const std::string header = "Authorization: Bearer " + token;
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {header}).status, 200);
    EXPECT_EQ(as_stranger("GET", "/api/auth/status", {}, {header}).text("/name"), "token ci");
    const Answer list = client.get("/api/tokens");
    EXPECT_THAT(list.body, Not(HasSubstr(token)));
    EXPECT_NE(list.text("/items/0/lastUsedAt"), "null");
    EXPECT_EQ(client.del("/api/tokens/" + made.text("/id")).status, 204);
    EXPECT_EQ(client.del("/api/tokens/" + made.text("/id")).status, 404);
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {header}).status, 401);
    EXPECT_THAT(server.output() + server.messages(), Not(HasSubstr(token)));
}

TEST_F(Accounts, OwnersManagePeople) {
    const std::string cookie = set_up();
    const std::string ada = add_user("ada@example.com", "viewer");
    const std::string of_ada = cookie_of(log_in("ada@example.com"));
    const auto change = [&](const std::string& id, const std::string& body) {
        return client.put("/api/users/" + id, body);
    };
    EXPECT_EQ(change(ada, R"({"role":"editor"})").text("/role"), "editor");
    EXPECT_EQ(as_stranger("GET", "/api/auth/status", {}, {of_ada}).text("/role"), "editor");
    const Answer reset = change(ada, R"({"resetPassword":true})");
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {of_ada}).status, 401);
    EXPECT_EQ(log_in("ada@example.com").status, 401);
    EXPECT_EQ(log_in("ada@example.com", reset.text("/password")).status, 200);
    const std::string mia = as_stranger("GET", "/api/auth/status", {}, {cookie}).text("/userId");
    expect_problem(client.del("/api/users/" + mia), 409, "conflict");
    expect_problem(change(mia, R"({"role":"viewer"})"), 409, "conflict");
    EXPECT_EQ(client.del("/api/users/" + ada).status, 204);
    EXPECT_EQ(log_in("ada@example.com", reset.text("/password")).status, 401);
}

TEST_F(Accounts, PeopleChangeTheirPassword) {
    const std::string cookie = set_up();
    const auto change = [&](const std::string& present, const std::string& wished) {
        return as_stranger(
            "PUT", "/api/auth/password",
            to_json(json::object{{"currentPassword", present}, {"newPassword", wished}}),
            {cookie, origin()});
    };
    expect_problem(change("wrong", "another horse battery"), 403, "forbidden");
    expect_problem(change(good_password, "short"), 422, "invalid_document");
    EXPECT_EQ(change(good_password, "another horse battery").status, 204);
    EXPECT_EQ(log_in("mia@example.com").status, 401);
    EXPECT_EQ(log_in("mia@example.com", "another horse battery").status, 200);
    EXPECT_EQ(as_stranger("GET", "/api/flows", {}, {cookie}).status, 200);
}

TEST_F(Accounts, TheAuditLogSaysWhoDidIt) {
    const std::string cookie = set_up();
    const auto as_mia = [&](const std::string& method, const std::string& path,
                            const std::string& body) {
        const Answer answer = as_stranger(method, path, body, {cookie, origin()});
        EXPECT_LT(answer.status, 300) << method << " " << path << answer.body;
        return answer;
    };
    const std::string flow =
        "/api/flows/" + as_mia("POST", "/api/flows", script_flow("return 1")).text("/id");
    as_mia("POST", flow + "/publish", "{}");
    as_mia("POST", flow + "/rollback", R"({"version":1})");
    as_mia("PUT", flow + "/webhook", R"({"enabled":true})");
    as_mia("POST", flow + "/webhook/rotate-secret", "{}");
    as_mia("POST", "/api/secrets", R"({"name":"KEY","value":"a-hidden-value"})");
    as_mia("DELETE", "/api/secrets/KEY", "");
    as_mia("POST", "/api/secrets/rotate-key", "{}");
    as_mia("PUT", "/api/settings", R"({"allowEgress":["10.0.0.1"]})");
    const std::string run = as_mia("POST", flow + "/runs", "{}").text("/runId");
    EXPECT_EQ(client.status_at_end(run), "completed");
    as_mia("DELETE", "/api/runs/" + run, "");
    as_mia("DELETE", flow, "");
    const json::array entries = client.get("/api/audit?limit=200").json().at("items").as_array();
    EXPECT_GE(entries.size(), 12U);
    for (const json::value& entry : entries)
        EXPECT_EQ(entry.at("actor").as_string(), "mia@example.com") << to_json(entry);
    const Answer some = client.get("/api/audit?action=USER_CREATED,LOGIN&limit=200");
    for (const auto& entry : some.json().at("items").as_array())
        EXPECT_THAT(std::string(entry.at("action").as_string()), AnyOf("USER_CREATED", "LOGIN"));
    EXPECT_THAT(some.body, AllOf(HasSubstr("USER_CREATED"), HasSubstr("LOGIN")));
    const Answer unknown = client.get("/api/audit?action=LOGIN,LOGIM");
    expect_problem(unknown, 400, "bad_request");
    EXPECT_THAT(unknown.text("/detail"), AllOf(HasSubstr("'LOGIM'"), HasSubstr("LOGIN_FAILED")));
}

// Who may not start, and what the message says to do about it.
class OpenToOthers : public testing::Test {
protected:
    TempFolder folder;

    CommandResult serve(std::vector<std::string> more) {
        std::vector<std::string> arguments{"serve",      "--listen",          "0.0.0.0:0",
                                           "--data-dir", folder.file("data"), "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_command(arguments);
    }
};

TEST_F(OpenToOthers, AServerWithoutAnAccountDoesNotStart) {
    const CommandResult refused = serve({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("there is no account yet"));
    EXPECT_THAT(refused.err, HasSubstr("swiftgrid user add"));
    EXPECT_THAT(refused.out, HasSubstr(R"("code": "forbidden")"));
}

// ServerProcess throws when it does not start.
TEST_F(OpenToOthers, ItStartsWhenOneSaysSo) {
    ServerProcess server{{.token = "", .flags = {"--allow-no-account"}, .listen = "0.0.0.0:0"}};
    EXPECT_EQ(server.terminate(), 0);
}

TEST_F(OpenToOthers, ItStartsWithATokenOfTheEnvironment) {
    ServerProcess server{{.listen = "0.0.0.0:0"}};
    EXPECT_EQ(server.terminate(), 0);
}

TEST_F(OpenToOthers, ItStartsWithAnAccountThatWasMadeBefore) {
    const CommandResult made = run_command(
        {"user", "add", "mia@example.com", "--role", "owner", "--data-dir", folder.file("data")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    ServerProcess server{{.token = "", .data_dir = folder.file("data"), .listen = "0.0.0.0:0"}};
    EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace swiftgrid::e2e
