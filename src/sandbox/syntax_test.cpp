// Scripts are parsed as they would be for a run, and nothing of them runs.

#include <gmock/gmock.h>

#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct SyntaxOf : testing::Test {
    ScriptWorld world;

    // Per source "" or "line:column message"; one text when the whole call failed.
    std::vector<std::string> faults(bool is_code, std::vector<std::string> sources) {
        const Reply reply = world.run(Syntax{is_code, std::move(sources)});
        if (const auto* error = std::get_if<ScriptError>(&reply.outcome))
            return {ScriptWorld::text_of(*error)};
        std::vector<std::string> out;
        for (const auto& result : std::get<std::vector<ExpressionResult>>(reply.outcome)) {
            const auto* error = std::get_if<ScriptError>(&result.outcome);
            out.push_back(error == nullptr
                              ? ""
                              : std::to_string(error->line) + ":" + std::to_string(error->column) +
                                    " " + error->message);
        }
        return out;
    }
};

TEST_F(SyntaxOf, CodeThatParsesIsFineWhateverItWouldDo) {
    EXPECT_EQ(faults(true, {"return INPUT", "", "throw new Error('x')", "for (;;);",
                            "await nodes.a; // comment", "undefined_name()"}),
              std::vector<std::string>(6, ""));
    EXPECT_EQ(faults(false, {"value > 1", "(() => { throw 1 })()", "a?.b ?? 'c' // d"}),
              std::vector<std::string>(3, ""));
}

TEST_F(SyntaxOf, CodeThatDoesNotParseTellsThePlaceInTheUsersText) {
    const auto found = faults(true, {"return 1", "const a = 1;\nreturn (a;", "return 2"});
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0], "");
    EXPECT_THAT(found[1], StartsWith("2:"));
    EXPECT_THAT(found[1], HasSubstr("SyntaxError"));
    EXPECT_EQ(found[2], "");
    EXPECT_THAT(faults(false, {"value >"}).front(), HasSubstr("SyntaxError"));
}

TEST_F(SyntaxOf, WhatLeavesTheWrapperOrIsOfTheOtherFormIsRefused) {
    for (const char* source : {"} ; (() => {", "}); evil(); (async () => {", "let INPUT = 1"})
        EXPECT_THAT(faults(true, {source}).front(), HasSubstr("SyntaxError")) << source;
    for (const char* source : {"1); evil(", "const a = 1", "return 1", ""})
        EXPECT_THAT(faults(false, {source}).front(), HasSubstr("SyntaxError")) << source;
}

TEST_F(SyntaxOf, IsTheSameVerdictAsThatOfARun) {
    for (const char* source :
         {"return 1", "return (", "yield 1", "import('x')", "await 1",
          "function f() { return 1 } return f()", "var arguments", "with (1) {}"}) {
        const bool parses = faults(true, {source}).front().empty();
        const std::string result = world.result_of(source);
        EXPECT_EQ(parses, result.find("SyntaxError") == std::string::npos)
            << source << " gave " << result;
    }
}

TEST_F(SyntaxOf, TextsThatExhaustTheParserFailOnlyTheirCall) {
    for (const std::string& source : {std::string(200'000, '('), std::string(500'000, '['),
                                      "return " + std::string(900'000, '!')})
        EXPECT_NE(faults(true, {source}).front(), "") << source.substr(0, 10);
    EXPECT_EQ(faults(true, {"return 1"}).front(), "");
}

}  // namespace
}  // namespace swiftgrid::sandbox
