#include "nodes/http_request/node.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace swiftgrid::nodes::http_request {
namespace {

class Problems : public model::DataCheck {
public:
    void error(std::string pointer, std::string code, std::string, std::string mend) override {
        EXPECT_FALSE(mend.empty());
        found.push_back(pointer + " " + code);
    }
    void warning(std::string pointer, std::string code, std::string, std::string mend) override {
        EXPECT_FALSE(mend.empty());
        found.push_back(pointer + " " + code);
    }

    std::vector<std::string> found;
};

json::object object(std::string_view text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value) << value.error().message;
    return value->get_object();
}

std::vector<std::string> problems_of(std::string_view data) {
    Problems problems;
    make_descriptor().check(object(data), problems);
    return problems.found;
}

std::string input_of(std::string_view data) {
    return to_json(make_descriptor().input_template(object(data)).value());
}

TEST(HttpRequestNode, FindsAMissingOrRelativeUrl) {
    EXPECT_EQ(problems_of("{}"), std::vector<std::string>{"/url missing_field"});
    EXPECT_EQ(problems_of(R"({"url":""})"), std::vector<std::string>{"/url missing_field"});
    EXPECT_EQ(problems_of(R"({"url":"example.com"})"),
              std::vector<std::string>{"/url invalid_url"});
    EXPECT_TRUE(problems_of(R"({"url":"https://example.com/{{a.b}}"})").empty());
    EXPECT_TRUE(problems_of(R"({"url":"{{a.url}}"})").empty());
    EXPECT_TRUE(problems_of(R"({"url":"/api/echo"})").empty());
}

TEST(HttpRequestNode, FindsAStatusItCannotRead) {
    EXPECT_TRUE(problems_of(R"({"url":"/","acceptStatus":[404,"5xx","400-499","410"]})").empty());
    EXPECT_EQ(problems_of(R"({"url":"/","acceptStatus":[404,"6xx"]})"),
              std::vector<std::string>{"/acceptStatus/1 invalid_status"});
    EXPECT_EQ(problems_of(R"({"url":"/","acceptStatus":[99,"500-400",true]})").size(), 3U);
}

TEST(HttpRequestNode, MatchesStatusesByNumberClassAndRange) {
    EXPECT_EQ(matches_status(404, 404), true);
    EXPECT_EQ(matches_status(404, 403), false);
    EXPECT_EQ(matches_status("5xx", 503), true);
    EXPECT_EQ(matches_status("5xx", 499), false);
    EXPECT_EQ(matches_status("400-410", 410), true);
    EXPECT_EQ(matches_status("400-410", 411), false);
    EXPECT_EQ(matches_status("abc", 404), std::nullopt);
}

TEST(HttpRequestNode, WarnsAboutBodiesThatDoNotArrive) {
    const auto found = [](std::string_view members) {
        return problems_of(R"({"url":"/",)" + std::string(members) + "}");
    };
    EXPECT_EQ(found(R"("method":"HEAD","body":"x")"),
              std::vector<std::string>{"/body body_not_sent"});
    EXPECT_EQ(found(R"("body":"x")"), std::vector<std::string>{"/body unusual_body"});
    EXPECT_TRUE(found(R"("method":"DELETE","body":"x")").empty());
    EXPECT_TRUE(found(R"("method":"GET","body":null)").empty());
}

TEST(HttpRequestNode, FindsWhatIsMissingInAuthentication) {
    const auto found = [](std::string_view auth) {
        return problems_of(R"({"url":"/","auth":)" + std::string(auth) + "}");
    };
    EXPECT_TRUE(found("null").empty());
    EXPECT_TRUE(found(R"({"type":"bearer","token":"{{$env.T}}"})").empty());
    EXPECT_TRUE(found(R"({"type":"basic","username":"u","password":""})").empty());
    EXPECT_EQ(found(R"({"type":"bearer"})"), std::vector<std::string>{"/auth/token missing_field"});
    EXPECT_EQ(found(R"({"type":"bearer","token":"abc"})"),
              std::vector<std::string>{"/auth/token inline_secret"});
    EXPECT_EQ(
        found(R"({"type":"basic","password":"abc"})"),
        (std::vector<std::string>{"/auth/username missing_field", "/auth/password inline_secret"}));
    EXPECT_EQ(found(R"({"type":"query","value":"{{$env.K}}"})"),
              std::vector<std::string>{"/auth/name missing_field"});
}

TEST(HttpRequestNode, FindsPagesItCannotFollow) {
    const auto found = [](std::string_view pagination) {
        return problems_of(R"({"url":"/","pagination":)" + std::string(pagination) + "}");
    };
    EXPECT_TRUE(found(R"({"mode":"link"})").empty());
    EXPECT_TRUE(found(R"({"mode":"cursor","next":"meta.next","items":"[0].list"})").empty());
    EXPECT_EQ(found(R"({"mode":"nextUrl"})"),
              std::vector<std::string>{"/pagination/next missing_field"});
    EXPECT_EQ(found(R"({"mode":"page","items":"a b"})"),
              std::vector<std::string>{"/pagination/items invalid_value"});
}

TEST(HttpRequestNode, OffersOnlyWhatIsThereAsInput) {
    EXPECT_EQ(input_of(R"({"url":"u","headers":{},"query":{},"body":null,"acceptStatus":[]})"),
              R"({"method":"GET","url":"u"})");
    EXPECT_EQ(input_of(R"({"method":"POST","url":"u","headers":{"a":"b"},"body":"{{x}}"})"),
              R"({"method":"POST","url":"u","headers":{"a":"b"},"body":"{{x}}"})");
    EXPECT_EQ(input_of(R"({"url":"u","auth":null,"tls":{},"bodyType":"form","pagination":{}})"),
              R"({"method":"GET","url":"u"})");
    EXPECT_EQ(input_of(R"({"url":"u","auth":{"type":"bearer","token":"{{$env.T}}"},)"
                       R"("body":{"a":1},"bodyType":"form"})"),
              R"({"method":"GET","url":"u","auth":{"type":"bearer","token":"{{$env.T}}"},)"
              R"("body":{"a":1},"bodyType":"form"})");
}

TEST(HttpRequestNode, DescribesEveryFieldOfItsExample) {
    std::ifstream file(std::filesystem::path(__FILE__).replace_filename("example.json"));
    std::stringstream text;
    text << file.rdbuf();
    const json::object example = object(text.str());
    const model::NodeDescriptor descriptor = make_descriptor();
    const json::object& fields = descriptor.data_schema.at("properties").as_object();
    for (const auto& [name, value] : example) {
        const bool is_common = name == "label" || name == "timeoutMs" || name == "retry";
        EXPECT_TRUE(is_common || fields.contains(name)) << std::string_view(name);
    }
    Problems problems;
    descriptor.check(example, problems);
    EXPECT_TRUE(problems.found.empty());
}

TEST(HttpRequestNode, AsksForAPerformerAndBindsNothing) {
    const model::PlanNode node;
    const engine::Directive directive = make_behaviour()->enter(node, JsonText());
    ASSERT_TRUE(std::holds_alternative<engine::Perform>(directive));
    EXPECT_TRUE(std::get<engine::Perform>(directive).binds.empty());
}

}  // namespace
}  // namespace swiftgrid::nodes::http_request
