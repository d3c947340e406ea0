#include "nodes/http_request/request.h"

#include <gtest/gtest.h>

namespace swiftgrid::nodes::http_request {
namespace {

constexpr std::string_view boundary = "BOUNDARY";

PerformRequest perform_of(std::string_view input) {
    auto plan = std::make_shared<model::Plan>();
    model::PlanNode node;
    node.id = "call";
    plan->nodes.push_back(std::move(node));
    PerformRequest perform;
    perform.plan = std::move(plan);
    perform.input = *JsonText::parse(input);
    return perform;
}

net::HttpRequest built(std::string_view members) {
    const auto request = build_request(
        perform_of(R"({"url":"https://api.example/x?a=1",)" + std::string(members) + "}"),
        boundary);
    EXPECT_TRUE(request) << members << ": " << request.error().message;
    return request.value_or(net::HttpRequest{});
}

engine::RunError refused(std::string_view members) {
    const auto request = build_request(
        perform_of(R"({"url":"https://api.example/",)" + std::string(members) + "}"), boundary);
    EXPECT_FALSE(request) << members;
    return request ? engine::RunError{} : request.error();
}

std::string header(const net::HttpRequest& request, std::string_view name) {
    const std::string* value = net::find_header(request.headers, name);
    return value ? *value : "";
}

TEST(HttpRequestAuth, IsAHeaderOrAParameter) {
    EXPECT_EQ(header(built(R"("auth":{"type":"bearer","token":"t0k"})"), "authorization"),
              "Bearer t0k");
    EXPECT_EQ(header(built(R"("auth":{"type":"basic","username":"Aladdin",)"
                           R"("password":"open sesame"})"),
                     "authorization"),
              "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(
        header(built(R"("auth":{"type":"basic","username":"u","password":null})"), "authorization"),
        "Basic dTo=");
    const auto named = built(R"("auth":{"type":"header","name":"X-API-Key","value":"k"})");
    EXPECT_EQ(header(named, "x-api-key"), "k");
    EXPECT_EQ(named.credential_headers, std::vector<std::string>{"X-API-Key"});
    EXPECT_EQ(built(R"("query":{"b":2},"auth":{"type":"query","name":"a","value":"k&k"})").url,
              "https://api.example/x?b=2&a=k%26k");
    EXPECT_EQ(built(R"("auth":null)").headers.size(), 1U);
}

TEST(HttpRequestAuth, ReplacesAHeaderOfItsName) {
    const auto request = built(R"("headers":{"AUTHORIZATION":"old","X-A":"1"},)"
                               R"("auth":{"type":"bearer","token":"new"})");
    EXPECT_EQ(header(request, "authorization"), "Bearer new");
    EXPECT_EQ(request.headers.size(), 3U);
}

TEST(HttpRequestAuth, IsRefusedWhenItResolvedToNothingOrToALineBreak) {
    EXPECT_EQ(refused(R"("auth":{"type":"bearer","token":""})").code, "invalid_auth");
    EXPECT_EQ(refused(R"("auth":{"type":"bearer"})").code, "invalid_auth");
    EXPECT_EQ(refused(R"("auth":{"type":"header","name":"","value":"v"})").code, "invalid_auth");
    EXPECT_EQ(refused(R"("auth":"token")").code, "invalid_auth");
    const auto error = refused(R"("auth":{"type":"bearer","token":"s3cret\n"})");
    EXPECT_EQ(error.code, "invalid_auth");
    EXPECT_EQ(error.message.find("s3cret"), std::string::npos) << error.message;
}

struct BodyCase {
    const char* members;
    const char* type;
    std::string body;
};

TEST(HttpRequestBody, IsSentAsItsTypeSays) {
    const BodyCase cases[] = {
        {R"("body":"x")", "text/plain; charset=utf-8", "x"},
        {R"("body":{"a":1})", "application/json", R"({"a":1})"},
        {R"("body":false)", "application/json", "false"},
        {R"("bodyType":"json","body":{"a":1})", "application/json", R"({"a":1})"},
        {R"("bodyType":"json","body":"{\"a\": 1}")", "application/json", R"({"a": 1})"},
        {R"("bodyType":"json","body":"7","headers":{"content-type":"application/vnd.x+json"})",
         "application/vnd.x+json", "7"},
        {R"("bodyType":"text","body":{"a":1})", "text/plain; charset=utf-8", R"({"a":1})"},
        {R"("bodyType":"text","body":"<a/>","headers":{"Content-Type":"application/xml"})",
         "application/xml", "<a/>"},
        {R"("bodyType":"form","body":{"a b":"1&2","l":[1,2],"n":null,"o":{"x":1}})",
         "application/x-www-form-urlencoded", "a%20b=1%262&l=1&l=2&o=%7B%22x%22%3A1%7D"},
        {R"("bodyType":"form","body":"a=1+2")", "application/x-www-form-urlencoded", "a=1+2"},
        {R"("bodyType":"binary","body":"AP8=")", "application/octet-stream",
         std::string("\0\xff", 2)},
        {R"("bodyType":"binary","body":"AP8")", "application/octet-stream",
         std::string("\0\xff", 2)},
        {R"("bodyType":"binary","body":{"base64":"_w==","contentType":"image/png","size":1})",
         "image/png", "\xff"},
        {R"("bodyType":"multipart","body":null)", "", ""},
        {R"("method":"HEAD","body":"x")", "", ""},
        {R"("method":"GET","body":"x")", "text/plain; charset=utf-8", "x"},
    };
    for (const BodyCase& each : cases) {
        const auto request = built(each.members);
        EXPECT_EQ(header(request, "content-type"), each.type) << each.members;
        EXPECT_EQ(request.body, each.body) << each.members;
    }
}

TEST(HttpRequestBody, HasPartsThatAreFieldsAndFiles) {
    const auto request = built(R"("bodyType":"multipart",)"
                               R"("headers":{"Content-Type":"multipart/form-data"},)"
                               R"("body":{"title":"Gr\u00fc\u00dfe","n":7,"tags":["a","b"],)"
                               R"("none":null,"meta":{"text":"t","id":1},)"
                               R"("file":{"base64":"AP8=","contentType":"image/png","size":2},)"
                               R"("note\"\r\n":{"text":"hi","filename":"a\"b\r\n.txt"}})");
    EXPECT_EQ(header(request, "content-type"), "multipart/form-data; boundary=BOUNDARY");
    EXPECT_EQ(request.body, std::string("--BOUNDARY\r\n"
                                        "Content-Disposition: form-data; name=\"title\"\r\n\r\n"
                                        "Gr\xc3\xbc\xc3\x9f"
                                        "e\r\n--BOUNDARY\r\n"
                                        "Content-Disposition: form-data; name=\"n\"\r\n\r\n7\r\n"
                                        "--BOUNDARY\r\n"
                                        "Content-Disposition: form-data; name=\"tags\"\r\n\r\na\r\n"
                                        "--BOUNDARY\r\n"
                                        "Content-Disposition: form-data; name=\"tags\"\r\n\r\nb\r\n"
                                        "--BOUNDARY\r\n"
                                        "Content-Disposition: form-data; name=\"meta\"\r\n"
                                        "Content-Type: application/json\r\n\r\n"
                                        "{\"text\":\"t\",\"id\":1}\r\n"
                                        "--BOUNDARY\r\n"
                                        "Content-Disposition: form-data; name=\"file\"; "
                                        "filename=\"file\"\r\n"
                                        "Content-Type: image/png\r\n\r\n") +
                                std::string("\0\xff", 2) +
                                "\r\n--BOUNDARY\r\n"
                                "Content-Disposition: form-data; name=\"note%22%0D%0A\"; "
                                "filename=\"a%22b%0D%0A.txt\"\r\n"
                                "Content-Type: text/plain; charset=utf-8\r\n\r\nhi\r\n"
                                "--BOUNDARY--\r\n");
}

TEST(HttpRequestBody, IsRefusedWhenItDoesNotFitItsType) {
    for (const char* members :
         {R"("bodyType":"json","body":"{broken")", R"("bodyType":"form","body":[1])",
          R"("bodyType":"multipart","body":"text")", R"("bodyType":"binary","body":"no base64!")",
          R"("bodyType":"binary","body":{"a":1})", R"("bodyType":"binary","body":[1])",
          R"("bodyType":"multipart","body":{"f":{"base64":"%%"}})",
          R"("bodyType":"multipart","body":{"f":{"base64":"","contentType":"a\r\nb"}})"}) {
        EXPECT_EQ(refused(members).code, "invalid_body") << members;
    }
}

TEST(HttpRequestTls, TakesItsTexts) {
    const auto request =
        built(R"("tls":{"ca":"CA","certificate":"C","key":"K","keyPassword":"p","verify":false})");
    EXPECT_EQ(request.tls.authorities, "CA");
    EXPECT_EQ(request.tls.certificate, "C");
    EXPECT_EQ(request.tls.key, "K");
    EXPECT_EQ(request.tls.key_password, "p");
    EXPECT_FALSE(request.tls.verify);
    EXPECT_TRUE(built(R"("tls":{})").tls.verify);
    EXPECT_EQ(refused(R"("tls":{"key":"K"})").code, "invalid_tls");
}

TEST(HttpRequestNextPage, GoesOnWithCredentialsOnlyAtTheSameOrigin) {
    const auto perform = perform_of(R"({"url":"https://api.example/","headers":{"Cookie":"c"},)"
                                    R"("auth":{"type":"query","name":"key","value":"k"}})");
    const auto first = build_request(perform, boundary).value();
    EXPECT_EQ(first.url, "https://api.example/?key=k");
    const auto same = next_request(perform, first, "https://api.example/?page=2", 2).value();
    EXPECT_EQ(same.url, "https://api.example/?page=2&key=k");
    EXPECT_EQ(header(same, "cookie"), "c");
    EXPECT_EQ(header(same, "idempotency-key"), header(first, "idempotency-key") + ":page-2");
    for (const char* elsewhere :
         {"https://api.example:8443/", "http://api.example/", "https://evil.example/"}) {
        const auto other = next_request(perform, first, elsewhere, 3).value();
        EXPECT_EQ(other.url, elsewhere);
        EXPECT_EQ(header(other, "cookie"), "");
    }
}

TEST(HttpRequestNextPage, KeepsAnIdempotencyKeyThatWasGiven) {
    const auto perform =
        perform_of(R"({"url":"https://api.example/","headers":{"Idempotency-Key":"mine"}})");
    const auto first = build_request(perform, boundary).value();
    EXPECT_EQ(
        header(next_request(perform, first, "https://api.example/2", 2).value(), "idempotency-key"),
        "mine");
}

}  // namespace
}  // namespace swiftgrid::nodes::http_request
