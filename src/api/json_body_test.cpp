#include "api/json_body.h"

#include <gtest/gtest.h>

#include "api/answers.h"

namespace swiftgrid::api {
namespace {

Request request_with(std::string body) {
    Request request;
    request.path = "/api/x";
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = std::move(body);
    return request;
}

json::object problem_of(const control::Refusal& refusal) {
    EXPECT_EQ(refusal.error.code, ErrorCode::invalid_document);
    if (refusal.problems.empty()) return {};
    const model::Problem& problem = refusal.problems.front();
    EXPECT_EQ(refusal.error.message, model::in_one_line(problem));
    EXPECT_FALSE(problem.mend.empty()) << problem.detail;
    return {{"pointer", problem.pointer}, {"code", problem.code}, {"detail", problem.detail}};
}

TEST(JsonBody, UnknownMembersAreProblemsWithTheirPlaces) {
    const auto body = JsonBody::read(request_with(R"({"a":1,"b/c":2,"x":3})"), {"a", "z"});
    ASSERT_FALSE(body);
    EXPECT_EQ(problem_of(body.error()), (json::object{{"pointer", "/b~1c"},
                                                      {"code", "unknown_field"},
                                                      {"detail", "body: unknown member 'b/c'"}}));
    ASSERT_EQ(body.error().problems.size(), 2u) << "all of them";
    EXPECT_EQ(body.error().problems[1].pointer, "/x");
    EXPECT_EQ(body.error().problems[1].mend, "these are there: a, z");
}

TEST(JsonBody, MembersOfAnotherTypeAreProblemsWithTheirPlaces) {
    const auto body = JsonBody::read(request_with(R"({"t":1,"n":"1","b":"true","u":null})"),
                                     {"t", "n", "b", "u"});
    ASSERT_TRUE(body);
    const auto wrong = [](std::string_view name, std::string_view expected) {
        return json::object{
            {"pointer", "/" + std::string(name)},
            {"code", "wrong_type"},
            {"detail", "body: '" + std::string(name) + "' must be " + std::string(expected)}};
    };
    EXPECT_EQ(problem_of(body->text("t").error()), wrong("t", "a string"));
    EXPECT_EQ(problem_of(body->integer("n").error()), wrong("n", "a whole number"));
    EXPECT_EQ(problem_of(body->boolean("b").error()), wrong("b", "true or false"));
    EXPECT_EQ(body->text("u").value(), std::nullopt);
    EXPECT_EQ(
        problem_of(missing_member("v").error()),
        (json::object{
            {"pointer", "/v"}, {"code", "missing_field"}, {"detail", "body: 'v' is missing"}}));
}

TEST(JsonBody, WhatIsNoObjectHasNoPlace) {
    const auto body = JsonBody::read(request_with("[1]"), {"a"}, true);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().error.code, ErrorCode::bad_request);
    EXPECT_TRUE(body.error().problems.empty());
}

}  // namespace
}  // namespace swiftgrid::api
