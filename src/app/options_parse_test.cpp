#include <gtest/gtest.h>

#include "app/exit_code.h"
#include "app/options.h"
#include "app/test.h"

namespace swiftgrid::app {
namespace {

Command parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "swiftgrid");
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

void expect_wrong_usage(const std::vector<const char*>& arguments, std::string_view reason) {
    const Command command = parse(arguments);
    const auto* print = std::get_if<PrintAndExit>(&command);
    ASSERT_NE(print, nullptr) << reason;
    EXPECT_EQ(print->exit_code, exit_usage);
    EXPECT_TRUE(print->to_stderr);
    EXPECT_NE(print->text.find(reason), std::string::npos) << print->text;
}

TEST(CommandLine, TakesTheNamesOfProxiesInAnyCaseRepeatedOrWithCommas) {
    const Command command =
        parse({"serve", "--public-host", "Grid.Example.com,b.example", "--public-host", "c"});
    ASSERT_TRUE(std::holds_alternative<ServeOptions>(command));
    EXPECT_EQ(std::get<ServeOptions>(command).public_hosts,
              (std::vector<std::string>{"grid.example.com", "b.example", "c"}));
}

TEST(CommandLine, TakesTheTestsOfAFlowFromBesideItOrAnotherFile) {
    const Command beside = parse({"test", "orders.json"});
    ASSERT_TRUE(std::holds_alternative<TestOptions>(beside));
    EXPECT_EQ(std::get<TestOptions>(beside).flow_file, "orders.json");
    EXPECT_EQ(std::get<TestOptions>(beside).tests_file, "");
    const Command other = parse({"test", "orders.json", "--tests", "t.json", "--json"});
    EXPECT_EQ(std::get<TestOptions>(other).tests_file, "t.json");
    EXPECT_TRUE(std::get<TestOptions>(other).json);
    EXPECT_EQ(tests_file_of("flows/orders.json"), "flows/orders.tests.json");
    EXPECT_EQ(tests_file_of("orders"), "orders.tests.json");
}

TEST(CommandLine, RefusesAPublicHostThatIsNoName) {
    for (const char* name : {"https://grid.example", "grid.example:443", "grid.example/x"})
        expect_wrong_usage({"serve", "--public-host", name}, "must be a name without scheme");
}

TEST(CommandLine, TakesABasePathThatBeginsButDoesNotEndWithASlash) {
    const Command command = parse({"serve", "--base-path", "/tools/swiftgrid"});
    ASSERT_TRUE(std::holds_alternative<ServeOptions>(command));
    EXPECT_EQ(std::get<ServeOptions>(command).base_path, "/tools/swiftgrid");
    for (const char* path : {"swiftgrid", "/swiftgrid/", "/"})
        expect_wrong_usage({"serve", "--base-path", path}, "must begin with '/' and not end");
}

TEST(CommandLine, TakesAPublicUrlWithoutASlashAtTheEnd) {
    for (const char* url : {"https://grid.example.com", "http://10.0.0.7:8080/tools/grid", ""}) {
        const Command command = parse({"serve", "--public-url", url});
        ASSERT_TRUE(std::holds_alternative<ServeOptions>(command)) << url;
        EXPECT_EQ(std::get<ServeOptions>(command).public_url, url);
    }
    for (const char* url : {"grid.example.com", "https://", "https://grid.example.com/",
                            "ftp://grid.example.com", "https://grid.example.com?x"})
        expect_wrong_usage({"serve", "--public-url", url}, "must be a URL without a slash");
}

TEST(CommandLine, TakesWhatFlowsMayReach) {
    const Command command = parse({"run", "flow.json", "--allow-egress", "a:1,10.0.0.0/8",
                                   "--allow-egress", "[::1]:2", "--allow-insecure-tls"});
    const EgressOptions& egress = std::get<RunOptions>(command).egress;
    EXPECT_EQ(egress.allow, (std::vector<std::string>{"a:1", "10.0.0.0/8", "[::1]:2"}));
    EXPECT_TRUE(egress.insecure_tls_allowed);
    const Command plain = parse({"serve"});
    EXPECT_FALSE(std::get<ServeOptions>(plain).egress.insecure_tls_allowed);
}

class ProxyEnvironment : public ::testing::Test {
protected:
    void TearDown() override {
        for (const char* name :
             {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"})
            ::unsetenv(name);
    }
};

TEST_F(ProxyEnvironment, IsReadInEitherCase) {
    TearDown();
    ::setenv("HTTP_PROXY", "http://upper:1", 1);
    ::setenv("https_proxy", "http://lower:2", 1);
    ::setenv("HTTPS_PROXY", "http://upper:2", 1);
    ::setenv("NO_PROXY", "a.example", 1);
    const Command command = parse({"serve"});
    const net::ProxyRules& proxies = std::get<ServeOptions>(command).egress.proxies;
    EXPECT_EQ(proxies.http, "http://upper:1");
    EXPECT_EQ(proxies.https, "http://lower:2");
    EXPECT_EQ(proxies.no_proxy, "a.example");
}

TEST(CommandLine, KnowsTheDoctor) {
    const Command command = parse({"doctor", "--data-dir", "/var/lib/grid", "--json"});
    ASSERT_TRUE(std::holds_alternative<DoctorOptions>(command));
    EXPECT_EQ(std::get<DoctorOptions>(command).data_dir, "/var/lib/grid");
    EXPECT_TRUE(std::get<DoctorOptions>(command).json);
}

TEST(CommandLine, KnowsWhatToDoWithSecrets) {
    const Command set = parse({"secrets", "set", "HOST", "--variable", "--data-dir", "/d"});
    ASSERT_TRUE(std::holds_alternative<SecretsOptions>(set));
    EXPECT_EQ(std::get<SecretsOptions>(set).action, SecretsAction::set);
    EXPECT_EQ(std::get<SecretsOptions>(set).name, "HOST");
    EXPECT_TRUE(std::get<SecretsOptions>(set).is_variable);
    const Command rotate = parse({"secrets", "rotate-key", "--server", "http://127.0.0.1:8080"});
    ASSERT_TRUE(std::holds_alternative<SecretsOptions>(rotate));
    EXPECT_EQ(std::get<SecretsOptions>(rotate).action, SecretsAction::rotate_key);
    EXPECT_EQ(std::get<SecretsOptions>(rotate).place.server, "http://127.0.0.1:8080");
    expect_wrong_usage({"secrets"}, "subcommand is required");
    expect_wrong_usage({"secrets", "set"}, "NAME is required");
    expect_wrong_usage({"secrets", "delete"}, "name the secret");
    expect_wrong_usage({"secrets", "delete", "X", "--unreadable"}, "name the secret");
    expect_wrong_usage({"secrets", "delete", "--unreadable", "--server", "http://x"},
                       "--unreadable needs the data folder");
}

TEST(CommandLine, TakesAServerWithItsTokenInEveryCommandThatAsksOne) {
    const auto expect_token = [](const char* token, std::vector<const char*> more) {
        more.insert(more.begin(), {"--server", "http://grid.example"});
        std::vector<const char*> doctor = {"doctor"};
        doctor.insert(doctor.end(), more.begin(), more.end());
        EXPECT_EQ(std::get<DoctorOptions>(parse(doctor)).token, token);
        for (const char* action : {"list", "rotate-key"}) {
            std::vector<const char*> secrets = {"secrets", action};
            secrets.insert(secrets.end(), more.begin(), more.end());
            EXPECT_EQ(std::get<SecretsOptions>(parse(secrets)).place.token, token) << action;
        }
    };
    expect_token("said", {"--token", "said"});
    ::setenv("SWIFTGRID_API_TOKEN", "of the environment", 1);
    ::setenv("SWIFTGRID_DATA_DIR", "/of/the/environment", 1);
    expect_token("of the environment", {});
    expect_token("said", {"--token", "said"});
    const auto folder_of = [](const Command& command) {
        return std::get<SecretsOptions>(command).place.data_dir;
    };
    EXPECT_EQ(folder_of(parse({"secrets", "list"})), "/of/the/environment");
    EXPECT_EQ(folder_of(parse({"secrets", "list", "--data-dir", "/said"})), "/said");
    ::unsetenv("SWIFTGRID_DATA_DIR");
    ::unsetenv("SWIFTGRID_API_TOKEN");
}

TEST(CommandLine, TakesTheSecretsOfARun) {
    const Command command = parse({"run", "f.json", "--secret", "A=b,c=d", "--secret", "B"});
    ASSERT_TRUE(std::holds_alternative<RunOptions>(command));
    EXPECT_EQ(std::get<RunOptions>(command).secrets, (std::vector<std::string>{"A=b,c=d", "B"}));
}

TEST(CommandLine, TakesACronExpression) {
    const Command command = parse({"cron", "next", "0 9 * * *", "--zone", "Asia/Tokyo"});
    ASSERT_TRUE(std::holds_alternative<CronNextOptions>(command));
    EXPECT_EQ(std::get<CronNextOptions>(command).expression, "0 9 * * *");
    EXPECT_EQ(std::get<CronNextOptions>(command).zone, "Asia/Tokyo");
    EXPECT_EQ(std::get<CronNextOptions>(command).count, 5);
    expect_wrong_usage({"cron"}, "subcommand is required");
    expect_wrong_usage({"cron", "next", "@daily", "--count", "0"}, "--count");
}

TEST(CommandLine, NeedsACommandItKnows) {
    expect_wrong_usage({}, "subcommand is required");
    expect_wrong_usage(
        {"fly"},
        "unknown command 'fly'\nThe commands are serve, run, test, validate, doctor, backup, "
        "restore, secrets, user, token, import, export, cron, completion.");
    expect_wrong_usage({"serv", "--json"}, "unknown command 'serv'; did you mean 'serve'?");
    expect_wrong_usage({"validte", "x.json"}, "did you mean 'validate'?");
}

TEST(CommandLine, TakesAccountsAndTokens) {
    const Command user = parse({"user", "add", "mia@example.com", "--role", "owner", "--data-dir",
                                "d", "--password-stdin"});
    ASSERT_TRUE(std::holds_alternative<UserOptions>(user));
    EXPECT_EQ(std::get<UserOptions>(user).email, "mia@example.com");
    EXPECT_EQ(std::get<UserOptions>(user).role, "owner");
    EXPECT_EQ(std::get<UserOptions>(user).place.data_dir, "d");
    EXPECT_TRUE(std::get<UserOptions>(user).password_from_input);
    const Command token = parse({"token", "create", "ci", "--days", "30"});
    ASSERT_TRUE(std::holds_alternative<TokenOptions>(token));
    EXPECT_EQ(std::get<TokenOptions>(token).action, TokenAction::create);
    EXPECT_EQ(std::get<TokenOptions>(token).role, "viewer");
    EXPECT_EQ(std::get<TokenOptions>(token).days, 30);
    expect_wrong_usage({"user", "add", "mia@example.com", "--role", "king"}, "--role");
    expect_wrong_usage({"user", "set-role", "mia@example.com"}, "--role is required");
    expect_wrong_usage({"token", "create", "ci", "--days", "0"}, "--days");
    expect_wrong_usage({"token", "create"}, "NAME is required");
}

}  // namespace
}  // namespace swiftgrid::app
