// The description of the API and the server agree on what there is. That answers have the described
// shape is checked in every test whose client was given the contract.

#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "client.h"
#include "openapi.h"

namespace swiftgrid::e2e {
namespace {

constexpr std::string_view methods[] = {"get", "post", "put", "patch", "delete", "head", "options"};

std::string with_samples(const std::string& pattern) {
    const std::string id = "01931e3c-7a5f-7000-8000-000000000001";
    return std::regex_replace(std::regex_replace(pattern, std::regex(R"(\{number\})"), "1"),
                              std::regex(R"(\{[a-zA-Z]+\})"), id);
}

TEST(OpenApi, DescribesNothingThatTheServerDoesNotHave) {
    const ServerProcess server;
    Client client(server);
    const json::value document = client.get("/api/openapi.json").json();
    std::size_t operations = 0;
    for (const auto& path : document.at("paths").as_object()) {
        for (const std::string_view method : methods) {
            if (!path.value().as_object().contains(method)) continue;
            ++operations;
            std::string upper(method);
            for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
            Call call{.method = upper, .path = with_samples(path.key())};
            if (path.key() == "/api/stream") {  // endless: its first frame is enough
                const auto frames = client.stream(call.path, {}, [](const Frame&) { return true; });
                ASSERT_EQ(frames.size(), 1U);
                continue;
            }
            const Answer answer = client.send(call);
            EXPECT_NE(answer.status, 0) << upper << " " << call.path;
            EXPECT_NE(answer.status, 405) << upper << " " << call.path;
            EXPECT_LT(answer.status, 500) << upper << " " << call.path << answer.body;
            if (answer.status == 404)
                EXPECT_THAT(answer.text("/detail"), testing::Not(testing::HasSubstr("nothing at")))
                    << upper << " " << call.path;
        }
    }
    EXPECT_GE(operations, 30U);
}

TEST(OpenApi, AFaultyAnswerIsFound) {
    const ServerProcess server;
    Client client(server);
    const OpenApi contract(client.get("/api/openapi.json").json());
    const Call call{.path = "/healthz"};
    Answer answer = client.send(call);
    EXPECT_THAT(contract.differences(call, answer), testing::IsEmpty());
    answer.body = R"({"status":"sick"})";
    EXPECT_THAT(contract.differences(call, answer), testing::SizeIs(1));
    answer.body = R"({"version":7})";
    EXPECT_THAT(contract.differences(call, answer), testing::SizeIs(2));
}

TEST(OpenApi, EveryOperationHasAName) {
    const ServerProcess server;
    Client client(server);
    std::set<std::string> names;
    for (const auto& path : client.get("/api/openapi.json").json().at("paths").as_object()) {
        for (const std::string_view method : methods) {
            const json::value* operation = path.value().as_object().if_contains(method);
            if (!operation) continue;
            EXPECT_TRUE(names.insert(std::string(operation->at("operationId").as_string())).second)
                << method << " " << path.key();
        }
    }
}

}  // namespace
}  // namespace swiftgrid::e2e
