#include "runtime/redacted_stream.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace swiftgrid::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Redactor> redactor(const std::vector<std::string>& secrets) {
    return std::make_shared<const Redactor>(secrets);
}

TEST(RedactedStream, LetsOrdinaryTextThroughAtOnce) {
    RedactedStream stream(redactor({"sk-secret-1234"}));
    EXPECT_EQ(stream.push("Hello, "), "Hello, ");
    EXPECT_EQ(stream.push("world."), "world.");
    EXPECT_EQ(stream.finish(), "");
}

TEST(RedactedStream, HoldsBackOnlyWhatMayStillBecomeASecret) {
    RedactedStream stream(redactor({"sk-secret-1234"}));
    EXPECT_EQ(stream.push("ask"), "a");
    EXPECT_EQ(stream.push("-se"), "");
    EXPECT_EQ(stream.push("x"), "sk-sex");
    EXPECT_EQ(stream.push("sk-secret-12"), "");
    EXPECT_EQ(stream.push("34!"), "[redacted]!");
    EXPECT_EQ(stream.push("sk-sec"), "");
    EXPECT_EQ(stream.finish(), "sk-sec");
}

TEST(RedactedStream, WaitsForTheMarkOfATextThatWasCut) {
    RedactedStream stream(redactor({"secret-token"}));
    EXPECT_EQ(stream.push("a secret-t\xE2"), "a ");
    EXPECT_EQ(stream.push("\x80"), "");
    EXPECT_EQ(stream.push("\xA6 b"), "[redacted]… b");
    EXPECT_EQ(stream.push("secret-t\xE2\x80"), "");
    EXPECT_EQ(stream.push("\xA5"), "secret-t\xE2\x80\xA5");
    EXPECT_EQ(stream.finish(), "");
}

TEST(RedactedStream, JoinsWhatOverlapsAcrossPieces) {
    RedactedStream stream(redactor({"abcdefgh", "efghijkl"}));
    std::string out;
    for (const char c : std::string("-abcdefghijkl-")) out += stream.push({&c, 1});
    EXPECT_EQ(out + stream.finish(), "-[redacted]-");
}

TEST(RedactedStream, WaitsForTheRestOfAnEscape) {
    RedactedStream stream(redactor({"é/secret"}));
    EXPECT_EQ(stream.push("x\\u00"), "x");
    EXPECT_EQ(stream.push("e9\\/sec"), "");
    EXPECT_EQ(stream.push("ret%c3"), "[redacted]");
    EXPECT_EQ(stream.push("%a9%2Fsecret"), "[redacted]");
    EXPECT_EQ(stream.push("100%"), "100");
    EXPECT_EQ(stream.finish(), "%");
}

// Random secrets, written in random ways, in pieces cut at random.
class RandomStreams : public testing::Test {
protected:
    std::string random_secret() {
        static const std::string alphabet =
            "ab01/+=-_.~%\\\"'<>&{}:, \n\tABCxyz\xC3\xA9";  // the é twice as bytes is still text
        std::string secret;
        for (std::uint64_t length = 6 + random() % 40; length > 0; --length) {
            const std::size_t at = random() % (alphabet.size() - 1);
            if (alphabet[at] == '\xC3' || alphabet[at] == '\xA9')
                secret += "é";
            else
                secret += alphabet[at];
        }
        return secret;
    }

    std::string percent(std::string_view text) {
        static const char* const digits[] = {"0123456789ABCDEF", "0123456789abcdef"};
        std::string out;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            const bool is_plain = isalnum(byte) && random() % 8 != 0;
            if (is_plain) {
                out += c;
                continue;
            }
            const char* hex = digits[random() % 2];
            out += {'%', hex[byte >> 4U], hex[byte & 15U]};
        }
        return out;
    }

    static std::string json(std::string_view text) {
        std::string quoted;
        append_json_string(quoted, text);
        return quoted.substr(1, quoted.size() - 2);
    }

    std::string written(const std::string& secret) {
        switch (random() % 5) {
            case 0: return secret;
            case 1: return to_base64(secret, Base64::standard);
            case 2: return to_base64(secret, Base64::url);
            case 3: return percent(secret);
            default: return json(secret);
        }
    }

    std::string noise() {
        std::string text;
        for (std::uint64_t i = random() % 30; i > 0; --i) text += "qQ7 \n%\\\"u"[random() % 9];
        return text;
    }

    std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random{seed};
};

TEST_F(RandomStreams, NeverLetASecretThrough) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    for (int round = 0; round < 500; ++round) {
        std::vector<std::string> secrets;
        for (std::uint64_t i = 1 + random() % 5; i > 0; --i) secrets.push_back(random_secret());
        const auto shared = redactor(secrets);
        std::string text = noise();
        std::vector<std::string> planted;
        for (std::uint64_t i = random() % 6; i > 0; --i) {
            planted.push_back(written(secrets[random() % secrets.size()]));
            // A stray backslash or % right before it would make another text of it.
            text += " " + planted.back() + " " + noise();
        }
        RedactedStream stream(shared);
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = 1 + random() % 7;
            out += stream.push(std::string_view(text).substr(at, size));
            at += size;
        }
        out += stream.finish();
        ASSERT_EQ(out, shared->redact(text).value_or(text)) << text;
        for (const std::string& each : planted) ASSERT_THAT(out, Not(HasSubstr(each))) << text;
    }
}

TEST_F(RandomStreams, NeverLeaveOneInJson) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    for (int round = 0; round < 500; ++round) {
        const std::string secret = random_secret();
        const std::string planted = written(secret);
        const std::string inner = JsonText::string(noise() + " " + planted).as_plain_text();
        JsonText value = JsonText::from(json::object{{noise() + " " + planted, 1},
                                                     {"text", inner},
                                                     {"list", json::array{noise(), inner, true}}});
        Redactor(std::vector{secret}).redact_in(value);
        ASSERT_TRUE(JsonText::parse(value.view())) << value.view();
        ASSERT_THAT(std::string(value.view()), Not(HasSubstr(secret)));
        ASSERT_THAT(value.as_plain_text(), Not(HasSubstr(planted)));
    }
}

}  // namespace
}  // namespace swiftgrid::runtime
