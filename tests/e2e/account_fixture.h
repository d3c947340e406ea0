#pragma once

// People and tokens of a server, made over its API.

#include "api_fixture.h"

namespace swiftgrid::e2e {

const std::string good_password = "correct horse battery";

inline std::string credentials(const std::string& email, const std::string& password) {
    return to_json(json::object{{"email", email}, {"password", password}});
}

class AccountApi : public Api {
protected:
    Answer as_stranger(const std::string& method, const std::string& path,
                       std::optional<std::string> body = {},
                       std::vector<std::string> headers = {}) {
        return client.send({.method = method,
                            .path = path,
                            .body = std::move(body),
                            .headers = std::move(headers),
                            .with_token = false});
    }
    Answer log_in(const std::string& email, const std::string& password = good_password) {
        return as_stranger("POST", "/api/auth/login", credentials(email, password));
    }

    // The cookie as the next request sends it back.
    static std::string cookie_of(const Answer& answer) {
        const std::string cookie = answer.header("set-cookie");
        return "Cookie: " + cookie.substr(0, cookie.find(';'));
    }
    std::string origin() const { return "Origin: " + server.url(); }

    // The first account.
    std::string set_up(const std::string& email = "mia@example.com") {
        const Answer answer = client.post("/api/auth/setup", credentials(email, good_password));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return cookie_of(answer);
    }
    // With the server's token.
    std::string add_user(const std::string& email, const std::string& role) {
        const Answer answer = client.post(
            "/api/users",
            to_json(json::object{{"email", email}, {"role", role}, {"password", good_password}}));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer.text("/id");
    }
    std::string add_token(const std::string& role) {
        const Answer answer =
            client.post("/api/tokens", to_json(json::object{{"name", role}, {"role", role}}));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return "Authorization: Bearer " + answer.text("/token");
    }
};

}  // namespace swiftgrid::e2e
