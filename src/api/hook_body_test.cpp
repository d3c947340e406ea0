#include "api/hook_body.h"

#include <gtest/gtest.h>

namespace swiftgrid::api {
namespace {

std::string value_of(const std::string& content_type, const std::string& body) {
    Request request;
    if (!content_type.empty()) request.headers = {{"content-type", content_type}};
    request.body = body;
    const auto value = hook_body(request);
    if (!value) {
        EXPECT_EQ(value.error().code, ErrorCode::bad_request);
        return "refused: " + value.error().message;
    }
    return std::string(value->view());
}

TEST(HookBody, IsParsedWhenItIsJson) {
    EXPECT_EQ(value_of("application/json", R"({ "ok": true })"), R"({"ok":true})");
    EXPECT_EQ(value_of("Application/JSON; charset=utf-8", "[1]"), "[1]");
    EXPECT_EQ(value_of("application/cloudevents+json", "7"), "7");
    EXPECT_TRUE(value_of("application/json", "{").starts_with("refused: body: "));
}

TEST(HookBody, IsAnObjectWhenItIsAForm) {
    EXPECT_EQ(value_of("application/x-www-form-urlencoded", "a=1&b=x+y&a=2&c&a=3"),
              R"({"a":["1","2","3"],"b":"x y","c":""})");
    EXPECT_TRUE(value_of("application/x-www-form-urlencoded", "a=%zz").starts_with("refused: "));
    EXPECT_TRUE(value_of("application/x-www-form-urlencoded", "a=%ff").starts_with("refused: "));
}

TEST(HookBody, IsAnObjectWhenItIsAFormWithFiles) {
    EXPECT_EQ(value_of("multipart/form-data; boundary=b",
                       "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
                       "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n2\r\n"
                       "--b\r\nContent-Disposition: form-data; name=f; filename=x.png\r\n"
                       "Content-Type: image/png\r\n\r\n\x89P\r\n--b--\r\n"),
              R"({"a":["1","2"],"f":{"base64":"iVA=","contentType":"image/png","size":2,)"
              R"("filename":"x.png"}})");
    EXPECT_TRUE(value_of("multipart/form-data", "--b--").starts_with("refused: body: "));
    EXPECT_TRUE(value_of("multipart/form-data; boundary=b",
                         "--b\r\nContent-Disposition: form-data; name=\xff\r\n\r\n\r\n--b--")
                    .starts_with("refused: "));
}

TEST(HookBody, IsAStringWhenItIsText) {
    EXPECT_EQ(value_of("text/plain", "yes, \"go\"\n"), R"("yes, \"go\"\n")");
    EXPECT_EQ(value_of("text/html", "{}"), R"("{}")");
}

TEST(HookBody, IsBase64WhenItIsAnythingElse) {
    EXPECT_EQ(value_of("image/png", std::string("\x89P\0", 3)),
              R"({"base64":"iVAA","contentType":"image/png","size":3})");
    EXPECT_EQ(value_of("text/plain", "\xff\xfe"),
              R"({"base64":"//4=","contentType":"text/plain","size":2})");
}

TEST(HookBody, IsGuessedWhenNobodySaysWhatItIs) {
    EXPECT_EQ(value_of("", R"({"ok":true})"), R"({"ok":true})");
    EXPECT_EQ(value_of("", "yes, go"), R"("yes, go")");
    EXPECT_EQ(value_of("", "\xff"), R"({"base64":"/w==","contentType":"","size":1})");
}

TEST(HookBody, IsNullWhenThereIsNone) {
    EXPECT_EQ(value_of("", ""), "null");
    EXPECT_EQ(value_of("application/json", ""), "null");
}

}  // namespace
}  // namespace swiftgrid::api
