#include "nodes/http_request/pages.h"

#include <gtest/gtest.h>

#include "nodes/http_request/link_header.h"

namespace swiftgrid::nodes::http_request {
namespace {

// What a service answers, page by page; tells which URLs were asked.
struct Story {
    explicit Story(std::string_view pagination) {
        model::PlanNode node;
        node.data = parse_json(R"({"pagination":)" + std::string(pagination) + "}")->get_object();
        pages = Pages::of(node);
        request.url = "https://api.example/items?q=1";
        pages->prepare(request);
        asked = request.url;
    }

    // Gives the URL of the next page, "end", or the code of an error.
    std::string answer(std::string_view body, std::string_view link = "", int status = 200) {
        net::HttpResponse response;
        response.status = status;
        response.effective_url = asked;
        if (!link.empty()) response.headers.push_back({"link", std::string(link)});
        const auto next = pages->take(request, response, *JsonText::parse(body));
        if (const auto* error = std::get_if<engine::RunError>(&next)) return error->code;
        const auto& url = std::get<std::optional<std::string>>(next);
        if (url) asked = *url;
        return url.value_or("end");
    }

    std::optional<Pages> pages;
    net::HttpRequest request;
    std::string asked;
};

TEST(Pages, AreOffWithoutTheField) {
    model::PlanNode node;
    EXPECT_FALSE(Pages::of(node));
    node.data["pagination"] = nullptr;
    EXPECT_FALSE(Pages::of(node));
}

TEST(Pages, FollowTheLinkHeader) {
    Story story(R"({"mode":"link"})");
    EXPECT_EQ(story.answer("[1,2]", R"(<?page=2>; rel="next", </items?page=9>; rel="last")"),
              "https://api.example/items?page=2");
    EXPECT_EQ(story.answer("[3]", R"(</other>; rel=next)"), "https://api.example/other");
    EXPECT_EQ(story.answer("[]", R"(</items?page=1>; rel="prev")"), "end");
    EXPECT_EQ(story.pages->body().view(), "[1,2,3]");
    EXPECT_EQ(story.pages->count(), 3U);
    EXPECT_EQ(story.pages->items(), 3U);
    EXPECT_FALSE(story.pages->has_more());
}

TEST(Pages, FollowAUrlInTheAnswer) {
    Story story(R"({"mode":"nextUrl","items":"data.list","next":"paging.next"})");
    EXPECT_EQ(story.answer(R"({"data":{"list":[{"a":1}]},"paging":{"next":"/items?after=x"}})"),
              "https://api.example/items?after=x");
    EXPECT_EQ(story.answer(R"({"data":{"list":[{"a":2},3]},"paging":{"next":null}})"), "end");
    EXPECT_EQ(story.pages->body().view(), R"([{"a":1},{"a":2},3])");
}

TEST(Pages, SendACursorOfTheAnswer) {
    Story story(R"({"mode":"cursor","next":"next_cursor","parameter":"after","items":"list"})");
    EXPECT_EQ(story.answer(R"({"list":[1],"next_cursor":"a=b&c"})"),
              "https://api.example/items?q=1&after=a%3Db%26c");
    EXPECT_EQ(story.answer(R"({"list":[2],"next_cursor":17})"),
              "https://api.example/items?q=1&after=17");
    for (const char* last :
         {R"({"list":[],"next_cursor":""})", R"({"list":[]})", R"({"list":[],"next_cursor":false})",
          R"({"list":[],"next_cursor":null})"})
        EXPECT_EQ(story.answer(last), "end") << last;
    EXPECT_EQ(story.pages->body().view(), "[1,2]");
}

TEST(Pages, CountPagesUntilOneIsEmpty) {
    Story story(R"({"mode":"page","items":"items"})");
    EXPECT_EQ(story.asked, "https://api.example/items?q=1&page=1");
    EXPECT_EQ(story.answer(R"({"items":["a"]})"), "https://api.example/items?q=1&page=2");
    EXPECT_EQ(story.answer(R"({"items":[]})"), "end");
    Story other(R"({"mode":"page","start":0,"parameter":"p"})");
    EXPECT_EQ(other.asked, "https://api.example/items?q=1&p=0");
    EXPECT_EQ(other.answer("[1]"), "https://api.example/items?q=1&p=1");
}

TEST(Pages, CountItemsForAnOffset) {
    Story story(R"({"mode":"offset","parameter":"skip"})");
    EXPECT_EQ(story.asked, "https://api.example/items?q=1&skip=0");
    EXPECT_EQ(story.answer("[1,2,3]"), "https://api.example/items?q=1&skip=3");
    EXPECT_EQ(story.answer("[4,5]"), "https://api.example/items?q=1&skip=5");
    EXPECT_EQ(story.answer("[]"), "end");
}

TEST(Pages, EndAtTheirLimitAndSaySo) {
    Story story(R"({"mode":"page","maxPages":2})");
    EXPECT_NE(story.answer("[1]"), "end");
    EXPECT_EQ(story.answer("[2]"), "end");
    EXPECT_TRUE(story.pages->has_more());
    EXPECT_EQ(story.pages->count(), 2U);
}

TEST(Pages, AreWholeAnswersWhereThereIsNoList) {
    Story story(R"({"mode":"nextUrl","next":"next"})");
    EXPECT_EQ(story.answer(R"({"a":1,"next":"/2"})"), "https://api.example/2");
    EXPECT_EQ(story.answer(R"({"a":2})"), "end");
    EXPECT_EQ(story.pages->body().view(), R"([{"a":1,"next":"/2"},{"a":2}])");
}

TEST(Pages, SayWhereTheyMissAList) {
    EXPECT_EQ(Story(R"({"mode":"page"})").answer(R"({"items":[1]})"), "pagination_no_list");
    EXPECT_EQ(Story(R"({"mode":"link","items":"list"})").answer(R"({"lists":[1]})"),
              "pagination_no_list");
    EXPECT_EQ(Story(R"({"mode":"link","items":"list"})").answer(R"({"list":{}})"),
              "pagination_no_list");
}

TEST(Pages, NoticeThatTheServiceGoesInCircles) {
    Story story(R"({"mode":"link","maxPages":1000})");
    EXPECT_EQ(story.answer("[1]", "</b>; rel=next"), "https://api.example/b");
    EXPECT_EQ(story.answer("[2]", "</items?q=1>; rel=next"), "pagination_loop");
    Story still(R"({"mode":"cursor","next":"c"})");
    EXPECT_NE(still.answer(R"({"c":"x"})"), "pagination_loop");
    EXPECT_EQ(still.answer(R"({"c":"x"})"), "pagination_loop");
}

TEST(Pages, KeepWithinTheLimitOfAResult) {
    Story story(R"({"mode":"page","maxPages":1000})");
    const std::string page = "[\"" + std::string(6 * limits::mebibyte, 'x') + "\"]";
    EXPECT_NE(story.answer(page), "response_too_large");
    EXPECT_NE(story.answer(page), "response_too_large");
    EXPECT_EQ(story.answer(page), "response_too_large");
}

TEST(Pages, TakeAnAcceptedErrorStatusAsTheEnd) {
    Story story(R"({"mode":"page"})");
    EXPECT_NE(story.answer("[1]"), "end");
    EXPECT_EQ(story.answer(R"({"error":"no such page"})", "", 404), "end");
    EXPECT_EQ(story.pages->body().view(), "[1]");
}

TEST(Pages, RefuseANextPageThatCannotBeRequested) {
    EXPECT_EQ(Story(R"({"mode":"link"})").answer("[]", "<file:///etc/passwd>; rel=next"),
              "invalid_url");
}

TEST(LinkHeader, IsReadInEveryForm) {
    const auto next = [](std::string value) {
        return find_link({{"link", std::move(value)}}, "next").value_or("none");
    };
    EXPECT_EQ(next(R"(<https://a/?x=1,2;3>; rel="next")"), "https://a/?x=1,2;3");
    EXPECT_EQ(next(R"(<a>;rel=prev,<b>;rel=next)"), "b");
    EXPECT_EQ(next(R"(<a>; title="x, <y>; rel=next"; rel="last", <b>; REL="prev NEXT")"), "b");
    EXPECT_EQ(next(R"(<a>; rel="next)"), "a");
    EXPECT_EQ(next(R"(<a>; rel="nextish")"), "none");
    for (const char* broken : {"", "a", "<a", "<a>", "<a>;", "<a>;rel", "<a>;=next", ";,<>,;", "<"})
        EXPECT_EQ(next(broken), "none") << broken;
    EXPECT_EQ(find_link({{"link", "<a>; rel=prev"}, {"Link", "<b>; rel=next"}}, "next"), "b");
    EXPECT_EQ(find_link({}, "next"), std::nullopt);
}

}  // namespace
}  // namespace swiftgrid::nodes::http_request
