// Code nodes: what a script can use and what its result becomes.

#include <gmock/gmock.h>

#include "base/limits.h"
#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class CodeScript : public testing::Test {
protected:
    ScriptWorld world;
};

TEST_F(CodeScript, ReturnsItsInputUnderBothNames) {
    EXPECT_EQ(world.result_of("return [INPUT.a, input.a, INPUT === input]", R"({"a":1})"),
              "[1,1,true]");
}

TEST_F(CodeScript, AwaitsPromises) {
    EXPECT_EQ(world.result_of("const x = await Promise.resolve(2);\n"
                              "const y = await Promise.all([1, x, (async () => 3)()]);\n"
                              "return y"),
              "[1,2,3]");
    EXPECT_EQ(world.result_of("return Promise.resolve({ok: true})"), R"({"ok":true})");
}

TEST_F(CodeScript, SeesTriggerAndNodesAndOtherBindings) {
    Code code{"return [$trigger.id, nodes.fetch.status, extra]",
              JsonText(),
              {{"$trigger", JsonText::trusted(R"({"id":7})")},
               {"nodes", JsonText::trusted(R"({"fetch":{"status":200}})")},
               {"extra", JsonText::trusted("\"e\"")},
               {"not-a-name", JsonText::trusted("1")}}};
    EXPECT_EQ(ScriptWorld::text_of(world.run(std::move(code))), R"([7,200,"e"])");
}

TEST_F(CodeScript, HasEmptyDefaultsForTriggerAndNodes) {
    EXPECT_EQ(world.result_of("return [$trigger, nodes, INPUT]"), "[null,{},null]");
}

TEST_F(CodeScript, WithoutAResultGivesNull) {
    EXPECT_EQ(world.result_of(""), "null");
    EXPECT_EQ(world.result_of("return undefined"), "null");
    EXPECT_EQ(world.result_of("return NaN"), "null");
    EXPECT_EQ(world.result_of("return [Infinity, undefined, -0]"), "[null,null,0]");
}

TEST_F(CodeScript, KeepsEmptyAndFalseValues) {
    EXPECT_EQ(world.result_of("return 0"), "0");
    EXPECT_EQ(world.result_of("return ''"), "\"\"");
    EXPECT_EQ(world.result_of("return false"), "false");
}

TEST_F(CodeScript, MayEndInACommentAndSpanLines) {
    EXPECT_EQ(world.result_of("const a = 1;\nreturn a + 1 // two"), "2");
}

TEST_F(CodeScript, ErrorHasMessageLineAndColumn) {
    const Reply reply = world.run_code("const a = null;\n\n  return a.b.c;");
    const auto& error = std::get<ScriptError>(reply.outcome);
    EXPECT_EQ(error.code, "script_error");
    EXPECT_EQ(error.message, "TypeError: cannot read property 'b' of null");
    EXPECT_EQ(error.line, 3u);
    EXPECT_GE(error.column, 10u);
    EXPECT_LE(error.column, 12u);
}

TEST_F(CodeScript, SyntaxErrorHasAPlaceInTheUsersText) {
    const Reply reply = world.run_code("const a = 1;\nreturn a +* 2");
    const auto& error = std::get<ScriptError>(reply.outcome);
    EXPECT_EQ(error.code, "script_error");
    EXPECT_THAT(error.message, StartsWith("SyntaxError: "));
    EXPECT_EQ(error.line, 2u);
    EXPECT_EQ(error.column, 11u);
}

TEST_F(CodeScript, MissingBraceIsReportedWithinTheText) {
    const Reply reply = world.run_code("if (true) {\n  return 1");
    const auto& error = std::get<ScriptError>(reply.outcome);
    EXPECT_EQ(error.code, "script_error");
    EXPECT_LE(error.line, 2u);
}

TEST_F(CodeScript, ThrownValuesOfAnyKindAreReadable) {
    EXPECT_EQ(world.result_of("throw 'plain'"), "script_error: plain");
    EXPECT_EQ(world.result_of("throw {a: 1}"), R"(script_error: {"a":1})");
    EXPECT_EQ(world.result_of("throw {message: 'm'}"), "script_error: m");
    EXPECT_EQ(world.result_of("throw null"), "script_error: null");
    EXPECT_EQ(world.result_of("throw undefined"), "script_error: undefined");
    EXPECT_EQ(world.result_of("throw Symbol('s')"), "script_error: (a symbol)");
    EXPECT_EQ(world.result_of("await Promise.reject(new RangeError('far'))"),
              "script_error: RangeError: far");
    EXPECT_EQ(world.result_of("class Mine extends Error { constructor(m) { super(m); "
                              "this.name = 'Mine' } } throw new Mine('own')"),
              "script_error: Mine: own");
}

TEST_F(CodeScript, LongErrorMessagesAreCut) {
    const Reply reply = world.run_code("throw new Error('x'.repeat(1e6))");
    const auto& error = std::get<ScriptError>(reply.outcome);
    EXPECT_EQ(error.code, "script_error");
    EXPECT_LE(error.message.size(), limits::error_message_bytes);
    EXPECT_GT(error.message.size(), limits::error_message_bytes / 2);
}

TEST_F(CodeScript, PromiseThatNothingSettlesIsAnError) {
    EXPECT_THAT(world.result_of("await new Promise(() => {})"),
                HasSubstr("a promise that nothing will ever settle"));
}

TEST_F(CodeScript, ResultsThatJsonDoesNotHaveAreErrors) {
    EXPECT_THAT(world.result_of("return () => 1"), StartsWith("script_result_invalid: "));
    EXPECT_THAT(world.result_of("return Symbol.iterator"), StartsWith("script_result_invalid: "));
    EXPECT_THAT(world.result_of("return {n: 10n}"), StartsWith("script_result_invalid: "));
}

// The place is where the user's text made the error, wherever it is noticed.
TEST_F(CodeScript, ErrorsHaveTheirExactPlaceWhereverTheyCome) {
    struct Case {
        const char* source;
        std::uint32_t line;
        std::uint32_t column;
    };
    for (const Case& one : std::vector<Case>{
             // The column is that of the call's parenthesis or of the dot before a member.
             {"await null;\nawait null;\n  throw new Error('late')", 3, 18},
             {"const f = async () => {\n  await null;\n  null.x;\n};\nawait f();", 3, 7},
             {"return await Promise.reject(\n  new Error('rejected'))", 2, 12},
             {"await Promise.all([1, 2].map(async (x) => {\n  if (x > 1) throw new Error('b')\n}))",
              2, 29},
             {"[3].map((x) => {\n  return x.y.z })", 2, 13},
             {"[2, 1].sort(\n() => { throw new Error('s') })", 2, 24},
             {"JSON.parse('{bad')", 1, 11},
             {"'ab'.replace(/a/,\n () => missing)", 2, 8},
             {"class Mine extends Error {\n constructor(m) { super(m) }\n}\n\nthrow new Mine('x')",
              5, 15},
             {"class A extends Error {} class B extends A { constructor() { super('b') } }\n"
              "function make() {\n  return new B() }\nthrow make()",
              3, 15},
             {"\n new URL('nope')", 2, 9},
             {"const it = { *[Symbol.iterator]() {\n  throw new Error('it') } };\nfor (const x of "
              "it);",
              2, 18},
             {"const o = { get a() {\n  throw new Error('get') } };\nreturn o.a", 2, 18},
             {"return new Promise((_, reject) => {\n    reject(new Error('r')) })", 2, 21},
             {"try { null.x } catch (e) {\n throw e }", 1, 11},
         }) {
        const Reply reply = world.run_code(one.source);
        const auto& error = std::get<ScriptError>(reply.outcome);
        EXPECT_EQ(error.line, one.line) << one.source << "\n" << error.message;
        EXPECT_EQ(error.column, one.column) << one.source << "\n" << error.message;
    }
    // What is no error was made nowhere.
    const Reply reply = world.run_code("\nthrow 'text'");
    EXPECT_EQ(std::get<ScriptError>(reply.outcome).line, 0u);
}

TEST_F(CodeScript, TooDeepResultsAreErrors) {
    EXPECT_THAT(world.result_of("let a = 1; for (let i = 0; i < 200; i++) a = [a]; return a"),
                StartsWith("script_result_invalid: "));
    EXPECT_THAT(world.result_of("let a = 1; for (let i = 0; i < 1e5; i++) a = [a]; return a"),
                StartsWith("script_result_invalid: "));
}

TEST_F(CodeScript, TooLargeResultsAreErrors) {
    EXPECT_THAT(world.result_of("return 'x'.repeat(17 * 1024 * 1024)"),
                StartsWith("script_result_too_large: "));
}

TEST_F(CodeScript, HalvesOfSurrogatePairsAreReplaced) {
    EXPECT_EQ(world.result_of("return ['\\ud83d', '\\ude00x', '\\ud83d\\ude00', '\\\\ud83d']"),
              "[\"\xEF\xBF\xBD\",\"\xEF\xBF\xBDx\",\"\xF0\x9F\x98\x80\",\"\\\\ud83d\"]");
    const Reply reply = world.run_code("console.log('a\\ud83d'); throw new Error('b\\udc00')");
    ASSERT_EQ(reply.logs.size(), 1u);
    EXPECT_EQ(reply.logs[0].text, "a\xEF\xBF\xBD");
    EXPECT_EQ(std::get<ScriptError>(reply.outcome).message, "Error: b\xEF\xBF\xBD");
}

TEST_F(CodeScript, LargePayloadsPass) {
    std::string input = "\"";
    input.append(limits::run_input_bytes - 2, 'x');
    input.push_back('"');
    const Reply reply = world.run_code("return INPUT", input);
    ASSERT_TRUE(std::holds_alternative<CodeResult>(reply.outcome)) << world.text_of(reply);
    EXPECT_EQ(std::get<CodeResult>(reply.outcome).value.view(), input);
    EXPECT_EQ(world.result_of("return 1"), "1");
}

TEST_F(CodeScript, InputsAboveEveryFrameAreRefused) {
    std::string text(limits::run_input_bytes, 'x');
    const JsonText large = JsonText::string(text);
    Code code{"return [a, b, c, d].length", JsonText(), {}};
    for (const char* name : {"a", "b", "c", "d"}) code.bindings.push_back({name, large});
    EXPECT_THAT(ScriptWorld::text_of(world.run(std::move(code))), StartsWith("script_memory: "));
    EXPECT_EQ(world.result_of("return 1"), "1");
}

TEST_F(CodeScript, BindingsThatAreNotMentionedAreNotSent) {
    std::string text(limits::run_input_bytes, 'x');
    const JsonText large = JsonText::string(text);
    Code code{"return 1", large, {}};
    for (const char* name : {"$trigger", "nodes", "aa", "bb", "cc"}) {
        code.bindings.push_back({name, large});
    }
    EXPECT_EQ(ScriptWorld::text_of(world.run(std::move(code))), "1");
}

TEST_F(CodeScript, LogsWithLevels) {
    const Reply reply = world.run_code(
        "console.log('a', 1, {b: [2]}, null, undefined); console.info(true); console.warn([]);"
        "console.error(new TypeError('bad')); console.debug(); return 5");
    ASSERT_EQ(reply.logs.size(), 5u);
    EXPECT_EQ(reply.logs[0].text, R"(a 1 {"b":[2]} null undefined)");
    EXPECT_EQ(to_string(reply.logs[1].level), "info");
    EXPECT_EQ(reply.logs[2].level, LogLevel::warn);
    EXPECT_EQ(reply.logs[3].level, LogLevel::error);
    EXPECT_EQ(reply.logs[3].text, "TypeError: bad");
    EXPECT_EQ(reply.logs[4].level, LogLevel::debug);
}

TEST_F(CodeScript, LogsAreBounded) {
    const Reply many = world.run_code("for (let i = 0; i < 5000; i++) console.log(i)");
    EXPECT_EQ(many.logs.size(), limits::log_lines_per_node);
    EXPECT_THAT(many.logs.back().text, HasSubstr("4001 more log lines were dropped"));
    const Reply large = world.run_code("for (let i = 0; i < 9; i++) console.log('x'.repeat(1e5))");
    EXPECT_EQ(large.logs.size(), 3u);
    const Reply none = world.run_code("return 1");
    EXPECT_TRUE(none.logs.empty());
}

TEST_F(CodeScript, UsesUtcAndARunningClock) {
    EXPECT_EQ(world.result_of("return [new Date(0).getHours(), new Date().getTimezoneOffset(), "
                              "Date.now() > 1.6e12, new Date(0).toISOString()]"),
              R"([0,0,true,"1970-01-01T00:00:00.000Z"])");
}

TEST_F(CodeScript, RandomNumbersDifferBetweenCallsAndWorkers) {
    ScriptWorld other;
    const char* source = "return [Math.random(), Math.random()]";
    const std::string first = world.result_of(source);
    const std::string second = world.result_of(source);
    const std::string third = other.result_of(source);
    EXPECT_NE(first, second);
    EXPECT_NE(first, third);
    EXPECT_NE(second, third);
}

TEST_F(CodeScript, TakesLittleForTheSameSourceAgain) {
    world.result_of("return INPUT.a + 1", R"({"a":1})");
    const Reply reply = world.run_code("return INPUT.a + 1", R"({"a":1})");
    EXPECT_LT(reply.duration_us, 20'000);
    EXPECT_EQ(world.pool().workers_started(), 1u);
}

}  // namespace
}  // namespace swiftgrid::sandbox
