// What each role may do: every operation of the API for every role, with a token and with a
// session, against what the description of the API promises (x-role, x-accounts).

#include <map>
#include <regex>

#include "account_fixture.h"

namespace swiftgrid::e2e {
namespace {

const std::map<std::string, int> roles{{"viewer", 0}, {"operator", 1}, {"editor", 2}, {"owner", 3}};

struct Operation {
    std::string method;
    std::string path;
    std::string role;
    bool is_for_accounts = false;
};

class Roles : public AccountApi {
protected:
    // All but those that anybody may call.
    std::vector<Operation> guarded_operations() {
        std::vector<Operation> found;
        for (const auto& path : contract.document().at("paths").as_object()) {
            for (const std::string method : {"get", "post", "put", "patch", "delete"}) {
                const auto* operation = path.value().as_object().if_contains(method);
                if (!operation || operation->as_object().contains("security")) continue;
                Operation each{method, with_samples(path.key()), "", false};
                for (char& c : each.method) c = static_cast<char>(c - 'a' + 'A');
                const auto* role = operation->as_object().if_contains("x-role");
                EXPECT_TRUE(role && roles.contains(std::string(role->as_string())))
                    << method << " " << path.key()
                    << ": its x-role in openapi.yaml is missing, or no role; its rule belongs into "
                       "src/api/access_rules.cpp, too";
                if (!role) continue;
                each.role = std::string(role->as_string());
                each.is_for_accounts = operation->as_object().contains("x-accounts");
                found.push_back(std::move(each));
            }
        }
        return found;
    }

    static std::string with_samples(const std::string& pattern) {
        const std::string path = std::regex_replace(pattern, std::regex(R"(\{number\})"), "1");
        return std::regex_replace(path, std::regex(R"(\{[a-zA-Z]+\})"), unknown_id);
    }

    // Whether the gate let it through; what becomes of it then is another matter. Of the stream of
    // changes, which would never end, the first frame is enough.
    void expect_access(const Operation& operation, std::vector<std::string> headers, bool allowed,
                       const std::string& who) {
        const std::string what = who + ": " + operation.method + " " + operation.path;
        const Call call{.method = operation.method,
                        .path = operation.path,
                        .headers = std::move(headers),
                        .with_token = false};
        if (operation.path == "/api/stream" && allowed) {
            const auto frames = Client(server).stream(call, [](const Frame&) { return true; });
            EXPECT_EQ(frames.size(), 1U) << what;
            return;
        }
        const Answer answer = Client(server).send(call);
        if (allowed) {
            EXPECT_NE(answer.status, 401) << what << answer.body;
            EXPECT_NE(answer.status, 403) << what << answer.body;
            EXPECT_LT(answer.status, 500) << what << answer.body;
        } else {
            EXPECT_EQ(answer.status, 403) << what << answer.body;
        }
    }
};

TEST_F(Roles, AreWhatTheDescriptionOfTheApiPromises) {
    set_up("first@example.com");
    const auto operations = guarded_operations();
    ASSERT_GE(operations.size(), 50U);
    for (const auto& [role, rank] : roles) {
        const std::string token = add_token(role);
        add_user(role + "@example.com", role);
        const std::string cookie = cookie_of(log_in(role + "@example.com"));
        for (const Operation& operation : operations) {
            const bool allowed = rank >= roles.at(operation.role);
            expect_access(operation, {token}, allowed && !operation.is_for_accounts,
                          "token of " + role);
            expect_access(operation, {cookie, origin()}, allowed, role);
            // A change on a cookie from another page is refused whoever it is.
            if (operation.method != "GET")
                expect_access(operation, {cookie, "Origin: http://evil.example"}, false, role);
        }
    }
}

TEST_F(Roles, StrangersMayCallNothingThatIsNotOpen) {
    for (const Operation& operation : guarded_operations()) {
        for (const std::string header :
             {"X-Nothing: 1", "Authorization: Bearer sg_live_wrong", "Cookie: sg_session=wrong"}) {
            const Answer answer = as_stranger(operation.method, operation.path, {}, {header});
            EXPECT_EQ(answer.status, 401)
                << operation.method << " " << operation.path << " " << header;
        }
    }
}

TEST_F(Roles, AViewerIsToldWhoCanHelp) {
    const Answer answer =
        as_stranger("POST", "/api/flows", three_step_flow(), {add_token("viewer")});
    expect_problem(answer, 403, "forbidden");
    EXPECT_THAT(answer.text("/detail"), testing::HasSubstr("needs the role 'editor'"));
}

}  // namespace
}  // namespace swiftgrid::e2e
