#include "control/n8n/expression.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace swiftgrid::control::n8n {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class N8nExpression : public testing::Test {
protected:
    N8nExpression() {
        places.input = DataPlace{"fetch", ".body", {}};
        places.of_node = [](std::string_view name, ItemChoice item) -> std::optional<DataPlace> {
            if (name == "A") return DataPlace{"a", "", {}};
            if (name == "List")
                return item == ItemChoice::own ? DataPlace{"$trigger", ".item", {}}
                                               : DataPlace{"list", "", {}};
            if (name == "Web hook") return DataPlace{};
            if (name == "Ask") return DataPlace{"ask", "", {{"message.content", "content"}}};
            return std::nullopt;
        };
    }

    std::string text(std::string_view given) {
        Converted converted = convert_text(given, places);
        EXPECT_THAT(converted.lost, IsEmpty()) << given;
        return converted.text;
    }
    std::vector<std::string> lost(std::string_view given) {
        return convert_text(given, places).lost;
    }

    Places places;
};

TEST_F(N8nExpression, WithoutAnEqualsSignIsPlain) {
    EXPECT_EQ(text("hello"), "hello");
    EXPECT_EQ(text("{{ $json.x }}"), R"({{ "{{" }} $json.x }})");
    EXPECT_EQ(text(""), "");
}

TEST_F(N8nExpression, ReadsTheStepBefore) {
    EXPECT_EQ(text("={{ $json.x }}"), "{{fetch.body.x}}");
    EXPECT_EQ(text("={{$json}}"), "{{fetch.body}}");
    EXPECT_EQ(text("={{ $json[\"a b\"][0].c }}"), "{{fetch.body[\"a b\"][0].c}}");
    EXPECT_EQ(text("={{ $input.item.json.x }}"), "{{fetch.body.x}}");
    EXPECT_EQ(text("={{ $input.first().json.x }}"), "{{fetch.body.x}}");
    EXPECT_EQ(text("={{ $input.all()[0].json.x }}"), "{{fetch.body.x}}");
}

TEST_F(N8nExpression, ReadsAStepByItsName) {
    EXPECT_EQ(text("={{ $node[\"A\"].json.x }}"), "{{a.x}}");
    EXPECT_EQ(text("={{ $node.A.json[\"x\"] }}"), "{{a[\"x\"]}}");
    EXPECT_EQ(text("={{ $('A').item.json.x }}"), "{{a.x}}");
    EXPECT_EQ(text("={{ $('A').first().json.x }}"), "{{a.x}}");
    EXPECT_EQ(text("={{ $items('A')[0].json.x }}"), "{{a.x}}");
    EXPECT_EQ(text("={{ $(\"Web hook\").item.json.body.id }}"), "{{$trigger.body.id}}");
    EXPECT_EQ(text("={{ $('Ask').item.json.message.content }}"), "{{ask.content}}");
}

TEST_F(N8nExpression, KnowsTheItemThatTheCurrentOneWasMadeOf) {
    EXPECT_EQ(text("={{ $('List').item.json.x }}"), "{{$trigger.item.x}}");
    EXPECT_EQ(text("={{ $node['List'].json.x }}"), "{{$trigger.item.x}}");
    EXPECT_EQ(text("={{ $('List').first().json.x }}"), "{{list.x}}");
    EXPECT_EQ(text("={{ $items('List')[0].json.x }}"), "{{list.x}}");
}

TEST_F(N8nExpression, StandsInText) {
    EXPECT_EQ(text("=Hi {{ $json.name }}, {{ $('A').item.json.n + 1 }}!"),
              "Hi {{fetch.body.name}}, {{ a.n + 1 }}!");
    EXPECT_EQ(text("=no expression"), "no expression");
}

TEST_F(N8nExpression, IsJavaScriptOtherwise) {
    EXPECT_EQ(text("={{ $json.a.toUpperCase() + ' $json' }}"),
              "{{ fetch.body.a.toUpperCase() + ' $json' }}");
    EXPECT_EQ(text("={{ `${$json.a}-x` }}"), "{{ `${fetch.body.a}-x` }}");
    EXPECT_EQ(text("={{ { $json: 1, b: $json } }}"), "{{ { $json: 1, b: fetch.body } }}");
    EXPECT_EQ(text("={{ $json.ok ? $json : null }}"), "{{ fetch.body.ok ? fetch.body : null }}");
    EXPECT_EQ(text("={{ $now.toISO() }}"), "{{ new Date().toISOString() }}");
}

TEST_F(N8nExpression, SubtractionIsNoName) {
    EXPECT_EQ(text("={{ $json.a-$json.b }}"), "{{ fetch.body.a - fetch.body.b }}");
    EXPECT_EQ(text("={{ $json.a-1 }}"), "{{ fetch.body.a - 1 }}");
    EXPECT_EQ(text("={{ -1 }}"), "{{ -1 }}");
}

TEST_F(N8nExpression, KnowsTheRunAndItsSecrets) {
    places.resume_url = ".resumeUrl.wait_step";
    EXPECT_EQ(text("={{ $execution.id }}"), "{{$run.id}}");
    places.workflow_name = "Say \"hi\"";
    EXPECT_EQ(text("={{ $workflow.name }}"), R"({{ "Say \"hi\"" }})");
    EXPECT_EQ(text("={{ $workflow.id }}"), "{{$flow.id}}");
    EXPECT_EQ(text("={{ $env.API_KEY }}"), "{{$env.API_KEY}}");
    EXPECT_EQ(text("={{ $vars.REGION }}"), "{{$env.REGION}}");
    EXPECT_EQ(text("={{ $execution.resumeUrl }}"), "{{$run.resumeUrl.wait_step}}");
}

TEST_F(N8nExpression, SaysWhatIsLost) {
    EXPECT_THAT(lost("={{ $('Nobody').item.json.x }}"), ElementsAre(HasSubstr("'Nobody'")));
    EXPECT_THAT(lost("={{ $fromAI('x') }}"), ElementsAre(HasSubstr("'$fromAI'")));
    EXPECT_THAT(lost("={{ 'k' + $env.KEY }}"), ElementsAre(HasSubstr("stand alone")));
    EXPECT_THAT(lost("={{ $json.list.pluck('a') }}"), ElementsAre(HasSubstr(".pluck()")));
    EXPECT_THAT(lost("={{ DateTime.now() }}"), ElementsAre(HasSubstr("library")));
    EXPECT_THAT(lost("={{ $input.all() }}"), SizeIs(1));
    EXPECT_THAT(lost("={{ $workflow.active }}"), ElementsAre(HasSubstr("'$workflow'")));
    EXPECT_THAT(lost("={{ $json.x"), ElementsAre(HasSubstr("cannot be read")));
    EXPECT_THAT(lost("={{ 'open }}"), ElementsAre(HasSubstr("cannot be read")));
    places.input.reset();
    EXPECT_THAT(lost("={{ $json.x }}"), ElementsAre(HasSubstr("the step before")));
}

TEST_F(N8nExpression, WhatIsLostIsQuotedInShort) {
    const std::string long_text = "={{ \"" + std::string(100'000, 'x');
    const auto why = lost(long_text);
    ASSERT_THAT(why, SizeIs(1));
    EXPECT_LT(why.front().size(), limits::import_quoted_characters + 100);
}

TEST_F(N8nExpression, IsAnOperandOfACondition) {
    const auto operand = [&](const json::value& value) {
        return convert_operand(value, places).text;
    };
    EXPECT_EQ(operand("={{ $json.n }}"), "fetch.body.n");
    EXPECT_EQ(operand("={{ $json.n + 1 }}"), "(fetch.body.n + 1)");
    EXPECT_EQ(operand("=a {{ $json.n }}"), "(\"a \" + fetch.body.n)");
    EXPECT_EQ(operand("it's \"so\""), R"("it's \"so\"")");
    EXPECT_EQ(operand(7), "7");
    EXPECT_EQ(operand("="), "\"\"");
}

TEST_F(N8nExpression, ConvertsEveryTextOfAValue) {
    std::vector<std::string> why;
    const json::value value = convert_value(
        parse_json(R"({"a":["={{ $json.x }}",1],"{{":{"b":"{{"}})").value(), places, why);
    EXPECT_EQ(to_json(value), R"({"a":["{{fetch.body.x}}",1],"{{":{"b":"{{ \"{{\" }}"}})");
    EXPECT_THAT(why, IsEmpty());
}

TEST_F(N8nExpression, StandsInJsonText) {
    const auto value = [&](std::string_view given) {
        std::vector<std::string> why;
        const auto read = convert_json_text(given, places, why);
        EXPECT_THAT(why, IsEmpty()) << given;
        return read ? to_json(*read) : "none";
    };
    // Whatever a value says, the form is the one that was written.
    EXPECT_EQ(value(R"(={"a": "{{ $json.a }}", "b": "x {{ $json["b"] }}"})"),
              R"({"a":"{{fetch.body.a}}","b":"x {{fetch.body[\"b\"]}}"})");
    EXPECT_EQ(value(R"(={"n": {{ $json.n }}, "l": [{{ $json.n + 1 }}, true]})"),
              R"({"n":"{{fetch.body.n}}","l":["{{ fetch.body.n + 1 }}",true]})");
    EXPECT_EQ(value("={{ $json }}"), R"("{{fetch.body}}")");
    EXPECT_EQ(value(R"(={"x": {{ JSON.stringify($json.x) }}})"),
              R"({"x":"{{ JSON.parse(JSON.stringify(fetch.body.x)) }}"})");
    // What is plain stays plain.
    EXPECT_EQ(value(R"({"a": "{{ $env.KEY }}"})"), R"({"a":"{{ \"{{\" }} $env.KEY }}"})");
    EXPECT_EQ(value(R"(={"a": "\u007b\u007b$env.KEY}}"})"), R"({"a":"{{ \"{{\" }}$env.KEY}}"})");
    EXPECT_EQ(value(R"(={"{{ $json.name }}": 1})"), "none");
    EXPECT_EQ(value("={ no JSON }"), "none");
    EXPECT_EQ(value("={\"a\": \"\uE0000\uE001\"}"), "none") << "our own marks";
    EXPECT_EQ(
        value(std::string(limits::json_depth - 1, '[') + std::string(limits::json_depth - 1, ']')),
        "none")
        << "deeper than our document may be";
}

TEST_F(N8nExpression, NeverReadsBeyondItsEnd) {
    // Every prefix of what uses all forms: none may crash or hang.
    const std::string all =
        "={{ $('A').item.json.x + $node[\"A\"].json + $items('A')[0].json + $input.first().json "
        "+ $json?.a.b ?? $execution.resumeUrl + `${$env.X}` + /a{2}/.test($vars.y) - $now.toISO() "
        "}} "
        "x {{ $if($json.a, 1, 2) }}";
    for (std::size_t size = 0; size <= all.size(); ++size)
        EXPECT_LE(convert_text(all.substr(0, size), places).lost.size(), 10U);
}

}  // namespace
}  // namespace swiftgrid::control::n8n
