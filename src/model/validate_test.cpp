#include "model/validate.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "model/test_types.h"

namespace swiftgrid::model {
namespace {

Surroundings surroundings() {
    Surroundings around;
    static const EnvKinds env = {{"KEY", EnvKind::secret}, {"HOST", EnvKind::variable}};
    around.env = &env;
    around.flow_exists = [](const std::string& id) { return id == "other"; };
    around.flow_id = "self";
    return around;
}

std::vector<Problem> problems_of(std::string_view document) {
    const auto tree = parse_json(document);
    EXPECT_TRUE(tree.has_value()) << document;
    if (!tree) return {};
    return read_and_validate(*tree, test_types(), surroundings()).problems;
}

std::string graph(std::string_view nodes, std::string_view edges = "") {
    return R"({"graph":{"nodes":[)" + std::string(nodes) + R"(],"edges":[)" + std::string(edges) +
           "]}}";
}

// A good node `a` whose data has these further members.
std::string work(std::string_view members, std::string_view edges = "") {
    std::string node = R"({"id":"a","type":"work","data":{"url":"u")";
    if (!members.empty()) node += "," + std::string(members);
    return graph(node + "}}", edges);
}

struct Case {
    std::string document;
    Severity severity;
    std::string pointer;
    std::string node_id;
    std::string code;
    std::string detail;  // a part of it
};

// One document per code: exactly one problem, at exactly this place.
std::vector<Case> document_cases() {
    constexpr auto error = Severity::error;
    return {
        {"[]", error, "", "", "wrong_type", "expected an object, found an array"},
        {R"({"format":"x","formatVersion":1,"graph":{}})", error, "/format", "", "unknown_format",
         "found \"x\""},
        {R"({"format":"swiftgrid.flow","formatVersion":2,"graph":{}})", error, "/formatVersion", "",
         "unsupported_format_version", "found 2"},
        {R"({"format":"swiftgrid.flow","graph":{}})", error, "/formatVersion", "",
         "unsupported_format_version", "found none"},
        {R"({"name":"x"})", error, "/graph", "", "missing_field", "found nothing"},
        {R"({"graph":[]})", error, "/graph", "", "wrong_type", "found an array"},
        {R"({"graph":{}})", error, "/graph/nodes", "", "empty_graph", "no nodes"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":7}})", error, "/graph/budget", "",
         "wrong_type", "found a number"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":{"tokens":0}}})", error,
         "/graph/budget/tokens", "", "invalid_value", "at least 1"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":{"usd":"1"}}})", error,
         "/graph/budget/usd", "", "wrong_type", "found a string"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":{"usd":-1}}})", error,
         "/graph/budget/usd", "", "invalid_value", "at least 0"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":{"tokens":1e13}}})", error,
         "/graph/budget/tokens", "", "invalid_value", "at most 1000000000000"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":{"tokens":1.5}}})", error,
         "/graph/budget/tokens", "", "wrong_type", "a whole number"},
        {R"({"graph":{"nodes":[{"id":"a","type":"step"}],"budget":{"dollars":1}}})",
         Severity::warning, "/graph/budget/dollars", "", "unknown_field", "dollars"},
        {R"({"name":7,"graph":{"nodes":[{"id":"s","type":"step"}]}})", error, "/name", "",
         "wrong_type", "expected a string, found a number"},
        {R"({"name":"","graph":{"nodes":[{"id":"s","type":"step"}]}})", error, "/name", "",
         "missing_field", "empty string"},
        {R"({"timeoutMs":-1,"graph":{"nodes":[{"id":"s","type":"step"}]}})", error, "/timeoutMs",
         "", "invalid_value", "at least 0"},
        {R"({"inputSchema":{"type":"object","properties":{"a":{"type":"int"}}},
             "graph":{"nodes":[{"id":"s","type":"step"}]}})",
         error, "/inputSchema/properties/a/type", "", "invalid_value", "expected one of string"},
        {R"({"notifications":[{"type":"slack","url":"{{$env.KEY}}","events":["run_done"]}],
             "graph":{"nodes":[{"id":"s","type":"step"}]}})",
         error, "/notifications/0/events/0", "", "invalid_value", "run_failed"},
        {R"({"notifications":[{"type":"slack","url":"u","events":["run_failed"]}],
             "graph":{"nodes":[{"id":"s","type":"step"}]}})",
         error, "/notifications/0/url", "", "invalid_url", "http://"},
        {R"({"notifications":[{"type":"webhook","url":"https://{{$trigger.host}}",
             "events":["run_failed"]}],"graph":{"nodes":[{"id":"s","type":"step"}]}})",
         error, "/notifications/0/url", "", "placeholder_not_here", "secrets and variables"},
        {R"({"notifications":[{"type":"webhook","url":"{{$env.A","events":["run_failed"]}],
             "graph":{"nodes":[{"id":"s","type":"step"}]}})",
         error, "/notifications/0/url", "", "placeholder_syntax", ""},
        {R"({"notifications":[{"type":"webhook","url":"{{$env}}","events":["run_failed"]}],
             "graph":{"nodes":[{"id":"s","type":"step"}]}})",
         error, "/notifications/0/url", "", "secret_without_name", "missing"},
        {R"({"notifications":[{"type":"slack","url":"https://hooks.slack.com/services/T0/B0/x",
             "events":["run_failed"]}],"graph":{"nodes":[{"id":"s","type":"step"}]}})",
         Severity::warning, "/notifications/0/url", "", "inline_secret", "may write there"},
        {R"({"notifications":[{"type":"slack","url":"{{$env.KEEY}}","events":["run_failed"]}],
             "graph":{"nodes":[{"id":"s","type":"step"}]}})",
         Severity::warning, "/notifications/0/url", "", "unknown_secret", "cannot be sent"},
    };
}

std::vector<Case> node_cases() {
    constexpr auto error = Severity::error;
    constexpr auto warning = Severity::warning;
    const std::string step = R"({"id":"s","type":"step"})";
    return {
        {graph("7," + step), error, "/graph/nodes/0", "", "wrong_type", "found a number"},
        {graph(R"({"type":"step"})"), error, "/graph/nodes/0/id", "", "missing_field", "'id'"},
        {graph(R"({"id":"","type":"step"})"), error, "/graph/nodes/0/id", "", "missing_field",
         "empty"},
        {graph(R"({"id":3,"type":"step"})"), error, "/graph/nodes/0/id", "", "wrong_type",
         "expected a string"},
        {graph(R"({"id":"a"})"), error, "/graph/nodes/0/type", "a", "missing_field", "'type'"},
        {graph(R"({"id":"a","type":""})"), error, "/graph/nodes/0/type", "a", "missing_field",
         "empty"},
        {graph(R"({"id":"a","type":"wrk"})"), error, "/graph/nodes/0/type", "a",
         "unknown_node_type", "'wrk'"},
        {graph(R"({"id":"a","type":"step","data":[]})"), error, "/graph/nodes/0/data", "a",
         "wrong_type", "expected an object"},
        {graph(R"({"id":"a","type":"step","data":{"type":"work"}})"), error,
         "/graph/nodes/0/data/type", "a", "invalid_value", "expected the node's type 'step'"},
        {graph(R"({"id":"a","type":"step","position":{"x":"1"}})"), warning,
         "/graph/nodes/0/position", "a", "wrong_type", "number"},
        {graph(step + "," + step), error, "/graph/nodes/1/id", "s", "duplicate_id", "'s'"},
        {graph(R"({"id":"a.b","type":"step"})"), error, "/graph/nodes/0/id", "a.b", "invalid_id",
         "letters"},
        {graph(R"({"id":"prev","type":"step"})"), error, "/graph/nodes/0/id", "prev", "reserved_id",
         "'prev'"},
        {graph(R"({"id":"$a","type":"step"})"), error, "/graph/nodes/0/id", "$a", "reserved_id",
         "'$a'"},
        {graph(R"({"id":")" + std::string(200, 'a') + R"(","type":"step"})"), error,
         "/graph/nodes/0/id", std::string(200, 'a'), "too_large", "128"},
        {graph(R"({"id":"a","type":"later"})"), warning, "/graph/nodes/0/data", "a",
         "type_not_available", "'later'"},
        {graph(R"({"id":"a","type":"step","data":{"retry":{"maxRetries":1}}})"), warning,
         "/graph/nodes/0/data/retry", "a", "no_effect", "never repeated"},
        {graph(R"({"id":"a","type":"choice"})"), warning, "/graph/nodes/0/data/outputs", "a",
         "no_outputs", ""},
    };
}

std::vector<Case> data_cases() {
    constexpr auto error = Severity::error;
    constexpr auto warning = Severity::warning;
    const std::string at = "/graph/nodes/0/data/";
    return {
        {graph(R"({"id":"a","type":"work"})"), error, at + "url", "a", "missing_field", "'url'"},
        {graph(R"({"id":"a","type":"work","data":{"url":null}})"), error, at + "url", "a",
         "missing_field", "'url'"},
        {graph(R"({"id":"a","type":"work","data":{"url":""}})"), error, at + "url", "a",
         "missing_field", "empty"},
        {work(R"("metod":"GET")"), warning, at + "metod", "a", "unknown_field", "'metod'"},
        {work(R"("method":"GETT")"), error, at + "method", "a", "invalid_value",
         "expected one of GET, POST, found \"GETT\""},
        {work(R"("method":1)"), error, at + "method", "a", "wrong_type",
         "expected a string, found a number"},
        {work(R"("count":1.5)"), error, at + "count", "a", "wrong_type", "a whole number"},
        {work(R"("count":10)"), error, at + "count", "a", "invalid_value", "at most 9"},
        {work(R"("count":"7")"), error, at + "count", "a", "wrong_type", "found a string"},
        {work(R"("count":"a {{$trigger.n}}")"), error, at + "count", "a", "wrong_type",
         "text around a placeholder"},
        {work(R"("list":[{"id":"x"},{}])"), error, at + "list/1/id", "a", "missing_field", "'id'"},
        {work(R"("list":[{"id":"x","a/b":1}])"), warning, at + "list/0/a~1b", "a", "unknown_field",
         ""},
        {work(R"("list":[{"id":"x"},{"id":"x"},{"id":"x"}])"), error, at + "list", "a", "too_large",
         "at most 2"},
        {work(R"("either":true)"), error, at + "either", "a", "wrong_type",
         "expected a whole number or a string, found true"},
        {work(R"("either":6)"), error, at + "either", "a", "invalid_value", "at most 5"},
        {work(R"("onError":"ignore")"), error, at + "onError", "a", "invalid_value",
         "fail, continue, branch"},
        {work(R"("join":"some")"), error, at + "join", "a", "invalid_value", "all, any"},
        {work(R"("retry":{"maxRetries":-1})"), error, at + "retry/maxRetries", "a", "invalid_value",
         "at least 0"},
        {work(R"("label":3)"), error, at + "label", "a", "wrong_type", "a string or null"},
        {work(R"("onError":"branch")"), error, at + "onError", "a", "error_branch_unconnected",
         "'error'"},
        {work(R"("flow":"gone")"), error, at + "flow", "a", "unknown_flow", "'gone'"},
        {work(R"("flow":"self")"), error, at + "flow", "a", "sub_flow_recursion", "again"},
        {work(R"("secrets":{"x":"KEY","y":"NOPE"})"), error, at + "secrets/y", "a",
         "unknown_secret", "'NOPE'"},
    };
}

std::vector<Case> edge_cases() {
    constexpr auto error = Severity::error;
    constexpr auto warning = Severity::warning;
    const std::string two = R"({"id":"aa","type":"step"},{"id":"bb","type":"step"})";
    const std::string choice =
        R"({"id":"c","type":"choice","data":{"outputs":["yes"]}},{"id":"b","type":"step"})";
    return {
        {graph(two, "[]"), error, "/graph/edges/0", "", "wrong_type", "found an array"},
        {graph(two, R"({"source":"aa"})"), error, "/graph/edges/0/target", "", "missing_field",
         "'target'"},
        {graph(two, R"({"source":"","target":"bb"})"), error, "/graph/edges/0/source", "",
         "missing_field", "'source' is empty"},
        {graph(two, R"({"source":"aa","target":""})"), error, "/graph/edges/0/target", "",
         "missing_field", "'target' is empty"},
        {graph(two, R"({"source":"aa","target":"cc"})"), error, "/graph/edges/0/target", "",
         "dangling_edge", "'cc'"},
        {graph(two, R"({"source":"aa","target":"bb","sourceHandle":"x"})"), error,
         "/graph/edges/0/sourceHandle", "aa", "unknown_handle", "'x'"},
        {graph(two, R"({"source":"aa","target":"bb","sourceHandle":"error"})"), error,
         "/graph/edges/0/sourceHandle", "aa", "unknown_handle", "onError"},
        {graph(choice, R"({"source":"c","target":"b"})"), error, "/graph/edges/0/sourceHandle", "c",
         "missing_source_handle", "which output"},
        {graph(two, R"({"source":"aa","target":"aa"})"), error, "/graph/edges/0", "aa", "self_edge",
         "itself"},
        {graph(two, R"({"id":"1","source":"aa","target":"bb"},
                       {"id":"2","source":"aa","target":"bb"})"),
         warning, "/graph/edges/1", "aa", "duplicate_edge", "too"},
        {graph(two + R"(,{"id":"cc","type":"step"})", R"({"id":"1","source":"aa","target":"bb"},
                       {"id":"1","source":"aa","target":"cc"})"),
         error, "/graph/edges/1/id", "", "duplicate_id", "'1'"},
        {graph(two, R"({"source":"bb","target":"aa"},{"source":"aa","target":"bb"})"), error,
         "/graph/nodes/0", "aa", "cycle", "aa → bb → aa"},
    };
}

std::vector<Case> template_cases() {
    constexpr auto error = Severity::error;
    const std::string url = "/graph/nodes/0/data/url";
    const auto with_url = [](std::string_view value) {
        return graph(R"({"id":"a","type":"work","data":{"url":")" + std::string(value) +
                         R"("}},{"id":"b","type":"step"},{"id":"c","type":"step"})",
                     R"({"source":"b","target":"a"},{"source":"c","target":"a"})");
    };
    return {
        {with_url("{{b"), error, url, "a", "placeholder_syntax", "not closed"},
        {with_url("{{bb.x}}"), error, url, "a", "placeholder_unknown_node", "'bb'"},
        {with_url("{{a.x}}"), error, url, "a", "placeholder_not_upstream", "its own result"},
        {with_url("{{prev.x}}"), error, url, "a", "ambiguous_previous", "b, c"},
        {with_url("{{item}}"), error, url, "a", "placeholder_unknown_node", "'item'"},
        {with_url("{{$env.NOPE}}"), error, url, "a", "unknown_secret", "'NOPE'"},
        {with_url("{{$env}}"), error, url, "a", "secret_without_name", "$env"},
        {with_url("{{$env.KEY + '!'}}"), error, url, "a", "secret_in_script", "$env"},
        {with_url("{{$run.resumeUrl}}"), error, url, "a", "resume_url_without_node",
         "id of a node"},
        {with_url("{{$run.resumeUrl.d.x}}"), error, url, "a", "resume_url_without_node", "no more"},
        {with_url("{{$run.resumeUrl.d}}"), error, url, "a", "resume_url_unknown_node",
         "no node 'd'"},
        {with_url("go to {{$run['resumeUrl'].b}}"), error, url, "a", "resume_url_unknown_node",
         "'b' does not wait"},
        {with_url("{{$run.resumeUrl.b + 1}}"), error, url, "a", "secret_in_script",
         "resume addresses"},
        {with_url("{{$run['resumeUrl'] + 1}}"), error, url, "a", "secret_in_script",
         "resume addresses"},
        {graph(R"({"id":"a","type":"caller","data":{"url":"{{$run.resumeUrl.w}}"}},
                  {"id":"w","type":"wait"})"),
         error, url, "a", "resume_url_not_passed_on", "another flow"},
        {with_url("{{a.x + 1}}"), error, url, "a", "placeholder_not_upstream", "its own result"},
        {graph(R"({"id":"a","type":"work","data":{"url":"{{b.x}}"}},{"id":"b","type":"step"})"),
         error, url, "a", "placeholder_not_upstream", "'b' does not come before 'a'"},
        {graph(R"({"id":"a","type":"work","data":{"url":"{{previous.x}}"}})"), error, url, "a",
         "no_previous", "first node"},
        {graph(R"({"id":"a","type":"choice","data":{"outputs":["x"],"by":"{{zzz}}"}})"), error,
         "/graph/nodes/0/data/by", "a", "placeholder_unknown_node", "'zzz'"},
    };
}

void expect_each(const std::vector<Case>& cases) {
    for (const Case& expected : cases) {
        const auto problems = problems_of(expected.document);
        ASSERT_EQ(problems.size(), 1U)
            << expected.document << (problems.size() > 1 ? problems[1].detail : "");
        EXPECT_EQ(problems[0].severity, expected.severity) << expected.document;
        EXPECT_EQ(problems[0].pointer, expected.pointer) << expected.document;
        EXPECT_EQ(problems[0].node_id, expected.node_id) << expected.document;
        EXPECT_EQ(problems[0].code, expected.code) << expected.document;
        EXPECT_NE(problems[0].detail.find(expected.detail), std::string::npos)
            << problems[0].detail << "\n"
            << expected.detail;
        EXPECT_FALSE(problems[0].mend.empty()) << expected.document;
    }
}

TEST(Validate, FindsEveryFaultOfTheDocument) { expect_each(document_cases()); }
TEST(Validate, FindsEveryFaultOfANode) { expect_each(node_cases()); }
TEST(Validate, FindsEveryFaultOfTheData) { expect_each(data_cases()); }
TEST(Validate, FindsEveryFaultOfAnEdge) { expect_each(edge_cases()); }
TEST(Validate, FindsEveryFaultOfAPlaceholder) { expect_each(template_cases()); }

TEST(Validate, AcceptsWhatIsRight) {
    for (const std::string& document : {
             graph(R"({"id":"s","type":"step"})"),
             std::string(
                 R"({"notifications":[)"
                 R"({"type":"slack","url":"{{$env.KEY}}","events":["run_failed"]},)"
                 R"({"type":"discord","url":"https://{{$env.HOST}}/{{$env.KEY}}",)"
                 R"("events":["run_completed","run_cancelled"],"enabled":false},)"
                 R"({"type":"webhook","url":"https://ops.example/in",)"
                 R"("events":["run_failed"]}],"graph":{"nodes":[{"id":"s","type":"step"}]}})"),
             work(R"("count":"{{$trigger.n}}","timeoutMs":null,"method":null)"),
             work(R"("pinned":{"any":[1]},"label":null,"description":"x")"),
             work(R"("retry":{"maxRetries":2,"retryOn":[429,"5xx","timeout"]})"),
             work(R"("flow":"other","secrets":{"x":"KEY"})"),
             graph(R"({"id":"b","type":"step"},{"id":"a","type":"work",
                      "data":{"url":"{{b.x}} {{prev}} {{$trigger}} {{$env.KEY}} {{$run.id}}"}},
                     {"id":"c","type":"work",
                      "data":{"url":"{{b.items.map(x => x.id)}} {{$env.MAYBE ?? 'none'}}"}})",
                   R"({"source":"b","target":"a"},{"source":"a","target":"c"})"),
             graph(R"({"id":"a","type":"work",
                      "data":{"url":"{{$run.resumeUrl.w}} {{$run.resumeUrl['7']}}",
                              "count":"{{$run.resumeUrl.7}}"}},
                      {"id":"w","type":"wait"},{"id":"7","type":"wait"},
                      {"id":"b","type":"work","data":{"url":"{{$run.id + '!'}}"}})"),
             graph(R"({"id":"a","type":"work","data":{"url":"u","onError":"branch"}},
                      {"id":"b","type":"step"})",
                   R"({"source":"a","sourceHandle":"error","target":"b"},
                      {"source":"a","sourceHandle":"success","target":"b"})"),
             graph(R"({"id":"c","type":"choice","data":{"outputs":["success"]}},
                      {"id":"a","type":"work","data":{"url":"u","flow":"self"}})",
                   R"({"source":"c","sourceHandle":"success","target":"a"})"),
         }) {
        const auto problems = problems_of(document);
        EXPECT_TRUE(problems.empty()) << document << "\n"
                                      << problems.front().pointer << " " << problems.front().code
                                      << " " << problems.front().detail;
    }
}

TEST(Validate, ReportsAllProblemsNotTheFirst) {
    const auto problems = problems_of(
        graph(R"({"id":"a","type":"work"},{"id":"a","type":"nope"})", R"({"source":"x"})"));
    std::vector<std::string> codes;
    for (const Problem& problem : problems) codes.push_back(problem.code);
    for (const char* code : {"missing_field", "duplicate_id", "unknown_node_type", "dangling_edge"})
        EXPECT_NE(std::ranges::find(codes, code), codes.end()) << code;
    EXPECT_TRUE(has_errors(problems));
}

TEST(Validate, ExplainsASubtractionWithoutBlanks) {
    const auto problems = problems_of(
        graph(R"({"id":"b","type":"step"},{"id":"a","type":"work","data":{"url":"{{b-1}}"}})",
              R"({"source":"b","target":"a"})"));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].mend, "To subtract, put blanks around the minus sign.");
}

TEST(Validate, BoundsTheNumberOfProblems) {
    std::string nodes = R"({"id":"a","type":"step"})";
    for (int i = 0; i < 1'500; ++i) nodes += R"(,{"id":"a","type":"stepp"})";
    EXPECT_EQ(problems_of(graph(nodes)).size(), limits::problems);
}

TEST(Validate, RefusesMoreNodesThanTheLimit) {
    std::string nodes = "1";
    for (std::size_t i = 0; i < limits::graph_nodes; ++i) nodes += ",1";
    const auto problems = problems_of(graph(nodes));
    ASSERT_FALSE(problems.empty());
    EXPECT_EQ(problems[0].code, "too_large");
    EXPECT_EQ(problems[0].pointer, "/graph/nodes");
}

TEST(HasErrors, IgnoresWarnings) {
    EXPECT_FALSE(has_errors({}));
    EXPECT_FALSE(has_errors({{Severity::warning, "", "", "x", "", ""}}));
}

TEST(Validate, ListsTheScriptsOfTemplatesWithTheirPlaces) {
    const auto tree = parse_json(work(R"("count":"{{$trigger.a + 1}}","method":"GET")"));
    const auto scripts = read_and_validate(*tree, test_types(), surroundings()).scripts;
    ASSERT_EQ(scripts.size(), 1u);
    EXPECT_EQ(scripts[0].form, ScriptForm::expression);
    EXPECT_EQ(scripts[0].pointer, "/graph/nodes/0/data/count");
    EXPECT_EQ(scripts[0].node_id, "a");
    EXPECT_EQ(scripts[0].source, "$trigger.a + 1");
}

}  // namespace
}  // namespace swiftgrid::model
