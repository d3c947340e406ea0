#include "nodes/llm_chat/answer_schema.h"

#include <gtest/gtest.h>

namespace swiftgrid::nodes::llm_chat {
namespace {

json::object schema_of(std::string_view text) { return parse_json(text).value().get_object(); }

std::string check(std::string_view schema, std::string_view value) {
    const json::object read = schema_of(schema);
    for (const SchemaNote& note : examine_schema(read))
        EXPECT_FALSE(note.is_error) << schema << " " << note.pointer << " " << note.what;
    return misfit(read, parse_json(value).value());
}

struct Case {
    std::string_view schema;
    std::string_view value;
    std::string_view expected;  // "" fits
};

TEST(AnswerSchema, SaysWhatDoesNotFit) {
    const std::vector<Case> cases = {
        {R"({})", "null", ""},
        {R"({"type":"string"})", R"("a")", ""},
        {R"({"type":"string"})", "1", "/: expected string, found 1"},
        {R"({"type":["string","null"]})", "null", ""},
        {R"({"type":["string","null"]})", "true", "/: expected string or null, found true"},
        {R"({"type":"integer"})", "2.0", ""},
        {R"({"type":"integer"})", "2.5", "/: expected integer, found 2.5"},
        {R"({"enum":["a","b",1]})", "1.0", ""},
        {R"({"enum":["a","b"]})", R"("c")", R"(/: expected one of ["a","b"], found "c")"},
        {R"({"const":{"a":1,"b":2}})", R"({"b":2,"a":1})", ""},
        {R"({"const":1})", "2", "/: expected 1, found 2"},
        {R"({"minimum":1,"maximum":5})", "5", ""},
        {R"({"minimum":1})", "0", "/: expected at least 1, found 0"},
        {R"({"maximum":5})", "6", "/: expected at most 5, found 6"},
        {R"({"exclusiveMinimum":1})", "1", "/: expected more than 1, found 1"},
        {R"({"exclusiveMaximum":1})", "1", "/: expected less than 1, found 1"},
        {R"({"multipleOf":0.1})", "0.3", ""},
        {R"({"multipleOf":2})", "3", "/: expected a multiple of 2, found 3"},
        {R"({"maxLength":2})", R"("äöü")", "/: expected at most 2 characters, found 3"},
        {R"({"minLength":4})", R"("äöü")", "/: expected at least 4 characters, found 3"},
        {R"({"minItems":1,"items":{"type":"string"}})", "[]",
         "/: expected at least 1 entries, found 0"},
        {R"({"items":{"type":"string"}})", R"(["a",1])", "/1: expected string, found 1"},
        {R"({"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})", R"(["a",1,2])", ""},
        {R"({"uniqueItems":true})", R"([{"a":1},{"a":1}])", "/: an entry occurs twice"},
        {R"({"properties":{"a":{"type":"string"}},"required":["a"]})", R"({"b":1})",
         "/: 'a' is missing"},
        {R"({"properties":{"a":{"type":["string","null"]}},"required":["a"]})", R"({"a":null})",
         ""},
        {R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":1,"c/d":2})",
         "/c~1d: is not one of the members that are allowed"},
        {R"({"additionalProperties":{"type":"integer"}})", R"({"x":"1"})",
         R"(/x: expected integer, found "1")"},
        {R"({"minProperties":1})", "{}", "/: expected at least 1 members, found 0"},
        {R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "1",
         "/: 1 fits none of the alternatives"},
        {R"({"anyOf":[{"type":"string"}]})", "1", "/: expected string, found 1"},
        {R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3",
         "/: 3 fits 2 of the alternatives, expected exactly one"},
        {R"({"allOf":[{"minimum":1},{"maximum":2}]})", "3", "/: expected at most 2, found 3"},
        {R"({"not":{"type":"null"}})", "null", "/: null is what it must not be"},
        {R"({"$defs":{"n":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/n"}}})",
         R"({"a":"x"})", R"(/a: expected integer, found "x")"},
        {R"({"properties":{"next":{"$ref":"#"}},"required":["v"]})",
         R"({"v":1,"next":{"v":2,"next":{}}})", "/next/next: 'v' is missing"},
        {R"({"properties":{"a":{"type":"string"},"b":{"type":"string"}}})", R"({"a":1,"b":2})",
         "/a: expected string, found 1; /b: expected string, found 2"},
    };
    for (const Case& each : cases)
        EXPECT_EQ(check(each.schema, each.value), each.expected)
            << each.schema << " " << each.value;
}

TEST(AnswerSchema, EndsWithASchemaThatRefersToItself) {
    EXPECT_NE(check(R"({"$ref":"#"})", "1"), "");
    EXPECT_NE(check(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "1"), "");
}

std::string notes_of(std::string_view schema) {
    std::string out;
    for (const SchemaNote& note : examine_schema(schema_of(schema)))
        out += (out.empty() ? "" : " ") + note.pointer + (note.is_error ? "!" : "?");
    return out;
}

TEST(AnswerSchema, FindsWhatIsWrongWithASchema) {
    EXPECT_EQ(notes_of(R"({"type":"strng"})"), "/type!");
    EXPECT_EQ(notes_of(R"({"type":5})"), "/type!");
    EXPECT_EQ(notes_of(R"({"type":[]})"), "/type!");
    EXPECT_EQ(notes_of(R"({"properties":[]})"), "/properties!");
    EXPECT_EQ(notes_of(R"({"properties":{"a":true}})"), "/properties/a!");
    EXPECT_EQ(notes_of(R"({"items":[{}]})"), "/items!");
    EXPECT_EQ(notes_of(R"({"required":"a"})"), "/required!");
    EXPECT_EQ(notes_of(R"({"required":[1]})"), "/required!");
    EXPECT_EQ(notes_of(R"({"enum":5})"), "/enum!");
    EXPECT_EQ(notes_of(R"({"anyOf":[]})"), "/anyOf!");
    EXPECT_EQ(notes_of(R"({"minimum":"1"})"), "/minimum!");
    EXPECT_EQ(notes_of(R"({"multipleOf":0})"), "/multipleOf!");
    EXPECT_EQ(notes_of(R"({"$ref":"https://example.com/s"})"), "/$ref!");
    EXPECT_EQ(notes_of(R"({"$ref":"#/$defs/none"})"), "/$ref!");
    // Where no schema is expected, nobody has looked yet.
    EXPECT_EQ(notes_of(R"({"properties":{"type":{"type":"string"}},"$ref":"#/properties"})"),
              "/$ref/type!");
    EXPECT_EQ(notes_of(R"({"$ref":"#/x-mine","x-mine":{"anyOf":[1]}})"), "/$ref/anyOf/0!");
    EXPECT_EQ(notes_of(R"({"$ref":"#/x-a","x-a":{"$ref":"#/x-a"}})"), "");
    EXPECT_EQ(notes_of(R"({"$ref":"#/$defs/a~1b~0","$defs":{"a/b~":{"type":"string"}}})"), "");
    EXPECT_EQ(notes_of(R"({"additionalProperties":"no"})"), "/additionalProperties!");
    EXPECT_EQ(notes_of(R"({"uniqueItems":1})"), "/uniqueItems!");
    EXPECT_EQ(notes_of(R"({"pattern":"a","x-mine":1,"title":"t","format":"date"})"),
              "/pattern? /format?");
}

TEST(AnswerSchema, KnowsWhichAreStrict) {
    const auto strict = [](std::string_view schema) { return is_strict(schema_of(schema)); };
    EXPECT_TRUE(strict(
        R"({"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false})"));
    EXPECT_FALSE(strict(R"({"type":"object","properties":{"a":{}},"additionalProperties":false})"));
    EXPECT_FALSE(strict(R"({"type":"object","properties":{"a":{}},"required":["a"]})"));
    EXPECT_FALSE(strict(R"({"type":"string"})"));
    EXPECT_FALSE(strict(
        R"({"type":"object","properties":{"a":{"type":"object"}},"required":["a"],"additionalProperties":false})"));
}

}  // namespace
}  // namespace swiftgrid::nodes::llm_chat
