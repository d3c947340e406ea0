// What the server tells its operator: lines of JSON with the ids of runs, and no secrets.

#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "api_fixture.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const ServerProcess& server) {
    std::vector<std::string> lines;
    std::istringstream text(server.messages());
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

std::string text_at(const json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
}

// The lines with that message. Every line is read, whatever it says.
std::vector<json::object> lines_that_say(const ServerProcess& server, const std::string& message) {
    std::vector<json::object> found;
    for (const std::string& line : lines_of(server)) {
        const auto value = parse_json(line);
        EXPECT_TRUE(value && value->is_object()) << line;
        if (!value || !value->is_object()) continue;
        const json::object& object = value->as_object();
        for (const char* member : {"ts", "level", "msg"})
            EXPECT_TRUE(object.contains(member)) << line;
        if (text_at(object, "msg") == message) found.push_back(object);
    }
    return found;
}

TEST(Logs, AreJsonWithTheIdsOfRunsThatFail) {
    ServerProcess server;
    Client client(server);
    const std::string flow =
        client.create_flow(script_flow("throw new Error('people@example.com')"));
    const std::string run = client.start_run(flow);
    EXPECT_EQ(client.status_at_end(run), "failed");
    EXPECT_EQ(client.status_at_end(client.start_run(client.create_flow(three_step_flow()))),
              "completed");
    ASSERT_TRUE(eventually([&] { return lines_that_say(server, "run failed").size() == 1; }));
    const json::object line = lines_that_say(server, "run failed").front();
    EXPECT_EQ(text_at(line, "level"), "warning");
    EXPECT_EQ(text_at(line, "run_id"), run);
    EXPECT_EQ(text_at(line, "flow_id"), flow);
    EXPECT_EQ(text_at(line, "node_id"), "script");
    EXPECT_EQ(text_at(line, "code"), "script_error");
    std::string trace = run;
    std::erase(trace, '-');
    EXPECT_EQ(text_at(line, "trace_id"), trace);
    EXPECT_TRUE(eventually([&] { return server.process().exit_code() == std::nullopt; }));
    EXPECT_EQ(server.terminate(), 0);
    EXPECT_EQ(lines_that_say(server, "stopping: finishing what is under way").size(), 1u);
    EXPECT_THAT(server.messages(), Not(HasSubstr("people@example.com")));
}

TEST(Logs, ArePartOfTheTraceThatTheRunIsPartOf) {
    ServerProcess server;
    Client client(server);
    const std::string flow = client.create_flow(script_flow("throw new Error('no')"));
    const Answer started =
        client.post("/api/flows/" + flow + "/runs", "{}",
                    {"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"});
    EXPECT_EQ(client.status_at_end(started.text("/runId")), "failed");
    ASSERT_TRUE(eventually([&] { return lines_that_say(server, "run failed").size() == 1; }));
    EXPECT_EQ(text_at(lines_that_say(server, "run failed").front(), "trace_id"),
              "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(Logs, DoNotFillADiskWithRunsThatFail) {
    ServerProcess server;
    Client client(server);
    const std::string flow = client.create_flow(script_flow("throw new Error('no')"));
    EXPECT_EQ(client.post("/api/flows/" + flow + "/publish", R"({"changeSummary":""})").status,
              201);
    constexpr std::size_t runs = 300;
    const std::string map =
        client.start_run(client.create_flow(map_flow(flow)), to_json(json::array(runs, 1)));
    EXPECT_EQ(client.status_at_end(map), "completed");
    std::map<std::string, std::size_t> lines_by_second;
    std::size_t told = 0;
    for (const json::object& line : lines_that_say(server, "run failed")) {
        ++lines_by_second[std::string(line.at("ts").as_string()).substr(0, 19)];
        ++told;
        if (const auto* left_out = line.if_contains("left_out"))
            told += std::stoul(std::string(left_out->as_string()));
    }
    EXPECT_GT(told, 0u);
    EXPECT_LE(told, runs);
    // The server's seconds begin at another moment: in one of ours are at most two of its.
    for (const auto& [second, lines] : lines_by_second) EXPECT_LE(lines, 40u) << second;
}

TEST(Logs, AreTextForPeopleWhenTheyAskForIt) {
    ServerProcess server{{.flags = {"--log-format", "text"}}};
    Client client(server);
    const std::string run =
        client.start_run(client.create_flow(script_flow("throw new Error('no')")));
    EXPECT_EQ(client.status_at_end(run), "failed");
    ASSERT_TRUE(eventually([&] {
        return server.messages().find("warning: run failed run_id=" + run) != std::string::npos;
    }));
}

}  // namespace
}  // namespace swiftgrid::e2e
