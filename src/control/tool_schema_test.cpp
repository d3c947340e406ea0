#include "control/tool_schema.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

json::value parsed(const std::string& text) { return parse_json(text).value(); }

std::vector<std::string> problems(const std::string& schema, const std::string& value) {
    return tool_value_problems(tool_input_schema(schema), parsed(value));
}

TEST(ToolSchema, OfAFlowWithoutOneTakesAnyObject) {
    EXPECT_EQ(json::value(tool_input_schema(std::nullopt)), parsed(R"({"type":"object"})"));
    EXPECT_EQ(json::value(tool_input_schema("null")), parsed(R"({"type":"object"})"));
    EXPECT_FALSE(tool_output_schema(std::nullopt));
    EXPECT_FALSE(tool_output_schema(R"({"type":"object"})"));
    EXPECT_THAT(tool_value_problems(tool_input_schema(std::nullopt), parsed(R"({"a":[1]})")),
                IsEmpty());
    EXPECT_THAT(tool_value_problems(tool_input_schema(std::nullopt), parsed("[1]")), SizeIs(1));
}

TEST(ToolSchema, IsWhatAClientUnderstands) {
    const std::string stored = R"({
        "type": "object", "required": ["a", "a", 3], "x-own": 1, "$ref": "http://elsewhere/",
        "anyOf": [{"type": "string"}],
        "properties": {
            "a": {"type": "string", "required": true, "pattern": "(", "x-mcp-header": "A\r\n"},
            "b": {"type": ["integer", "integer", "never"], "minimum": 1, "enum": [1, 1, 2],
                  "description": 7, "default": 1, "required": true},
            "c": {"type": "object", "properties": {"d": {"type": "string", "required": true}}},
            "e": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
            "f": 7
        }
    })";
    EXPECT_EQ(json::value(tool_input_schema(stored)), parsed(R"({
        "type": "object", "required": ["a", "b"], "additionalProperties": false,
        "properties": {
            "a": {"type": "string"},
            "b": {"type": ["integer"], "minimum": 1, "enum": [1, 2], "default": 1},
            "c": {"type": "object", "properties": {"d": {"type": "string"}}, "required": ["d"]},
            "e": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
        }
    })"));
    EXPECT_FALSE(
        tool_output_schema(stored)->at("properties").at("b").as_object().contains("default"));
    const std::string huge = R"({"type":"object","description":")" +
                             std::string(limits::tool_schema_bytes, 'x') + R"("})";
    EXPECT_EQ(json::value(tool_input_schema(huge)), parsed(R"({"type":"object"})"));
}

TEST(ToolSchema, FindsWhatIsWrongWithArguments) {
    const std::string schema = R"({"type":"object","properties":{
        "city":{"type":"string","required":true,"minLength":1},
        "days":{"type":"number","minimum":1,"maximum":7}}})";
    EXPECT_THAT(problems(schema, R"({"city":"Bern","days":3})"), IsEmpty());
    EXPECT_THAT(problems(schema, R"({"city":"Bern"})"), IsEmpty());
    EXPECT_THAT(problems(schema, R"({"days":3})"), Contains(HasSubstr("/city: the field")));
    EXPECT_THAT(problems(schema, R"({"city":"Bern","days":8})"), Contains(HasSubstr("at most 7")));
    EXPECT_THAT(problems(schema, R"({"city":7})"), Contains(HasSubstr("expected a string")));
    EXPECT_THAT(problems(schema, R"({"city":"Bern","day":3})"),
                Contains(HasSubstr("Did you mean 'days'")));
    std::string many = "{";
    for (int i = 0; i < 1'000; ++i) many += "\"m" + std::to_string(i) + "\":0,";
    EXPECT_THAT(problems(schema, many + R"("city":""})"), SizeIs(limits::tool_argument_problems));
}

// What stands in a schema is never an order to us: these are annotations of our own node types.
TEST(ToolSchema, KnowsNoAnnotationsOfOurs) {
    EXPECT_THAT(problems(R"({"type":"object","properties":{"n":{"type":"number",
                             "x-template":true}}})",
                         R"({"n":"{{secret}}"})"),
                SizeIs(1));
}

}  // namespace
}  // namespace swiftgrid::control
