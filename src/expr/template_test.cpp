#include "expr/template.h"

#include <chrono>
#include <map>

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::expr {
namespace {

class MapScope final : public Scope {
public:
    explicit MapScope(std::map<std::string, std::string, std::less<>> roots)
        : roots_(std::move(roots)) {}

    std::optional<JsonText> root(std::string_view name) const override {
        const auto found = roots_.find(name);
        if (found == roots_.end()) return std::nullopt;
        return JsonText::parse(found->second).value();
    }
    std::string why_missing(std::string_view name) const override {
        return "node '" + std::string(name) + "' was skipped";
    }

private:
    std::map<std::string, std::string, std::less<>> roots_;
};

MapScope scope() {
    return MapScope({
        {"a", R"({"n":1,"s":"x\"y","no":null,"o":{"k":[1,{"z":true}]},"list":[10,20,30],"e":{},
                  "content-type":"t","any key":5,"naïve":6,"t":"{{b}}","0":"zero"})"},
        {"text", R"("plain")"},
        {"code", R"({"text":"hi","status":200})"},
        {"$env", R"({"KEY":"secret"})"},
        {"node-1", R"({"x":1})"},
    });
}

Template compile(const json::value& tree) {
    std::vector<Template::Problem> problems;
    Template compiled = Template::compile(tree, problems);
    for (const auto& problem : problems)
        ADD_FAILURE() << problem.pointer << ": " << problem.message;
    return compiled;
}

std::string evaluate(const json::value& tree, std::vector<JsonText> script_values = {}) {
    const auto value = compile(tree).evaluate(scope(), script_values);
    return value ? std::string(value->view()) : "error: " + value.error().message;
}

std::vector<Template::Problem> problems_of(const json::value& tree) {
    std::vector<Template::Problem> problems;
    Template::compile(tree, problems);
    return problems;
}

TEST(Template, GivesTheValueOfEveryForm) {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"{{a.n}}", "1"},
        {"{{ a.n }}", "1"},
        {"{{\n a.n\t}}", "1"},
        {"{{a.o}}", R"({"k":[1,{"z":true}]})"},
        {"{{a.o.k.1.z}}", "true"},
        {"{{a.o.k[1].z}}", "true"},
        {"{{a[\"o\"]['k'][ 1 ].z}}", "true"},
        {"{{a[\"any key\"]}}", "5"},
        {"{{a['any key']}}", "5"},
        {"{{a.naïve}}", "6"},
        {"{{a.content-type}}", R"("t")"},
        {"{{a.0}}", R"("zero")"},
        {"{{node-1.x}}", "1"},
        {"{{$env.KEY}}", R"("secret")"},
        {"{{a.list.length}}", "3"},
        {"{{text.length}}", "5"},
        {"{{text}}", R"("plain")"},
        {"{{a.s}}", R"("x\"y")"},
        {"{{a.no}}", "null"},
        // Inside text.
        {"<{{a.n}}>", R"("<1>")"},
        {" {{a.n}}", R"(" 1")"},
        {"{{a.s}}!", R"("x\"y!")"},
        {"{{a.o}}!", R"("{\"k\":[1,{\"z\":true}]}!")"},
        {"{{a.no}}!", R"("null!")"},
        {"{{a.n}}{{a.n}}", R"("11")"},
        {"{{a.n}} and {{text}}", R"("1 and plain")"},
        {"\"{{a.n}}\\", R"("\"1\\")"},
        // Defaults.
        {"{{a.x ?? 7}}", "7"},
        {"{{a.x??7}}", "7"},
        {"{{a.no ?? 'it\\'s \"q\"'}}", R"("it's \"q\"")"},
        {"{{a.n ?? 7}}", "1"},
        {"{{a.n.deep.er ?? null}}", "null"},
        {"{{gone.x ?? [1, {\"b\": {}}]}}", R"([1,{"b":{}}])"},
        {"{{gone ?? {}}}", "{}"},
        {"{{gone ?? '}}'}}", R"("}}")"},
        {"{{gone ?? \"{{\"}} x", R"("{{ x")"},
        {"{{gone ?? false}}", "false"},
        // No holes.
        {"plain", R"("plain")"},
        {"", R"("")"},
        {"} }} {", R"("} }} {")"},
        {"{ {a} }", R"("{ {a} }")"},
    };
    for (const auto& [source, expected] : cases)
        EXPECT_EQ(evaluate(json::value(source)), expected) << source;
}

TEST(Template, InterpolatesStructuresMemberByMember) {
    const json::value tree = {
        {"q", "{{a.s}}"}, {"{{a.n}}", json::array{"{{a.list}}", 1, nullptr, true, "n={{a.n}}"}}};
    EXPECT_EQ(evaluate(tree), R"({"q":"x\"y","{{a.n}}":[[10,20,30],1,null,true,"n=1"]})");
}

TEST(Template, NeverScansInsertedDataAgain) {
    EXPECT_EQ(evaluate("{{a.t}}"), R"("{{b}}")");
    EXPECT_EQ(evaluate("<{{a.t}}>"), R"("<{{b}}>")");
}

TEST(Template, SaysWhatIsMissingAndWhatWasMeant) {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"{{code.txt}}", "{{code.txt}} is missing: code has no field 'txt'. Did you mean 'text'?"},
        {"{{code.Status}}",
         "{{code.Status}} is missing: code has no field 'Status'. Did you mean 'status'?"},
        {"{{code.zzz}}",
         "{{code.zzz}} is missing: code has no field 'zzz'. Its fields are: text, status"},
        {"{{a.e.x}}", "{{a.e.x}} is missing: a.e has no field 'x': it is an empty object"},
        {"{{a.o.k[7]}}", "{{a.o.k[7]}} is missing: a.o.k has 2 elements: there is none at [7]"},
        {"{{a.o.k.z}}", "{{a.o.k.z}} is missing: a.o.k is an array and has no field 'z'"},
        {"{{a.n.x}}", "{{a.n.x}} is missing: a.n is a number and has no field 'x'"},
        {"{{a.no.x}}", "{{a.no.x}} is missing: a.no is null and has no field 'x'"},
        {"{{a[\"any key\"].x}}",
         "{{a[\"any key\"].x}} is missing: a[\"any key\"] is a number and has no field 'x'"},
        {"{{b.x}}", "{{b.x}} is missing: node 'b' was skipped"},
        {"text {{b.x}}", "{{b.x}} is missing: node 'b' was skipped"},
    };
    for (const auto& [source, expected] : cases)
        EXPECT_EQ(evaluate(json::value(source)), std::string("error: ") + expected);
}

TEST(Template, CollectsScriptsInOrderAndTakesTheirValues) {
    const json::value tree = {"{{a.n + 1}}", "{{a.n}}", "<{{ b.map(x => x.id) }}>"};
    const Template compiled = compile(tree);
    ASSERT_EQ(compiled.scripts().size(), 2U);
    EXPECT_EQ(compiled.scripts()[0], (Script{"a.n + 1", {"a"}}));
    EXPECT_EQ(compiled.scripts()[1].roots, std::vector<std::string>{"b"});
    EXPECT_TRUE(compiled.has_scripts());
    EXPECT_EQ(evaluate(tree, {JsonText::parse("2").value(), JsonText::string("q")}),
              R"([2,1,"<q>"])");
}

TEST(Template, TreatsWhatIsNoPlainPathAsAScript) {
    for (const char* source :
         {"{{a.b ?? c.d}}", "{{a?.b}}", "{{ {a:1}.a }}", "{{a.b()}}", "{{1+1}}", "{{'}}'}}",
          "{{`}} ${a} }}`}}", "{{a[b]}}", "{{a . b}}", "{{/}}/.test(a)}}", "{{true}}",
          "{{a ?? 'x' + 'y'}}", "{{!a}}", "{{a /* }} */ + 1}}", "{{a.}}", "{{a[]}}", "{{-a}}"}) {
        const Template compiled = compile(json::value(source));
        ASSERT_EQ(compiled.holes().size(), 1U) << source;
        EXPECT_TRUE(std::holds_alternative<Script>(compiled.holes()[0].expression)) << source;
        EXPECT_FALSE(compiled.holes()[0].in_text) << source;
    }
}

TEST(Template, KnowsWhereEveryHoleStands) {
    const Template compiled = compile({{"a/b~c", json::array{"x{{a.n}}{{a.s}}"}}});
    ASSERT_EQ(compiled.holes().size(), 2U);
    EXPECT_EQ(compiled.holes()[0].pointer, "/a~1b~0c/0");
    EXPECT_EQ(compiled.holes()[0].offset, 1U);
    EXPECT_EQ(compiled.holes()[1].offset, 8U);
    EXPECT_TRUE(compiled.holes()[1].in_text);
    EXPECT_FALSE(compiled.is_constant());
    EXPECT_TRUE(compile("plain").is_constant());
}

TEST(Template, ReportsEveryProblemWithThePointerOfItsString) {
    const std::vector<std::pair<std::string, const char*>> cases = {
        {"{{a", "this placeholder is not closed: '}}' is missing"},
        {"x {{ a.b", "this placeholder is not closed: '}}' is missing"},
        {"{{}}", "this placeholder is empty"},
        {"a{{  }}b", "this placeholder is empty"},
        {"{{ user's name }}",
         "this placeholder is not closed: something that begins with ' has no end"},
        {"{{a}", "a single '}' stands where '}}' was expected"},
        {"{{a ?? }}", "after ?? a default value is expected"},
        {"{{ {{a}} }", "a single '}' stands where '}}' was expected"},
        {"{{" + std::string(20'000, 'a') + "}}",
         "this placeholder is not closed within 10000 characters"},
    };
    for (const auto& [source, expected] : cases) {
        const auto problems = problems_of({{"ok", "{{a}}"}, {"bad", json::array{source}}});
        ASSERT_EQ(problems.size(), 1U) << source.substr(0, 40);
        EXPECT_EQ(problems[0].pointer, "/bad/0");
        EXPECT_EQ(problems[0].message, expected);
    }
}

TEST(Template, RefusesPathsWithTooManySteps) {
    std::string path = "a";
    for (std::size_t i = 0; i <= limits::path_steps; ++i) path += ".x";
    ASSERT_EQ(problems_of(json::value("{{" + path + "}}")).size(), 1U);
}

TEST(Template, BoundsTheNumberOfProblems) {
    json::array many(limits::problems + 10, json::value("{{"));
    EXPECT_EQ(problems_of(many).size(), limits::problems);
}

TEST(Template, SurvivesHugeAndDeepInput) {
    json::value deep = "{{a}}";
    for (std::size_t i = 0; i < limits::json_depth + 5; ++i) deep = json::array{deep};
    ASSERT_EQ(problems_of(deep).size(), 1U);
    EXPECT_EQ(problems_of(json::value(std::string(1'000'000, '{'))).size(), 1U);
    EXPECT_TRUE(problems_of(json::value(std::string(1'000'000, '}'))).empty());
    EXPECT_EQ(problems_of(json::value("{{" + std::string(9'000, '(') + "}}")).size(), 0U);
}

TEST(Template, RefusesAValueThatWouldMakeTheResultTooDeep) {
    std::string deep_value(100, '[');
    deep_value += std::string(100, ']');
    const MapScope deep_scope({{"d", deep_value}});
    json::value tree = "{{d}}";
    EXPECT_TRUE(compile(tree).evaluate(deep_scope));
    for (int i = 0; i < 100; ++i) tree = json::array{tree};
    EXPECT_EQ(compile(tree).evaluate(deep_scope).error().code, ErrorCode::too_large);
}

TEST(Template, RefusesAResultBeyondTheLimit) {
    const MapScope large({{"d", "\"" + std::string(1'000'000, 'x') + "\""}});
    const json::array tree(20, json::value("{{d}}"));
    EXPECT_EQ(compile(tree).evaluate(large).error().code, ErrorCode::too_large);
}

TEST(Template, WithoutStringsIsConstant) {
    EXPECT_EQ(evaluate(nullptr), "null");
    EXPECT_EQ(evaluate({1, 2.5, false}), "[1,2.5,false]");
    EXPECT_EQ(Template().evaluate(scope())->view(), "null");
}

TEST(ParsePath, KeepsTheSourceAsWritten) {
    const auto path = parse_path("  a.b[0] ?? 'x' ");
    ASSERT_TRUE(path);
    EXPECT_EQ(path->source, "a.b[0] ?? 'x'");
    EXPECT_EQ(path->root, "a");
    EXPECT_EQ(path->steps, (std::vector<JsonStep>{std::string("b"), std::size_t{0}}));
}

TEST(ParsePath, ReadsNumbersThatCannotBeIndicesAsNames) {
    EXPECT_EQ(parse_path("a.007")->steps, std::vector<JsonStep>{std::string("007")});
    EXPECT_EQ(parse_path("a.99999999999999999999")->steps,
              std::vector<JsonStep>{std::string("99999999999999999999")});
}

}  // namespace
}  // namespace swiftgrid::expr
