// The command line: exit codes 0 (done), 1 (the thing itself failed), 2 (wrong usage), and what is
// printed where.

#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>

#include "base/json.h"
#include "command_line.h"
#include "flows.h"
#include "server_process.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(CommandLine, PrintsItsVersion) {
    const auto result = run_command({"--version"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.out, StartsWith("swiftgrid 0."));
    EXPECT_THAT(result.err, IsEmpty());
}

TEST(CommandLine, PrintsItsVersionAsJson) {
    const std::string text = run_command({"--version"}).out;
    for (auto arguments :
         {std::vector<std::string>{"--version", "--json"}, {"--json", "--version"}}) {
        const auto result = run_command(arguments);
        EXPECT_EQ(result.exit_code, 0);
        const json::value document = parse_json(result.out).value();
        EXPECT_EQ("swiftgrid " + std::string(document.at("version").as_string()) + "\n", text);
        EXPECT_TRUE(document.at("commit").is_string());
    }
}

TEST(CommandLine, HelpsOnStandardOutput) {
    for (auto arguments : {std::vector<std::string>{"--help"}, {"run", "--help"}}) {
        const auto result = run_command(arguments);
        EXPECT_EQ(result.exit_code, 0);
        EXPECT_THAT(result.out, HasSubstr("Usage"));
    }
}

TEST(CommandLine, WrongUsageExitsWith2AndSaysWhy) {
    const std::vector<std::vector<std::string>> wrong = {
        {},
        {"bogus"},
        {"--bogus"},
        {"run"},
        {"validate"},
        {"test"},
        {"run", "flow.json", "--bogus"},
        {"serve", "--listen", "nowhere"},
        {"serve", "--workers", "0"},
    };
    for (const auto& arguments : wrong) {
        const auto result = run_command(arguments);
        EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
        EXPECT_THAT(result.out, IsEmpty()) << testing::PrintToString(arguments);
        EXPECT_THAT(result.err, Not(IsEmpty())) << testing::PrintToString(arguments);
    }
}

TEST(CommandLine, NamesTheFlagThatTakesAnotherPort) {
    ServerProcess first;
    const std::string address = first.url().substr(std::string("http://").size());
    const TempFolder folder;
    const auto second =
        run_command({"serve", "--listen", address, "--data-dir", folder.file("data")});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.err, HasSubstr("with --listen"));
    EXPECT_THAT(second.err, Not(HasSubstr("--port")));
    EXPECT_THAT(run_command({"serve", "--help"}).out, HasSubstr("--listen"));
}

// One object with what went wrong; whoever reads the words finds them where they were.
TEST(CommandLine, WithJsonEveryFailureIsOneProblem) {
    const TempFolder folder;
    const std::string none = folder.file("none");
    const std::string data = folder.file("data");
    const std::string nobody = "http://127.0.0.1:1";
    const auto flow = folder.write("flow.json", three_step_flow());
    struct Failure {
        std::vector<std::string> arguments;
        std::string code;
        int exit_code = 1;
    };
    const std::vector<Failure> failures = {
        {{"run", none}, "not_found"},
        {{"run", flow, "--input", "{"}, "bad_request"},
        {{"run", flow, "--secret", "SWIFTGRID_NOT_SET"}, "bad_request", 2},
        {{"run", folder.write("no-flow.json", "{}")}, "invalid_document"},
        {{"test", none}, "not_found"},
        {{"test", flow, "--tests", folder.write("no-tests.json", "{}")}, "invalid_document"},
        {{"doctor", "--data-dir", none}, "not_found"},
        {{"doctor", "--server", nobody}, "network_error"},
        {{"backup", folder.file("b.db"), "--data-dir", none}, "not_found"},
        {{"backup", folder.file("b.db"), "--server", nobody}, "network_error"},
        {{"restore", none, "--data-dir", data}, "not_found"},
        {{"secrets", "delete", "NOPE", "--data-dir", data}, "not_found"},
        {{"secrets", "list", "--server", nobody}, "network_error"},
        {{"user", "delete", "ada@example.com", "--data-dir", data}, "not_found"},
        {{"user", "list", "--server", nobody}, "network_error"},
        {{"token", "revoke", "no-id", "--data-dir", data}, "bad_request"},
        {{"token", "create", "x", "--server", nobody}, "network_error"},
        {{"import", none, "--data-dir", data}, "not_found"},
        {{"import", flow, "--server", nobody}, "network_error"},
        {{"export", "no-id", "--data-dir", data}, "bad_request"},
        {{"export", "--all", "--server", nobody}, "network_error"},
        {{"cron", "next", "0 25 * * *"}, "invalid_document"},
        {{"bench", "--folder", none}, "storage_error"},
        {{"serve", "--data-dir", folder.write("a-file", "")}, "storage_error"},
        {{"serve", "--listen", "nowhere"}, "bad_request", 2},
        {{"export", "--data-dir", data}, "bad_request", 2},
        {{"secrets", "delete"}, "bad_request", 2},
        {{"run"}, "bad_request", 2},
        {{"run", flow, "--bogus"}, "bad_request", 2},
        {{"bogus"}, "bad_request", 2},
        {{}, "bad_request", 2},
    };
    for (const Failure& failure : failures) {
        const auto words = run_command(failure.arguments);
        std::vector<std::string> arguments = failure.arguments;
        arguments.emplace_back("--json");
        const std::string name = testing::PrintToString(arguments);
        const auto result = run_command(arguments);
        EXPECT_EQ(words.exit_code, failure.exit_code) << name << words.err;
        EXPECT_EQ(result.exit_code, failure.exit_code) << name << result.err;
        EXPECT_THAT(result.err, Not(IsEmpty())) << name;
        const auto document = parse_json(result.out);
        ASSERT_TRUE(document && document->is_object()) << name << result.out;
        EXPECT_EQ(std::string(document->at("code").as_string()), failure.code) << name;
        EXPECT_EQ(std::string(document->at("type").as_string()),
                  "urn:swiftgrid:problem:" + failure.code);
        const std::string detail(document->at("detail").as_string());
        EXPECT_THAT(detail, Not(IsEmpty())) << name;
        EXPECT_THAT(result.err, HasSubstr(detail.substr(0, 10))) << name;
    }
}

TEST(CommandLine, AProblemNamesThePlaceAndTheMend) {
    const TempFolder folder;
    const auto result =
        run_command({"run", folder.write("flow.json", script_flow("return (;")), "--json"});
    EXPECT_EQ(result.exit_code, 1);
    const json::value problem = parse_json(result.out).value();
    ASSERT_EQ(problem.at("errors").as_array().size(), 1U) << result.out;
    EXPECT_EQ(problem.at("errors").at(0).at("pointer"), "/graph/nodes/0/data/code");
    const json::value cron =
        parse_json(run_command({"cron", "next", "0 25 * * *", "--json"}).out).value();
    EXPECT_EQ(cron.at("errors").at(0).at("pointer"), "/cron");
    EXPECT_FALSE(cron.at("errors").at(0).at("mend").as_string().empty());
}

// Every command that has no other below it, with the words that lead to it.
std::vector<std::vector<std::string>> commands_below(const std::vector<std::string>& words) {
    std::vector<std::string> ask = words;
    ask.push_back("--help");
    std::istringstream lines(run_command(ask).out);
    std::vector<std::vector<std::string>> found;
    bool is_list = false;
    for (std::string line; std::getline(lines, line);) {
        if (line == "Subcommands:") is_list = true;
        if (!is_list || !line.starts_with("  ") || line[2] == ' ') continue;
        std::vector<std::string> path = words;
        path.push_back(line.substr(2, line.find(' ', 2) - 2));
        for (auto& each : commands_below(path)) found.push_back(std::move(each));
    }
    if (!is_list) found.push_back(words);
    return found;
}

TEST(CommandLine, EveryCommandTakesJson) {
    const auto commands = commands_below({});
    EXPECT_GE(commands.size(), 20U);
    for (std::vector<std::string> command : commands) {
        command.push_back("--help");
        EXPECT_THAT(run_command(command).out, HasSubstr("--json"))
            << testing::PrintToString(command);
    }
}

// That the figures are of runs on the disk; how high they are is for people to judge.
TEST(Bench, MeasuresRunsAndLeavesNothing) {
    const TempFolder folder;
    std::filesystem::create_directory(folder.file("disk"));
    const auto result =
        run_command({"bench", "--folder", folder.file("disk"), "--seconds", "1", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const json::value document = parse_json(result.out).value();
    const json::array& figures = document.at("figures").as_array();
    ASSERT_EQ(figures.size(), 2U);
    for (const json::value& each : figures) {
        EXPECT_GT(each.at("runs").as_int64(), 0);
        EXPECT_GT(each.at("runsPerSecond").as_double(), 0);
        EXPECT_LE(each.at("p50Ms").as_double(), each.at("p99Ms").as_double());
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.file("disk")));
    const auto nowhere = run_command({"bench", "--folder", folder.file("none")});
    EXPECT_EQ(nowhere.exit_code, 1);
    EXPECT_THAT(nowhere.err, HasSubstr("--folder"));
}

TEST(Run, PrintsTheOutputOnStandardOutputAndTheStepsOnStandardError) {
    const TempFolder folder;
    const auto flow = folder.write("flow.json", three_step_flow());
    const auto result = run_command({"run", flow, "--input", R"({"n":7})"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.out, "\"big\"\n");
    EXPECT_THAT(result.err, HasSubstr("Double"));
}

TEST(Run, ReadsItsInputFromAFileAndFromStandardInput) {
    const TempFolder folder;
    const auto flow = folder.write("flow.json", three_step_flow());
    const auto input = folder.write("input.json", "{ \"n\": 2 }\n");
    EXPECT_EQ(run_command({"run", flow, "--input", "@" + input}).out, "\"small\"\n");
    EXPECT_EQ(run_command({"run", flow, "--input", "@-"}, R"({"n": 9})").out, "\"big\"\n");
}

TEST(Run, WithJsonPrintsOneDocument) {
    const TempFolder folder;
    const auto flow = folder.write("flow.json", three_step_flow());
    const auto result = run_command({"run", flow, "--input", R"({"n":7})", "--json"});
    EXPECT_EQ(result.exit_code, 0);
    const json::value document = parse_json(result.out).value();
    EXPECT_EQ(document.at("runId").as_string().size(), 36U);
    EXPECT_EQ(document.at("status"), "completed");
    EXPECT_EQ(document.at("output"), "big");
    EXPECT_TRUE(document.at("error").is_null());
    const json::object& nodes = document.at("nodes").as_object();
    EXPECT_EQ(nodes.size(), 4U);
    EXPECT_EQ(nodes.at("double").at("status"), "completed");
    EXPECT_EQ(nodes.at("double").at("attempts"), 1);
    EXPECT_GE(nodes.at("double").at("durationMs").as_int64(), 0);
    EXPECT_EQ(nodes.at("small").at("status"), "skipped");
}

TEST(Run, OfAFailingFlowExitsWith1) {
    const TempFolder folder;
    const auto flow = folder.write("flow.json", script_flow("throw new Error('no luck');"));
    const auto text = run_command({"run", flow});
    EXPECT_EQ(text.exit_code, 1);
    EXPECT_THAT(text.out, IsEmpty());
    EXPECT_THAT(text.err, HasSubstr("no luck"));

    const auto as_json = run_command({"run", flow, "--json"});
    EXPECT_EQ(as_json.exit_code, 1);
    const json::value document = parse_json(as_json.out).value();
    EXPECT_EQ(document.at("status"), "failed");
    EXPECT_TRUE(document.at("output").is_null());
    EXPECT_EQ(document.at("error").at("nodeId"), "script");
    EXPECT_THAT(std::string(document.at("error").at("message").as_string()), HasSubstr("no luck"));
}

TEST(Run, OfAnInvalidFlowNamesThePlaceAndTheMend) {
    const TempFolder folder;
    const auto result = run_command({"run", folder.write("flow.json", broken_flow())});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("/graph/nodes/0/data/code"));
    EXPECT_THAT(result.err, HasSubstr("Give the value to a field"));
}

TEST(Run, OfUnreadableFilesExitsWith1) {
    const TempFolder folder;
    const auto flow = folder.write("flow.json", three_step_flow());
    const auto missing = run_command({"run", folder.file("missing.json")});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(missing.err, HasSubstr("missing.json"));
    EXPECT_EQ(run_command({"run", folder.write("bad.json", "{")}).exit_code, 1);
    EXPECT_EQ(run_command({"run", flow, "--input", "{"}).exit_code, 1);
    EXPECT_EQ(run_command({"run", flow, "--input", "@" + folder.file("none")}).exit_code, 1);
}

TEST(Run, WithADataFolderKeepsTheRun) {
    const TempFolder folder;
    const auto flow = folder.write("flow.json", three_step_flow());
    const auto data = folder.file("data");
    EXPECT_EQ(run_command({"run", flow, "--data-dir", data}).exit_code, 0);
    EXPECT_EQ(run_command({"run", flow, "--data-dir", data}).exit_code, 0);
    EXPECT_FALSE(read_text(data + "/swiftgrid.db").empty());
}

TEST(Validate, NamesThePlaceTheCodeAndTheMend) {
    const TempFolder folder;
    const auto good = folder.write("good.json", three_step_flow());
    const auto bad = folder.write("bad.json", broken_flow());
    EXPECT_EQ(run_command({"validate", good}).exit_code, 0);
    const auto result = run_command({"validate", good, bad});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.out, HasSubstr("good.json: valid"));
    EXPECT_THAT(result.out,
                HasSubstr("bad.json#/graph/nodes/0/data/code: error [secret_in_script]"));
    EXPECT_THAT(result.out, HasSubstr("Give the value to a field"));
}

TEST(Validate, WithJsonPrintsEveryProblem) {
    const TempFolder folder;
    const auto bad = folder.write("bad.json", broken_flow());
    const auto result = run_command({"validate", bad, folder.file("missing.json"), "--json"});
    EXPECT_EQ(result.exit_code, 1);
    const json::value document = parse_json(result.out).value();
    EXPECT_EQ(document.at("valid"), false);
    const json::value& problem = document.at_pointer("/files/0/problems/0");
    EXPECT_EQ(problem.at("pointer"), "/graph/nodes/0/data/code");
    EXPECT_EQ(problem.at("severity"), "error");
    EXPECT_EQ(problem.at("nodeId"), "script");
    EXPECT_EQ(document.at_pointer("/files/1/valid"), false);
    EXPECT_TRUE(document.at_pointer("/files/1/error").is_string());
}

}  // namespace
}  // namespace swiftgrid::e2e
