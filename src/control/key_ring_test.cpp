#include "control/key_ring.h"

#include <gtest/gtest.h>

namespace swiftgrid::control {
namespace {

KeyRing ring(std::uint8_t first) { return KeyRing({ServerKey(ServerKey::Bytes{first})}); }

TEST(KeyRing, OpensWhatItSealed) {
    for (const std::string& text : {std::string(), std::string("sk-1"), std::string(20'000, 'x')}) {
        const Sealed sealed = ring(1).seal("secret:KEY", text);
        EXPECT_EQ(ring(1).open("secret:KEY", sealed), text);
        EXPECT_EQ(sealed.bytes.find("sk-1"), std::string::npos);
        EXPECT_NE(ring(1).seal("secret:KEY", text).bytes, sealed.bytes) << "a nonce was used twice";
    }
}

TEST(KeyRing, OpensNothingUnderAnotherNameOrChanged) {
    Sealed sealed = ring(1).seal("secret:KEY", "value");
    EXPECT_EQ(ring(1).open("variable:KEY", sealed).error().code, ErrorCode::storage_error);
    for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
        Sealed changed = sealed;
        changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
        EXPECT_EQ(ring(1).open("secret:KEY", changed).error().code, ErrorCode::storage_error);
    }
    for (const std::size_t size : {0U, 10U, 39U}) {
        sealed.bytes.resize(size);
        EXPECT_FALSE(ring(1).open("secret:KEY", sealed));
    }
}

TEST(KeyRing, SaysWhichKeyIsMissing) {
    const Sealed sealed = ring(1).seal("secret:KEY", "value");
    const auto opened = ring(2).open("secret:KEY", sealed);
    EXPECT_EQ(opened.error().code, ErrorCode::not_found);
    EXPECT_NE(opened.error().message.find(sealed.key_id), std::string::npos);
    EXPECT_FALSE(ring(2).knows(sealed.key_id));
}

TEST(KeyRing, OpensWithItsOldKeysAndSealsWithTheNewOne) {
    const Sealed old = ring(1).seal("secret:KEY", "value");
    const KeyRing both = ring(1).with_new_key();
    EXPECT_EQ(both.open("secret:KEY", old), "value");
    const Sealed anew = both.seal("secret:KEY", "value");
    EXPECT_NE(anew.key_id, old.key_id);
    EXPECT_EQ(both.without_old_keys().open("secret:KEY", anew), "value");
    EXPECT_FALSE(both.without_old_keys().open("secret:KEY", old));
}

TEST(KeyRing, IsReadFromLinesOrCommas) {
    const KeyRing two = ring(1).with_new_key();
    const auto lines = KeyRing::parse(two.to_text());
    ASSERT_TRUE(lines);
    EXPECT_EQ(lines->to_text(), two.to_text());
    std::string commas = two.to_text();
    commas[commas.find('\n')] = ',';
    EXPECT_EQ(KeyRing::parse(" " + commas)->to_text(), two.to_text());
    for (const std::string& text : {"", " , ", "AAAA", "x"})
        EXPECT_EQ(KeyRing::parse(text).error().code, ErrorCode::bad_request) << text;
}

}  // namespace
}  // namespace swiftgrid::control
