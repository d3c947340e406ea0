#include "api/multipart.h"

#include <gtest/gtest.h>

namespace swiftgrid::api {
namespace {

constexpr std::string_view type = "multipart/form-data; charset=utf-8; boundary=\"frontier\"";

std::string lines(std::initializer_list<std::string_view> all) {
    std::string text;
    for (const std::string_view line : all) text += std::string(line) + "\r\n";
    return text;
}

TEST(Multipart, HasFieldsAndFiles) {
    const std::string body = lines({"ignored",
                                    "--frontier",
                                    "Content-Disposition: form-data; name=\"a\"",
                                    "",
                                    "one",
                                    "two",
                                    "--frontier",
                                    "content-disposition: form-data; name=f; filename=\"x;\\\"y\"",
                                    "Content-Type: image/png",
                                    "",
                                    "\x89PNG",
                                    "--frontier  ",
                                    "Content-Disposition: form-data; name=empty",
                                    "",
                                    "",
                                    "--frontier",
                                    "Content-Disposition: form-data; name=shared",
                                    "",
                                    "--frontier--",
                                    "ignored"});
    const auto parts = parse_multipart(body, type);
    ASSERT_TRUE(parts) << parts.error().message;
    ASSERT_EQ(parts->size(), 4U);
    EXPECT_EQ((*parts)[0].name, "a");
    EXPECT_EQ((*parts)[0].content, "one\r\ntwo");
    EXPECT_FALSE((*parts)[0].file_name);
    EXPECT_EQ((*parts)[1].file_name, "x;\"y");
    EXPECT_EQ((*parts)[1].content_type, "image/png");
    EXPECT_EQ((*parts)[1].content, "\x89PNG");
    EXPECT_EQ((*parts)[2].content, "");
    EXPECT_EQ((*parts)[3].name, "shared");
    EXPECT_EQ((*parts)[3].content, "");
}

TEST(Multipart, MayHaveNoParts) { EXPECT_EQ(parse_multipart("--frontier--", type)->size(), 0U); }

TEST(Multipart, ThatIsBrokenIsRefused) {
    const auto refused = [](const std::string& body, std::string_view content_type = type) {
        const auto parts = parse_multipart(body, content_type);
        return !parts && parts.error().code == ErrorCode::bad_request;
    };
    const std::string field = lines({"--frontier", "Content-Disposition: form-data; name=a", ""});
    EXPECT_TRUE(refused(""));
    EXPECT_TRUE(refused("--frontier"));
    EXPECT_TRUE(refused("--frontier\r\n"));
    EXPECT_TRUE(refused("--frontierx\r\n"));
    EXPECT_TRUE(refused(field));
    EXPECT_TRUE(refused(field + "value"));
    EXPECT_TRUE(refused(field + "value\r\n--frontier"));
    EXPECT_FALSE(refused(field + "value\r\n--frontier--"));
    EXPECT_TRUE(refused(lines({"--frontier", "X: y", "", "value", "--frontier--"})));
    EXPECT_TRUE(refused(lines({"--frontier", "", "value", "--frontier--"})));
    EXPECT_TRUE(refused("--frontier--", "multipart/form-data"));
    EXPECT_TRUE(refused("--frontier--", "multipart/form-data; boundary="));
    std::string many;
    for (int i = 0; i <= 1'000; ++i) many += field + "v\r\n";
    EXPECT_TRUE(refused(many + "--frontier--"));
}

TEST(HeaderParameter, IsFoundByItsNameInAnyCase) {
    EXPECT_EQ(header_parameter("a; X=1; y=\"2;3\" ; z", "x"), "1");
    EXPECT_EQ(header_parameter("a; X=1; y=\"2;3\" ; z", "y"), "2;3");
    EXPECT_EQ(header_parameter("a; X=1; y=\"2;3\" ; z", "z"), std::nullopt);
    EXPECT_EQ(header_parameter("name=1", "name"), std::nullopt);
    EXPECT_EQ(header_parameter("a; name=\"open", "name"), "open");
    EXPECT_EQ(header_parameter("a; name=\"\\", "name"), "\\");
}

}  // namespace
}  // namespace swiftgrid::api
