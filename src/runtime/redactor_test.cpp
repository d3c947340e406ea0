#include "runtime/redactor.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

const std::string token = "vQx-3_hJ0aZ9kLmN2pRsTuVwXyZ4567890abcDEFghi";

std::string redacted(const std::vector<std::string>& secrets, std::string text) {
    Redactor(secrets).redact_in(text);
    return text;
}

TEST(Redactor, LeavesTextWithoutSecretsAsItIs) {
    const Redactor redactor(std::array{token});
    EXPECT_EQ(redactor.redact("nothing here"), std::nullopt);
    EXPECT_EQ(redactor.redact(""), std::nullopt);
    EXPECT_EQ(redactor.redact(token.substr(1)), std::nullopt);
    EXPECT_EQ(redactor.redact(token.substr(0, 42)), std::nullopt);
    EXPECT_EQ(Redactor({}).redact("nothing here"), std::nullopt);
}

TEST(Redactor, TakesASecretOutWhereverItStands) {
    EXPECT_EQ(redacted({token}, token), "[redacted]");
    EXPECT_EQ(redacted({token}, "/resume/" + token + "?x"), "/resume/[redacted]?x");
    EXPECT_EQ(redacted({token}, token + token + "a" + token), "[redacted][redacted]a[redacted]");
    EXPECT_EQ(redacted({token}, "vQ" + token + "vQ"), "vQ[redacted]vQ");
}

TEST(Redactor, TakesTheBeginningOfASecretOutOfATextThatWasCut) {
    EXPECT_EQ(redacted({token}, "found \"" + token.substr(0, 20) + "…\""), "found \"[redacted]…\"");
    EXPECT_EQ(redacted({token}, token.substr(0, 6) + "…"), "[redacted]…");
    EXPECT_EQ(redacted({token}, token.substr(0, 5) + "…"), token.substr(0, 5) + "…");
    EXPECT_EQ(redacted({token}, token + "…"), "[redacted]…");
    EXPECT_EQ(redacted({token}, token.substr(0, 20) + " …"), token.substr(0, 20) + " …");
    EXPECT_EQ(redacted({"a/b/c/d/e/f"}, "a%2Fb%2Fc%2Fd…"), "[redacted]…");
    EXPECT_EQ(redacted({"a/b/c/d/e/f"}, R"(a\/b\/c\/d\u2026)"), R"([redacted]\u2026)");
}

TEST(Redactor, FindsEveryOneOfManySecrets) {
    std::vector<std::string> secrets;
    std::string text;
    std::string expected;
    for (int i = 0; i < 300; ++i) {
        secrets.push_back("secret-number-" + std::to_string(i));
        text += "<" + secrets.back() + ">";
        expected += "<[redacted]>";
    }
    EXPECT_EQ(redacted(secrets, text), expected);
}

TEST(Redactor, FindsBase64AtEveryOffset) {
    for (const Base64 alphabet : {Base64::standard, Base64::url}) {
        for (const std::string& before : {"", "x", "xy", "https://grid.example.com/"}) {
            const std::string encoded = to_base64(before + token + " and more", alphabet);
            const std::string out = redacted({token}, encoded);
            EXPECT_NE(out.find("[redacted]"), std::string::npos) << encoded;
            // At most the characters that share bits with their neighbours are left.
            EXPECT_LE(out.size(), encoded.size() - to_base64(token, alphabet).size() + 14) << out;
        }
    }
}

TEST(Redactor, FindsWhatUrlsAndJsonMakeOfASecret) {
    EXPECT_EQ(redacted({"a/b c\"d+e"}, "?key=a%2Fb%20c%22d%2Be&x"), "?key=[redacted]&x");
    JsonText value = JsonText::string("say a/b c\"d+e");
    Redactor(std::array{std::string("a/b c\"d+e")}).redact_in(value);
    EXPECT_EQ(value.view(), "\"say [redacted]\"");
}

TEST(Redactor, KeepsJsonWellFormed) {
    const std::array secrets = {std::string("nabcdef"), std::string("\":\"abc")};
    for (const std::string& text : {R"({"k":"\nabcdef"})", R"({"x":"abc"})", R"(["nabcdef",1])"}) {
        JsonText value = *JsonText::parse(text);
        Redactor(secrets).redact_in(value);
        EXPECT_TRUE(JsonText::parse(value.view()).has_value()) << value.view();
        EXPECT_NE(value.view().find("[redacted]"), std::string_view::npos) << value.view();
    }
}

TEST(Redactor, TakesTheUnionOfWhatOverlaps) {
    EXPECT_EQ(redacted({"abcdefgh", "efghijkl"}, "-abcdefghijkl-"), "-[redacted]-");
    EXPECT_EQ(redacted({"abcdef", "xxabcdefyy"}, "-xxabcdefyy-xxabcdef-"),
              "-[redacted]-xx[redacted]-");
    EXPECT_EQ(redacted({"aaaaaa"}, "b" + std::string(15, 'a') + "b"), "b[redacted]b");
}

TEST(Redactor, SeesThroughEveryWayToEscape) {
    const std::string secret = "a/b\"c<d>&é\U0001F600 e";
    for (const std::string& text :
         {R"(a\/b\"c<d>&é\ud83d\ude00 e)", R"(\u0061/b\u0022c\u003cd\u003E\u0026\u00e9😀 e)",
          "a%2fb%22c%3Cd%3e%26%C3%A9%F0%9F%98%80%20e", "a/b%22c<d>&%c3%a9😀 e"})
        EXPECT_EQ(redacted({secret}, "(" + text + ")"), "([redacted])");
    EXPECT_EQ(redacted({"my pass phrase"}, "q=my+pass+phrase&x"), "q=[redacted]&x");
}

TEST(Redactor, LooksIntoJsonInsideJson) {
    const std::string secret = "a/b\"cde";
    JsonText inner = JsonText::from(json::object{{"key", secret}, {"line", "1\n2"}});
    JsonText value = JsonText::from(json::object{{"body", inner.as_plain_text()}, {"n", 1}});
    Redactor(std::array{secret}).redact_in(value);
    EXPECT_EQ(value.view(), R"({"body":"{\"key\":\"[redacted]\",\"line\":\"1\\n2\"}","n":1})");
}

TEST(Redactor, LooksThroughAnyNumberOfQuotings) {
    for (const std::string& secret :
         {std::string("a\"b/c\nd\\q\\"), std::string("\\\\server\\new\\"),
          std::string("é😀\"'x\\u00e9")}) {
        std::string text = secret;
        for (int depth = 0; depth < 5; ++depth) {
            EXPECT_EQ(redacted({secret}, "(" + text + ")").find(secret.substr(2, 3)),
                      std::string::npos)
                << text;
            EXPECT_NE(redacted({secret}, "(" + text + ")").find("([redacted]"), std::string::npos)
                << text;
            text = JsonText::string(text).view();
            text = text.substr(1, text.size() - 2);
        }
    }
}

TEST(Redactor, TakesNumbersAndNamesOutOneByOne) {
    JsonText value = *JsonText::parse(R"({"pin":987654,"at":19876541,"987654":[true,"x\n"]})");
    Redactor(std::array{std::string("987654")}).redact_in(value);
    EXPECT_EQ(value.view(),
              R"({"pin":"[redacted]","at":"1[redacted]1","[redacted]":[true,"x\n"]})");
}

TEST(Redactor, TakesAValueOutAsAWholeWhenASecretReachesAcrossItsParts) {
    JsonText value = *JsonText::parse(R"({"type":"account","id":7})");
    Redactor(std::array{std::string(R"({"type":"account","id":7})")}).redact_in(value);
    EXPECT_EQ(value.view(), R"("[redacted]")");
}

TEST(Redactor, FindsThePlantedOnesInRandomText) {
    const std::uint64_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int round = 0; round < 200; ++round) {
        std::string text;
        std::string expected;
        for (std::uint64_t i = random() % 20; i > 0; --i) {
            const std::string noise(random() % 50, static_cast<char>('v' + random() % 4));
            text += noise + token;
            expected += noise + "[redacted]";
        }
        EXPECT_EQ(redacted({token}, text), expected);
    }
}

}  // namespace
}  // namespace swiftgrid::runtime
