#include "nodes/charset.h"

#include <gtest/gtest.h>

namespace swiftgrid::nodes {
namespace {

TEST(Charset, KeepsValidUtf8AndDropsAByteOrderMark) {
    EXPECT_EQ(to_utf8("\xef\xbb\xbfh\xc3\xa4", ""), "h\xc3\xa4");
    EXPECT_EQ(to_utf8("\xf0\x9f\x98\x80", "utf-8"), "\xf0\x9f\x98\x80");
}

TEST(Charset, RefusesOverlongSurrogateCutAndTooLargeSequences) {
    for (const char* bytes : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                              "\xe2\x82", "\x80", "\xff"}) {
        EXPECT_EQ(to_utf8(bytes, "utf-8"), std::nullopt);
    }
}

TEST(Charset, ReadsLatin1AsWindows1252) {
    EXPECT_EQ(to_utf8("\xe4\x80", "iso-8859-1"), "\xc3\xa4\xe2\x82\xac");
}

TEST(Charset, RepairsInvalidSequences) {
    EXPECT_EQ(repair_utf8("a\xff\xc3\xa4\xe2\x82"),
              "a\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Charset, CutsBetweenCharacters) {
    EXPECT_EQ(cut_utf8("a\xc3\xa4", 2), "a\xe2\x80\xa6");
    EXPECT_EQ(cut_utf8("a\xc3\xa4", 3), "a\xc3\xa4");
}

}  // namespace
}  // namespace swiftgrid::nodes
