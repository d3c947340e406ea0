// Settings through the real binary: what the owner opens for flows is open at once, outlives a
// restart, and is closed again as fast.

#include "api_fixture.h"
#include "http_sink.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

std::string flow_to(const std::string& address) {
    return R"({"name":"Call","graph":{"edges":[],"nodes":[{"id":"call","type":"http-request",)"
           R"("position":{"x":0,"y":0},"data":{"url":"http://)" +
           address + R"(/"}}]}})";
}

class Settings : public Api {
protected:
    HttpSink service;

    std::string allow(const std::string& entries) {
        const Answer answer = client.put("/api/settings", R"({"allowEgress":)" + entries + "}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.text("/allowEgress");
    }
};

TEST_F(Settings, OpenAndCloseAPrivateAddressAtOnce) {
    const std::string flow = client.create_flow(flow_to(service.address()));
    const auto ends_as = [&] { return client.status_at_end(client.start_run(flow)); };
    EXPECT_EQ(client.get("/api/settings").text("/allowEgress"), "[]");
    EXPECT_EQ(client.get("/api/settings").text("/limits/graphNodes"), "2000");

    const auto refused = client.start_run(flow);
    EXPECT_EQ(client.status_at_end(refused), "failed");
    EXPECT_THAT(client.get("/api/runs/" + refused).text("/run/error/message"),
                HasSubstr("in the settings or with --allow-egress " + service.address()));

    EXPECT_EQ(allow(R"([")" + service.address() + R"("])"), R"([")" + service.address() + R"("])");
    EXPECT_EQ(ends_as(), "completed");
    server.kill_hard();
    server.start();
    EXPECT_EQ(ends_as(), "completed");
    allow("[]");
    EXPECT_EQ(ends_as(), "failed");
}

// One way for all bodies: where it is wrong, and what to do.
TEST_F(Settings, BodiesAreRefusedWithThePlaceThatIsWrong) {
    const std::string flow = "/api/flows/" + client.create_flow(flow_to("127.0.0.1:1"));
    const std::string run = "/api/runs/" + std::string(unknown_id);
    const std::vector<std::pair<std::string, std::string>> bodies = {
        {"PUT", "/api/settings"},
        {"POST", "/api/flows"},
        {"POST", flow + "/runs"},
        {"PUT", flow + "/schedule"},
        {"PUT", flow + "/webhook"},
        {"POST", flow + "/webhook/rotate-secret"},
        {"PUT", flow + "/tool"},
        {"POST", "/api/notifications"},
        {"POST", "/api/secrets"},
        {"PUT", "/api/secrets/A_NAME"},
        {"POST", "/api/tokens"},
        {"POST", "/api/users"},
        {"POST", "/api/runs/bulk-delete"},
        {"POST", "/api/run"},
        {"PUT", run + "/pin"},
        {"POST", run + "/replay"},
        {"POST", run + "/fork"},
        {"POST", "/api/cron/preview"},
    };
    for (const auto& [method, path] : bodies) {
        const std::string shown = method + " " + path;
        const Answer answer =
            client.send({.method = method, .path = path, .body = R"({"nonsense":1})"});
        ASSERT_EQ(answer.status, 422) << shown << " " << answer.body;
        EXPECT_THAT(answer.body, HasSubstr(R"("pointer":"/nonsense")")) << shown;
        EXPECT_THAT(answer.body, HasSubstr(R"("code":"unknown_field")")) << shown;
        EXPECT_NE(answer.text("/errors/0/mend"), "") << shown;
    }
}

TEST_F(Settings, AreRefusedAsAWhole) {
    allow(R"(["10.0.0.0/8"])");
    const Answer answer =
        client.put("/api/settings", R"({"allowEgress":["192.168.1.1","not a host"],"days":1})");
    expect_problem(answer, 422, "invalid_document");
    EXPECT_EQ(answer.text("/errors/0/pointer"), "/allowEgress/1");
    EXPECT_EQ(answer.text("/errors/1/pointer"), "/days");
    EXPECT_EQ(client.get("/api/settings").text("/allowEgress"), R"(["10.0.0.0/8"])");
    expect_problem(client.put("/api/settings", "[]"), 400, "bad_request");
    expect_problem(client.put("/api/settings", ""), 400, "bad_request");
}

TEST(SettingsBesideFlags, BothHold) {
    HttpSink of_flag;
    HttpSink of_settings;
    const ServerProcess server{{.flags = {"--allow-egress", of_flag.address()}}};
    const OpenApi contract{Client(server).get("/api/openapi.json").json()};
    Client client{server, &contract};
    const Answer changed =
        client.put("/api/settings", R"({"allowEgress":[")" + of_settings.address() + R"("]})");
    EXPECT_EQ(changed.text("/flags/allowEgress"), R"([")" + of_flag.address() + R"("])");
    for (const HttpSink* sink : {&of_flag, &of_settings}) {
        const auto flow = client.create_flow(flow_to(sink->address()));
        EXPECT_EQ(client.status_at_end(client.start_run(flow)), "completed");
    }
}

}  // namespace
}  // namespace swiftgrid::e2e
