// Secrets and variables: they reach the services that flows call, and nothing else; they survive
// kills, changes of the key and of their values.

#include <filesystem>
#include <fstream>

#include "api_fixture.h"
#include "command_line.h"
#include "http_sink.h"

namespace swiftgrid::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// With everything that is escaped somewhere.
const std::string secret = "sk-\"l1ve\"/4f+9%é&<x>\\q=Z";

std::string json_of(const std::string& text) { return to_json(json::value(text)); }

std::string node(const std::string& id, const std::string& type, const std::string& data) {
    return R"({"id":")" + id + R"(","type":")" + type + R"(","position":{"x":0,"y":0},"data":)" +
           data + "}";
}

std::string edge(const std::string& from, const std::string& to) {
    return R"({"id":")" + from + to + R"(","source":")" + from + R"(","target":")" + to + R"("})";
}

std::string flow(const std::string& name, const std::string& nodes, const std::string& edges = "") {
    return R"({"name":")" + name + R"(","graph":{"nodes":[)" + nodes + R"(],"edges":[)" + edges +
           "]}}";
}

// `ask` sends API_KEY to the service.
std::string asking_flow(const std::string& address, const std::string& name = "Ask") {
    return flow(
        name,
        node("ask", "http-request",
             R"({"method":"POST","url":"http://)" + address +
                 R"(/","body":{"key":"{{$env.API_KEY}}","host":"{{$env.HOST ?? 'none'}}"}})"));
}

class Secrets : public testing::Test {
protected:
    HttpSink service;
    ServerProcess server{{.flags = {"--allow-egress", service.address()}}};
    OpenApi contract{Client(server).get("/api/openapi.json").json()};
    Client client{server, &contract};

    int put(const std::string& name, const std::string& value, const std::string& kind = "secret") {
        return client
            .put("/api/secrets/" + name,
                 R"({"value":)" + json_of(value) + R"(,"kind":")" + kind + R"("})")
            .status;
    }
    // What the service was sent as `key`.
    std::string next_key() {
        const auto body = service.next_body();
        if (!body) {
            ADD_FAILURE() << "nobody was asked: " << server.messages();
            return "";
        }
        return std::string(parse_json(*body).value().at("key").as_string());
    }
    std::string error_of(const std::string& run) {
        EXPECT_EQ(client.status_at_end(run), "failed");
        return client.get("/api/runs/" + run).text("/run/error/message");
    }
};

TEST_F(Secrets, GoInAndNeverComeOut) {
    const Answer made =
        client.post("/api/secrets", R"({"name":"API_KEY","value":)" + json_of(secret) + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text("/kind"), "secret");
    EXPECT_THAT(made.body, Not(HasSubstr("sk-")));
    EXPECT_EQ(client.post("/api/secrets", R"({"name":"API_KEY","value":"another"})").status, 409);
    EXPECT_EQ(put("HOST", "example.com", "variable"), 201);
    EXPECT_EQ(put("HOST", "example.org", "variable"), 200);

    const Answer list = client.get("/api/secrets");
    EXPECT_EQ(list.text("/items/0/name"), "API_KEY");
    EXPECT_FALSE(list.json().at("items").at(0).as_object().contains("value"));
    EXPECT_EQ(list.text("/items/1/value"), "example.org");
    EXPECT_THAT(list.body, Not(HasSubstr("sk-")));

    const Answer first = client.get("/api/secrets?limit=1");
    EXPECT_EQ(first.text("/nextCursor"), "API_KEY");
    EXPECT_EQ(client.get("/api/secrets?limit=1&cursor=API_KEY").text("/items/0/name"), "HOST");
    EXPECT_EQ(client.del("/api/secrets/HOST").status, 204);
    EXPECT_EQ(client.del("/api/secrets/HOST").status, 404);
}

TEST_F(Secrets, AreRefusedWithWhatIsWrong) {
    const auto code_of = [&](const std::string& body) {
        const Answer answer = client.post("/api/secrets", body);
        EXPECT_EQ(answer.status, 422) << answer.body;
        return answer.text("/errors/0/code") + " " + answer.text("/errors/0/pointer");
    };
    EXPECT_EQ(code_of(R"({"name":"2X","value":"123456"})"), "secret_name /name");
    EXPECT_EQ(code_of(R"({"name":"X-Y","value":"123456"})"), "secret_name /name");
    EXPECT_EQ(code_of(R"({"name":"X","value":"éééé5"})"), "secret_too_short /value");
    EXPECT_EQ(code_of(R"({"name":"X","value":"123456","kind":"other"})"), "secret_kind /kind");
    EXPECT_EQ(code_of(R"({"name":"X","value":")" + std::string(16 * 1024 + 1, 'x') + R"("})"),
              "secret_too_long /value");
    EXPECT_EQ(client.post("/api/secrets", R"({"name":"X"})").status, 422);
    EXPECT_EQ(client.post("/api/secrets", R"({"name":"X","value":7})").status, 422);
    EXPECT_EQ(put("V", "", "variable"), 201);
}

TEST_F(Secrets, KnowWhoUsesThemAndWhoMissesThem) {
    const std::string id = client.create_flow(asking_flow(service.address()));
    EXPECT_EQ(client.get("/api/flows/" + id).text("/missingSecrets"), R"(["API_KEY"])");
    const Answer missing = client.get("/api/secrets");
    EXPECT_EQ(missing.text("/missing/0/name"), "API_KEY");
    EXPECT_EQ(missing.text("/missing/0/usedBy/0/flowName"), "Ask");
    EXPECT_EQ(missing.json().at("missing").as_array().size(), 1U) << "HOST has a default";

    EXPECT_EQ(put("API_KEYS", "another one"), 201);
    const Answer refused = client.post("/api/flows/" + id + "/publish", "{}");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("/errors/0/code"), "unknown_secret");
    EXPECT_THAT(refused.text("/errors/0/mend"), HasSubstr("'API_KEYS'"));

    EXPECT_EQ(put("API_KEY", secret), 201);
    EXPECT_EQ(client.post("/api/flows/" + id + "/publish", "{}").status, 201);
    EXPECT_EQ(client.get("/api/flows/" + id).text("/missingSecrets"), "[]");
    const Answer used = client.get("/api/secrets");
    EXPECT_THAT(used.json().at("missing").as_array(), IsEmpty());
    EXPECT_EQ(used.text("/items/0/usedBy/0/flowId"), id);
    EXPECT_EQ(used.text("/items/0/usedBy/0/nodeIds"), R"(["ask"])");
    EXPECT_EQ(used.text("/items/0/usedBy/0/draft"), "true");
    EXPECT_EQ(used.text("/items/0/usedBy/0/activeVersion"), "true");
    const Answer wanted = client.get("/api/flows/" + id + "/secrets");
    EXPECT_EQ(wanted.text("/names/0/name"), "API_KEY");
    EXPECT_EQ(wanted.text("/names/0/required"), "true");
    EXPECT_EQ(wanted.text("/names/1/required"), "false");

    const Answer kept = client.del("/api/secrets/API_KEY");
    EXPECT_EQ(kept.status, 409);
    EXPECT_THAT(kept.text("/detail"), HasSubstr("'Ask'"));
    EXPECT_EQ(kept.text("/errors/0/nodeId"), "ask");
    EXPECT_EQ(client.del("/api/secrets/API_KEY?force=true").status, 204);
    const std::string run = client.start_run(id);
    EXPECT_THAT(error_of(run), HasSubstr("{{$env.API_KEY}} is missing"));
    EXPECT_THAT(error_of(run), HasSubstr("Did you mean 'API_KEYS'?"));
}

TEST_F(Secrets, AreOnlyWhereTheyBelongWhateverIsMadeOfThem) {
    ASSERT_EQ(put("API_KEY", secret), 201);
    ASSERT_EQ(put("HOST", "example.com", "variable"), 201);
    const std::string script =
        R"({"inputs":{"key":"{{$env.API_KEY}}","host":"{{$env.HOST}}"},"code":
        "const key = INPUT.key; console.log('the key', key, { key }); console.log(JSON.stringify(key));
         return { key, list: [encodeURIComponent(key), JSON.stringify(JSON.stringify({ key }))],
                  [key]: true, host: INPUT.host, sent: nodes.ask.status };"})";
    std::string one_line;
    for (const char c : script) one_line += c == '\n' ? ' ' : c;
    const std::string throwing =
        R"({"inputs":{"key":"{{$env.API_KEY}}"},"code":"throw new Error('bad key ' + INPUT.key);"})";
    const std::string echo =
        R"({"method":"POST","url":"/api/echo","headers":{"x-key":"abc"},"body":{"k":"{{$env.API_KEY}}"}})";
    const std::string id = client.create_flow(
        flow("Everywhere",
             node("ask", "http-request",
                  R"({"method":"POST","url":"http://)" + service.address() +
                      R"(/","body":{"key":"{{$env.API_KEY}}"}})") +
                 "," + node("echo", "http-request", echo) + "," +
                 node("make", "code-execution", one_line) + "," +
                 node("fail", "code-execution", throwing),
             edge("ask", "echo") + "," + edge("echo", "make") + "," + edge("make", "fail")));
    // What comes in is stored, too.
    const std::string run = client.start_run(id, json_of("given: " + secret));
    EXPECT_THAT(error_of(run), HasSubstr("bad key [redacted]"));
    EXPECT_EQ(next_key(), secret);

    const Answer detail = client.get("/api/runs/" + run);
    EXPECT_EQ(detail.text("/nodeResults/ask/input/body/key"), "[redacted]");
    EXPECT_EQ(detail.text("/nodeResults/echo/result/body/body/k"), "[redacted]");
    EXPECT_EQ(detail.text("/nodeResults/make/result/key"), "[redacted]");
    EXPECT_EQ(detail.text("/nodeResults/make/result/list/0"), "[redacted]");
    EXPECT_EQ(detail.text("/nodeResults/make/result/host"), "example.com");
    EXPECT_EQ(detail.text("/run/inputData"), "given: [redacted]");

    std::string seen = detail.body;
    for (const Frame& frame : client.stream("/api/runs/" + run + "/stream")) seen += frame.data;
    seen += server.messages() + server.output();
    const std::vector<std::string> forms = {
        secret, json_of(secret).substr(1, 12), "sk-", "l1ve", "4f+9", "4f%2B9"};
    for (const std::string& form : forms) {
        EXPECT_EQ(seen.find(form), std::string::npos) << form;
        EXPECT_THAT(files_with(server.data_dir(), form), IsEmpty()) << form;
    }
    EXPECT_FALSE(files_with(server.data_dir(), "[redacted]").empty()) << "the search finds nothing";
    EXPECT_EQ(server.terminate(), 0);
    for (const std::string& form : forms)
        EXPECT_THAT(files_with(server.data_dir(), form), IsEmpty()) << form;
}

TEST_F(Secrets, AreThereAfterAKillAndChangesHoldForWhatStartsAfterwards) {
    ASSERT_EQ(put("API_KEY", "the first value"), 201);
    const std::string id = client.create_flow(asking_flow(service.address()));
    EXPECT_EQ(client.status_at_end(client.start_run(id)), "completed");
    EXPECT_EQ(next_key(), "the first value");
    server.kill_hard();
    server.start();
    EXPECT_EQ(client.status_at_end(client.start_run(id)), "completed");
    EXPECT_EQ(next_key(), "the first value");
    ASSERT_EQ(put("API_KEY", "the second value"), 200);
    server.kill_hard();  // right after the acknowledgement
    server.start();
    client.start_run(id);
    EXPECT_EQ(next_key(), "the second value");
    EXPECT_THAT(files_with(server.data_dir(), "second value"), IsEmpty());
}

TEST_F(Secrets, AreSealedAnewWhileTheServerRuns) {
    ASSERT_EQ(put("API_KEY", secret), 201);
    const std::string key_file = server.data_dir() + "/server.key";
    const std::string old_key = read_text(key_file);
    const Answer rotated = client.post("/api/secrets/rotate-key");
    EXPECT_EQ(rotated.status, 200) << rotated.body;
    EXPECT_EQ(rotated.text("/reencrypted"), "2") << "with the key of resume addresses";
    const std::string new_key = read_text(key_file);
    EXPECT_NE(new_key, old_key);
    EXPECT_EQ(new_key.size(), old_key.size());
    const std::string id = client.create_flow(asking_flow(service.address()));
    EXPECT_EQ(client.status_at_end(client.start_run(id)), "completed");
    EXPECT_EQ(next_key(), secret);
    server.kill_hard();
    server.start();
    EXPECT_EQ(client.status_at_end(client.start_run(id)), "completed");
    EXPECT_EQ(next_key(), secret);

    // The old key opens nothing any more, and says so without harm.
    EXPECT_EQ(server.terminate(), 0);
    std::ofstream(key_file) << old_key;
    const auto refused = run_command({"secrets", "list", "--data-dir", server.data_dir()});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("cannot read 2 of the secrets (API_KEY, "));
    EXPECT_THAT(refused.err, HasSubstr("Nothing was changed"));
    std::ofstream(key_file) << old_key << new_key;  // a rotation that was cut short
    server.start();
    EXPECT_EQ(read_text(key_file), old_key) << "it is finished at the start";
    EXPECT_EQ(client.status_at_end(client.start_run(id)), "completed");
    EXPECT_EQ(next_key(), secret);
}

TEST_F(Secrets, OfASubFlowAreThoseThatAreMapped) {
    ASSERT_EQ(put("VAULT_KEY", secret), 201);
    ASSERT_EQ(put("API_KEY", "must not be seen"), 201);
    const std::string child = client.create_flow(asking_flow(service.address(), "Child"));
    ASSERT_EQ(client.post("/api/flows/" + child + "/publish", "{}").status, 201);
    const auto call = [&](const std::string& flow_id, const std::string& mapping) {
        return node("call", "sub-flow",
                    R"({"workflowId":")" + flow_id + R"(","secretMapping":)" + mapping + "}");
    };
    const std::string middle =
        client.create_flow(flow("Middle", call(child, R"({"API_KEY":"HANDED"})")));
    const std::string top =
        client.create_flow(flow("Top", call(middle, R"({"HANDED":"VAULT_KEY"})")));
    // HANDED is no name of the vault; Top hands it on.
    EXPECT_EQ(client.get("/api/flows/" + middle).text("/missingSecrets"), "[]");
    ASSERT_EQ(client.post("/api/flows/" + middle + "/publish", "{}").status, 201);
    const std::string run = client.start_run(top);
    EXPECT_EQ(next_key(), secret) << "two levels deep, under its own name";
    EXPECT_EQ(client.status_at_end(run), "completed");

    const std::string stingy =
        client.create_flow(flow("Stingy", call(child, R"({"OTHER":"VAULT_KEY"})")));
    EXPECT_THAT(error_of(client.start_run(stingy)), HasSubstr("$env has no field 'API_KEY'"));
    const std::string leaking = client.create_flow(flow(
        "Leaking",
        node("call", "sub-flow",
             R"({"workflowId":")" + child + R"(","inputMapping":{"x":"{{$env.VAULT_KEY}}"}})")));
    const Answer refused = client.post("/api/flows/" + leaking + "/publish", "{}");
    EXPECT_EQ(refused.text("/errors/0/code"), "secret_not_passed_on") << refused.body;
}

TEST_F(Secrets, AreManagedFromTheCommandLineToo) {
    const auto secrets = [&](std::vector<std::string> arguments, const std::string& input = "") {
        arguments.insert(arguments.begin(), "secrets");
        return run_command(std::move(arguments), input);
    };
    const std::string url = server.url();
    const auto locked = secrets({"list", "--data-dir", server.data_dir()});
    EXPECT_EQ(locked.exit_code, 1);
    EXPECT_THAT(locked.err, HasSubstr("in use"));
    const auto nobody = secrets({"list", "--server", url});
    EXPECT_EQ(nobody.exit_code, 1);
    EXPECT_THAT(nobody.err, HasSubstr("SWIFTGRID_API_TOKEN"));

    EXPECT_EQ(server.terminate(), 0);
    const std::vector<std::string> here = {"--data-dir", server.data_dir()};
    const auto with = [&](std::vector<std::string> first) {
        first.insert(first.end(), here.begin(), here.end());
        return first;
    };
    EXPECT_EQ(secrets(with({"set", "API_KEY"}), secret + "\n").exit_code, 0);
    EXPECT_EQ(secrets(with({"set", "HOST", "--variable"}), "example.com").exit_code, 0);
    const auto short_one = secrets(with({"set", "X"}), "12345\n");
    EXPECT_EQ(short_one.exit_code, 1);
    EXPECT_THAT(short_one.err, HasSubstr("at least 6 characters"));
    const auto list = secrets(with({"list"}));
    EXPECT_THAT(list.out, HasSubstr("API_KEY"));
    EXPECT_THAT(list.out, HasSubstr("= example.com"));
    EXPECT_THAT(list.out, Not(HasSubstr("sk-")));
    EXPECT_EQ(secrets(with({"rotate-key"})).exit_code, 0);
    EXPECT_EQ(secrets(with({"delete", "HOST"})).exit_code, 0);
    server.start();
    client.start_run(client.create_flow(asking_flow(service.address())));
    EXPECT_EQ(next_key(), secret);

    // A lost key: what it sealed can be given up.
    EXPECT_EQ(server.terminate(), 0);
    std::filesystem::remove(server.data_dir() + "/server.key");
    EXPECT_EQ(secrets(with({"list"})).exit_code, 1);
    const auto given_up = secrets(with({"delete", "--unreadable"}));
    EXPECT_EQ(given_up.exit_code, 0) << given_up.err;
    EXPECT_THAT(given_up.out, HasSubstr("API_KEY is deleted"));
    server.start();
    EXPECT_THAT(client.get("/api/secrets").json().at("items").as_array(), IsEmpty());
}

TEST_F(Secrets, AreManagedFromTheCommandLineWhileTheServerRuns) {
    const auto secrets = [&](std::vector<std::string> arguments, const std::string& input = "") {
        arguments.insert(arguments.begin(), "secrets");
        arguments.insert(arguments.end(), {"--server", server.url(), "--token", server.token()});
        return run_command(std::move(arguments), input);
    };
    const auto set = secrets({"set", "API_KEY"}, secret + "\n");
    EXPECT_EQ(set.exit_code, 0) << set.err;
    EXPECT_EQ(set.out, "API_KEY is set\n");
    EXPECT_EQ(secrets({"set", "HOST", "--variable"}, "example.com").exit_code, 0);
    const auto short_one = secrets({"set", "X"}, "12345\n");
    EXPECT_EQ(short_one.exit_code, 1);
    EXPECT_THAT(short_one.err, HasSubstr("at least 6 characters"));
    const std::string id = client.create_flow(asking_flow(service.address()));
    client.start_run(id);
    EXPECT_EQ(next_key(), secret);

    const auto list = secrets({"list"});
    EXPECT_EQ(list.exit_code, 0) << list.err;
    EXPECT_THAT(list.out, HasSubstr("used by 1\n"));
    EXPECT_THAT(list.out, HasSubstr("= example.com"));
    EXPECT_THAT(list.out, Not(HasSubstr("sk-")));
    const auto rotated = secrets({"rotate-key"});
    EXPECT_EQ(rotated.exit_code, 0) << rotated.err;
    EXPECT_THAT(rotated.out, HasSubstr("3 values are sealed with the new key"));
    const auto used = secrets({"delete", "API_KEY"});
    EXPECT_EQ(used.exit_code, 1) << used.out;
    const auto as_json = secrets({"delete", "API_KEY", "--json"});
    EXPECT_EQ(as_json.exit_code, 1);
    EXPECT_EQ(parse_json(as_json.out).value().at("code"), "conflict") << as_json.out;
    EXPECT_EQ(secrets({"delete", "API_KEY", "--force"}).exit_code, 0);
    const auto gone = secrets({"delete", "API_KEY"});
    EXPECT_EQ(gone.exit_code, 1);
    EXPECT_THAT(gone.err, HasSubstr("there is no secret 'API_KEY'"));
    EXPECT_THAT(secrets({"list"}).out, HasSubstr("Not found: API_KEY, wanted by Ask"));
}

// Every request is answered with 200 and JSON that is not ours.
TEST(ForeignServer, IsToldFromOurs) {
    const HttpSink foreign;
    const std::vector<std::vector<std::string>> commands = {{"secrets", "list"},
                                                            {"secrets", "list", "--json"},
                                                            {"secrets", "set", "API_KEY"},
                                                            {"secrets", "rotate-key"},
                                                            {"doctor"}};
    for (std::vector<std::string> command : commands) {
        command.insert(command.end(), {"--server", "http://" + foreign.address()});
        const auto done = run_command(command, secret);
        EXPECT_EQ(done.exit_code, 1) << command[1] << done.out;
        EXPECT_THAT(done.err, HasSubstr("is no SwiftGrid server: its answer"));
    }
}

TEST(SecretsOfARun, ComeFromTheCommandLine) {
    HttpSink service;
    const TempFolder folder;
    const std::string file = folder.file("flow.json");
    std::ofstream(file) << asking_flow(service.address());
    const auto run = [&](std::vector<std::string> secrets) {
        secrets.insert(secrets.begin(),
                       {"run", file, "--allow-egress", service.address(), "--json"});
        return run_command(std::move(secrets));
    };
    const auto done = run({"--secret", "API_KEY=from the command line"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(service.next_body().value_or(""), HasSubstr("from the command line"));
    EXPECT_THAT(done.out + done.err, Not(HasSubstr("from the command line")));
    const auto missing = run({});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(missing.err, HasSubstr("there is no secret 'API_KEY'"));
    EXPECT_EQ(run({"--secret", "API_KEY=short"}).exit_code, 2);
    EXPECT_EQ(run({"--secret", "NOT_IN_THE_ENVIRONMENT"}).exit_code, 2);
}

}  // namespace
}  // namespace swiftgrid::e2e
