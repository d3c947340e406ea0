// Expressions: router conditions and template scripts.

#include <gmock/gmock.h>

#include "base/limits.h"
#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ExpressionScript : public testing::Test {
protected:
    std::vector<ExpressionResult> run(std::vector<std::string> sources, std::string_view value,
                                      bool stop_at_first_true = false) {
        Reply reply = world.run(Expressions{std::move(sources),
                                            {{"value", JsonText::trusted(std::string(value))}},
                                            stop_at_first_true});
        return std::get<std::vector<ExpressionResult>>(reply.outcome);
    }

    // "t" or "f" for each result, "e" for an error.
    std::string truth_of(std::vector<std::string> sources, std::string_view value,
                         bool stop_at_first_true = false) {
        std::string truth;
        for (const ExpressionResult& result : run(std::move(sources), value, stop_at_first_true)) {
            const auto* done = std::get_if<ExpressionValue>(&result.outcome);
            truth.push_back(done == nullptr ? 'e' : done->truthy ? 't' : 'f');
        }
        return truth;
    }

    ScriptWorld world;
};

TEST_F(ExpressionScript, GivesValueAndTruth) {
    const auto results = run({"value.a + 1", "value.missing", "''", "[]"}, R"({"a":1})");
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(std::get<ExpressionValue>(results[0].outcome).value.view(), "2");
    EXPECT_EQ(std::get<ExpressionValue>(results[1].outcome).value.view(), "null");
    EXPECT_FALSE(std::get<ExpressionValue>(results[1].outcome).truthy);
    EXPECT_FALSE(std::get<ExpressionValue>(results[2].outcome).truthy);
    EXPECT_TRUE(std::get<ExpressionValue>(results[3].outcome).truthy);
}

TEST_F(ExpressionScript, OneThatThrowsDoesNotStopTheOthers) {
    EXPECT_EQ(truth_of({"value.a.b", "true", "nope", "1 +", "false"}, "null"),
              "etee"
              "f");
}

TEST_F(ExpressionScript, StopsAtTheFirstTrueOneWhenAsked) {
    EXPECT_EQ(truth_of({"value > 5", "value > 3", "value > 1"}, "4", true), "ft");
    EXPECT_EQ(truth_of({"value > 5", "value > 4"}, "4", true), "ff");
    EXPECT_EQ(truth_of({"value > 5", "value > 3", "value > 1"}, "4", false), "ftt");
}

TEST_F(ExpressionScript, ErrorHasAPlace) {
    const auto results = run({"value &&\n  value.x.y"}, "{}");
    const auto& error = std::get<ScriptError>(results[0].outcome);
    EXPECT_EQ(error.code, "script_error");
    EXPECT_EQ(error.line, 2u);
    EXPECT_EQ(error.column, 10u);
}

TEST_F(ExpressionScript, HelpersNeverThrowOnMissingValues) {
    EXPECT_EQ(truth_of({"between(value.n, 1, 10)", "between(value.n, 6, 10)",
                        "between(value.none, 0, 1)", "between(null, 0, 1)"},
                       R"({"n":5})"),
              "tfff");
    EXPECT_EQ(truth_of({"contains(value.s, 'ell')", "contains(value.a, 2)", "contains(value.a, 9)",
                        "contains(value, 's')", "contains(value.none, 'x')",
                        "contains(value, 'toString')"},
                       R"({"s":"hello","a":[1,2]})"),
              "ttftff");
    EXPECT_EQ(truth_of({"matches(value, /^h/)", "matches(value, '^H')", "matches(value, /^H/i)",
                        "matches(value, /l/g) && matches(value, /l/g)", "matches(null, /n/)"},
                       "\"hello\""),
              "tfttf");
}

TEST_F(ExpressionScript, TakesObjectLiteralsCommentsAndRegularExpressions) {
    EXPECT_EQ(world.value_of("{a: 1, b: [value]}", "2"), R"({"a":1,"b":[2]})");
    EXPECT_EQ(world.value_of("value // the value", "2"), "2");
    EXPECT_EQ(world.value_of("/[)}\\]]/.test(')')"), "true");
    EXPECT_EQ(world.value_of("`)${value}(`", "2"), "\")2(\"");
    EXPECT_EQ(world.value_of("(1, 2)"), "2");
    EXPECT_EQ(world.value_of("(() => { return [1].map(x => x + 1) })()"), "[2]");
}

TEST_F(ExpressionScript, NamesWithoutABindingAreErrors) {
    EXPECT_THAT(world.value_of("other"), HasSubstr("ReferenceError"));
    EXPECT_THAT(world.value_of("input"), HasSubstr("ReferenceError"));
}

TEST_F(ExpressionScript, PromiseIsNotAResult) {
    EXPECT_THAT(world.value_of("(async () => 1)()"),
                HasSubstr("an expression cannot wait for a promise"));
}

TEST_F(ExpressionScript, TooLongOneIsRefusedAtOnce) {
    EXPECT_THAT(world.value_of(std::string(4 * limits::expression_characters + 1, '1')),
                HasSubstr("longer than"));
}

TEST_F(ExpressionScript, TimeIsThatOfTheWholeCall) {
    Reply reply =
        world.run(Expressions{{"true", "(() => { for (;;); })()", "true"}, {}, false}, 40);
    EXPECT_EQ(std::get<ScriptError>(reply.outcome).code, "script_timeout");
}

TEST_F(ExpressionScript, NoneGivesNone) { EXPECT_TRUE(run({}, "null").empty()); }

// Every one of these would run code outside of its function if texts were only pasted.
TEST_F(ExpressionScript, CannotBreakOutOfItsParentheses) {
    for (const char* source : {
             "1); evil(2",
             "1)}); evil(); (function(){return (1",
             "1]",
             "1); (1",
             "1\n)})\n;(({",
             "1 /*",
             "`",
             "",
             ")",
             "1)//",
             "1))(",
             "return 1",
             "1; 2",
             "var a = 1",
             "1] ; [1",
             "1)}; function g(){return (1",
             "...value",
             "1,,2",
             "-->",
             "<!--",
             "// x",
             "let x",
             "1}), (function(){return (2",
             "]})//",
             "function(){",
             "=> 1",
         }) {
        EXPECT_THAT(world.value_of(source), StartsWith("script_error: SyntaxError")) << source;
    }
    EXPECT_EQ(world.pool().workers_started(), 1u);
}

TEST_F(ExpressionScript, CodeCannotBreakOutOfItsBody) {
    for (const char* source : {
             "}); evil(); (async () => {",
             "}, evil(), async () => {",
             "}) })(); (function(){ (() => {",
             "}\nevil()\n{",
             "}, async function() {",
             "} * f() {",
             "} [evil()] () {",
             "} ; x = evil() ; g() {",
             "} in {",
             "}",
             "{",
             "} static { evil() } async g() {",
             "} + {",
             "} } ; class B { f() {",
             "} , g() {",
             "return 1 }",
             "/*",
             "`",
             "} => {",
             "}) => ({",
             "return 1 }) }) //",
             "}} //",
             "} } + (class { f() {",
             "}\n[evil()] = 1; g() {",
         }) {
        EXPECT_THAT(world.result_of(source), StartsWith("script_error: SyntaxError")) << source;
    }
}

}  // namespace
}  // namespace swiftgrid::sandbox
