// Who gets in, and what every answer says to browsers.

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

class Access : public Api {
protected:
    Answer without_token(const std::string& path, std::vector<std::string> headers = {}) {
        return client.send({.path = path, .headers = std::move(headers), .with_token = false});
    }

    // The cookie as the next request sends it back.
    std::string sign_in(const std::string& body) {
        const Answer answer = client.send(
            {.method = "POST", .path = "/api/auth/login", .body = body, .with_token = false});
        EXPECT_EQ(answer.status, 200) << answer.body;
        const std::string cookie = answer.header("set-cookie");
        EXPECT_THAT(cookie, HasSubstr("HttpOnly"));
        EXPECT_THAT(cookie, HasSubstr("SameSite=Strict"));
        return "Cookie: " + cookie.substr(0, cookie.find(';'));
    }

    Answer create_with(std::vector<std::string> headers) {
        return client.send({.method = "POST",
                            .path = "/api/flows",
                            .body = three_step_flow(),
                            .headers = std::move(headers),
                            .with_token = false});
    }
};

TEST_F(Access, NeedsATokenExceptWhereTheContractSaysSo) {
    for (auto path : {"/api/flows", "/api/runs", "/api/node-types", "/api/stream", "/metrics"}) {
        const Answer answer = without_token(path);
        expect_problem(answer, 401, "unauthorized");
        EXPECT_EQ(answer.header("www-authenticate"), "Bearer");
        expect_problem(without_token(path, {"Authorization: Bearer wrong"}), 401, "unauthorized");
    }
    for (auto path : {"/healthz", "/readyz", "/api/openapi.json", "/api/auth/status",
                      "/api/schemas/flow.json", "/api/echo"})
        EXPECT_EQ(without_token(path).status, 200) << path;
    EXPECT_EQ(client.get("/metrics").status, 200);
    EXPECT_EQ(without_token("/api/auth/status").text("/signedIn"), "false");
    EXPECT_EQ(client.get("/api/auth/status").text("/role"), "owner");
}

TEST_F(Access, EveryAnswerCarriesTheSecurityHeaders) {
    for (auto path : {"/", "/healthz", "/api/flows", "/api/nothing", "/api/flows/x"}) {
        const Answer answer = Client(server).get(path);
        EXPECT_EQ(answer.header("x-content-type-options"), "nosniff") << path;
        EXPECT_EQ(answer.header("referrer-policy"), "no-referrer") << path;
        EXPECT_EQ(answer.header("x-frame-options"), "DENY") << path;
        EXPECT_FALSE(answer.header("x-request-id").empty()) << path;
    }
    EXPECT_THAT(Client(server).get("/").header("content-security-policy"),
                HasSubstr("default-src"));
}

TEST_F(Access, ASessionChangesThingsOnlyFromOurOwnPages) {
    expect_problem(client.send({.method = "POST",
                                .path = "/api/auth/login",
                                .body = R"({"token":"wrong"})",
                                .with_token = false}),
                   401, "unauthorized");
    const std::string cookie = sign_in(R"({"token":")" + server.token() + R"("})");
    EXPECT_EQ(without_token("/api/flows", {cookie}).status, 200);
    EXPECT_EQ(without_token("/api/auth/status", {cookie}).text("/signedIn"), "true");
    expect_problem(create_with({cookie}), 403, "forbidden");
    expect_problem(create_with({cookie, "Origin: http://evil.example"}), 403, "forbidden");
    expect_problem(create_with({cookie, "Origin: null"}), 403, "forbidden");
    EXPECT_EQ(create_with({cookie, "Origin: " + server.url()}).status, 201);
    expect_problem(without_token("/api/flows", {cookie + "x"}), 401, "unauthorized");
}

TEST_F(Access, ATokenIsNeverPrinted) {
    client.get("/api/flows");
    EXPECT_THAT(server.output() + server.messages(), Not(HasSubstr(server.token())));
}

// Without SWIFTGRID_API_TOKEN the server prints a link that signs in once.
class SignInLink : public testing::Test {
protected:
    ServerProcess server{{.token = ""}};
    Client client{server};

    std::string code() {
        std::string found;
        eventually([&] {
            const std::string text = server.messages();
            const std::size_t begin = text.rfind("/sign-in#");
            if (begin == std::string::npos) return false;
            const std::size_t end = text.find('"', begin);
            if (end == std::string::npos) return false;
            found = text.substr(begin + 9, end - begin - 9);
            return true;
        });
        return found;
    }

    Answer log_in(const std::string& value) {
        return client.send({.method = "POST",
                            .path = "/api/auth/login",
                            .body = R"({"code":")" + value + R"("})",
                            .with_token = false});
    }
};

TEST_F(SignInLink, WorksOnce) {
    const std::string value = code();
    ASSERT_FALSE(value.empty()) << server.messages();
    EXPECT_EQ(log_in(value + "x").status, 401);
    const Answer first = log_in(value);
    EXPECT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(log_in(value).status, 401);
    const std::string cookie = first.header("set-cookie");
    EXPECT_EQ(client
                  .send({.path = "/api/flows",
                         .headers = {"Cookie: " + cookie.substr(0, cookie.find(';'))},
                         .with_token = false})
                  .status,
              200);
}

TEST_F(SignInLink, IsAnotherOneAfterARestart) {
    const std::string first = code();
    EXPECT_EQ(server.terminate(), 0);
    server.start();
    ASSERT_TRUE(eventually([&] { return code() != first; }));
    EXPECT_EQ(log_in(first).status, 401);
    EXPECT_EQ(log_in(code()).status, 200);
}

}  // namespace
}  // namespace swiftgrid::e2e
