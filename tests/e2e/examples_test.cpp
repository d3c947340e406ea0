// Every example is valid, and does by command and through the server what its README says.

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

#include "../llm/fake_llm.h"
#include "client.h"
#include "command_line.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;

std::vector<std::string> example_folders() {
    std::vector<std::string> folders;
    for (const auto& entry : std::filesystem::directory_iterator(SWIFTGRID_EXAMPLES)) {
        if (entry.is_directory()) folders.push_back(entry.path().string());
    }
    std::ranges::sort(folders);
    return folders;
}

std::string flow_file(const std::string& example) {
    return std::string(SWIFTGRID_EXAMPLES) + "/" + example + "/flow.json";
}

// The input that goes with the example, null when it needs none.
std::string input_of(const std::string& folder) {
    const std::string input = read_text(folder + "/input.json");
    return input.empty() ? "null" : input;
}

// Flows that are called stand beside their callers.
std::size_t count_flow_documents() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SWIFTGRID_EXAMPLES)) {
        if (entry.path().extension() != ".json") continue;
        const json::value document = parse_json(read_text(entry.path().string())).value();
        if (document.is_object() && document.as_object().contains("formatVersion")) ++count;
    }
    return count;
}

json::value output_of(const std::string& example, const std::string& input) {
    const auto result = run_command({"run", flow_file(example), "--input", input});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return parse_json(result.out).value_or(json::value("no JSON: " + result.out));
}

TEST(Examples, AreAllValid) {
    ASSERT_GE(example_folders().size(), 3U);
    for (const std::string& folder : example_folders()) {
        const auto result = run_command({"validate", folder + "/flow.json"});
        EXPECT_EQ(result.exit_code, 0) << folder << "\n" << result.out << result.err;
        EXPECT_THAT(result.out, HasSubstr("flow.json: valid"));
    }
}

TEST(Examples, AllHaveAReadme) {
    for (const std::string& folder : example_folders())
        EXPECT_THAT(read_text(folder + "/README.md"), HasSubstr("swiftgrid run")) << folder;
}

TEST(Examples, PassTheirTestsAndReachEveryStepWithThem) {
    for (const std::string& folder : example_folders()) {
        const auto result = run_command({"test", folder + "/flow.json", "--json"});
        EXPECT_EQ(result.exit_code, 0) << folder << "\n" << result.out << result.err;
        const json::value report = parse_json(result.out).value_or(json::value());
        ASSERT_TRUE(report.is_object()) << folder << result.err;
        EXPECT_EQ(report.at_pointer("/coverage/nodes/percent"), json::value(100)) << folder;
        EXPECT_EQ(report.at_pointer("/coverage/branches/percent"), json::value(100)) << folder;
    }
    const auto quote =
        run_command({"test", std::string(SWIFTGRID_EXAMPLES) + "/map-quotes/quote.json"});
    EXPECT_EQ(quote.exit_code, 0) << quote.out << quote.err;
    EXPECT_THAT(quote.out, HasSubstr("2 passed, 0 failed"));
}

TEST(Examples, FirstStepsSortsTickets) {
    EXPECT_EQ(output_of("first-steps", "null"),
              parse_json(R"({"reply":"We are sorry. Ticket 10482 will be refunded within two )"
                         R"(days."})"));
    EXPECT_EQ(output_of("first-steps", R"({"id": 7, "text": "The page shows an error"})"),
              parse_json(R"({"reply":"Thank you. Ticket 7 is with our engineers."})"));
}

TEST(Examples, HttpStatusRouterTakesTheBranchOfEachStatus) {
    EXPECT_EQ(output_of("http-status-router", R"({"status":200})"),
              json::value("Service answered 200: all is well"));
    EXPECT_EQ(output_of("http-status-router", R"({"status":404})"),
              json::value("Service answered 404: check the request"));
    EXPECT_EQ(output_of("http-status-router", R"({"status":503})"),
              json::value("Service answered 503: call the operator"));
    EXPECT_EQ(output_of("http-status-router", R"({"status":304})"),
              json::value("Service answered 304: not decided"));
}

TEST(Examples, JsonTransformWritesATableOfItsInput) {
    const std::string input = std::string(SWIFTGRID_EXAMPLES) + "/json-transform/input.json";
    const auto result = run_command({"run", flow_file("json-transform"), "--input", "@" + input});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("| Europe |"));
}

TEST(Examples, DelayAndRetryTriesThreeTimesAndTakesTheErrorBranch) {
    const auto result = run_command({"run", flow_file("delay-and-retry"), "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const json::value run = parse_json(result.out).value();
    EXPECT_EQ(run.at("output"), parse_json(R"({"ok":false,"status":503,"waitedMs":500})"));
    EXPECT_EQ(run.at_pointer("/nodes/call/attempts"), json::value(3));
    EXPECT_EQ(output_of("delay-and-retry", R"({"status":200,"delayMs":0})"),
              parse_json(R"({"ok":true,"status":200,"waitedMs":0})"));
}

TEST(Examples, MapQuotesEveryParcelAndNamesTheOneItCannot) {
    EXPECT_EQ(output_of("map-quotes", "null"),
              parse_json(R"({"parcels":4,"price":43,"quoted":[{"to":"Berlin","price":11},
                  {"to":"Oslo","price":23},{"to":"Lisbon","price":9}],
                  "refused":[{"to":"Atlantis",
                              "why":"Error: a parcel to Atlantis needs a weight"}]})"));
    const json::value other =
        output_of("map-quotes", R"({"ratePerKg":2,"parcels":[{"to":"Rome","weightKg":3}]})");
    EXPECT_EQ(other.at("price"), json::value(9));
}

TEST(Examples, ApprovalConfirmsASmallOrderAtOnce) {
    EXPECT_EQ(output_of("approval", "@" + std::string(SWIFTGRID_EXAMPLES) + "/approval/input.json"),
              json::value("Order 4712 is confirmed"));
}

TEST(Examples, LlmSummaryRoutesByWhatTheModelSays) {
    const testing_llm::FakeLlm model;
    const auto output_for = [&](std::string_view answer) {
        const json::object input{{"baseUrl", model.base_url()},
                                 {"model", "say:" + std::string(answer)}};
        const auto result = run_command({"run", flow_file("llm-summary"), "--input", to_json(input),
                                         "--allow-egress", model.address()});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return parse_json(result.out).value_or(json::value("no JSON: " + result.out));
    };
    EXPECT_EQ(output_for(R"({"summary":"No login","urgency":5})"), json::value("Urgent: No login"));
    EXPECT_EQ(output_for(R"({"summary":"Blurred","urgency":1})"), json::value("Queued: Blurred"));
}

TEST(Examples, RunThroughTheServerWithTheSameOutput) {
    const ServerProcess server({.flags = {"--import-examples", SWIFTGRID_EXAMPLES}});
    Client client(server);
    const json::value flows = client.get("/api/flows").json();
    ASSERT_EQ(flows.at("items").as_array().size(), count_flow_documents());
    for (const std::string& folder : example_folders()) {
        if (folder.ends_with("/llm-summary")) continue;  // needs a model
        const json::value document = parse_json(read_text(folder + "/flow.json")).value();
        std::string id;
        for (const json::value& flow : flows.at("items").as_array()) {
            if (flow.at("name") == document.at("name")) id = flow.at("id").as_string();
        }
        const Answer answer = client.post("/api/flows/" + id + "/runs?wait=30",
                                          R"({"input":)" + input_of(folder) + "}");
        ASSERT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer.text("/status"), "completed") << folder << answer.body;
        const std::string input = folder + "/input.json";
        const std::string argument = std::filesystem::exists(input) ? "@" + input : "null";
        const auto command = run_command({"run", folder + "/flow.json", "--input", argument});
        EXPECT_EQ(answer.json().at("output"), parse_json(command.out).value()) << folder;
    }
}

}  // namespace
}  // namespace swiftgrid::e2e
