#include "runtime/pattern_set.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace swiftgrid::runtime {
namespace {

// The length of the longest pattern that `read` ends with.
std::size_t longest_end(const std::vector<std::string>& patterns, std::string_view read) {
    std::size_t longest = 0;
    for (const std::string& pattern : patterns)
        if (read.ends_with(pattern)) longest = std::max(longest, pattern.size());
    return longest;
}

// The length of the longest end of `read` that a pattern begins with and goes on behind, or at
// least begins with.
std::size_t longest_begun(const std::vector<std::string>& patterns, std::string_view read,
                          bool goes_on) {
    for (std::size_t length = read.size(); length > 0; --length)
        for (const std::string& pattern : patterns)
            if (pattern.starts_with(read.substr(read.size() - length)) &&
                (!goes_on || pattern.size() > length))
                return length;
    return 0;
}

TEST(PatternSet, WithoutPatternsFindsNothing) {
    const PatternSet set({});
    EXPECT_TRUE(set.empty());
    EXPECT_EQ(set.next(PatternSet::root, 'a'), PatternSet::root);
}

TEST(PatternSet, TellsAfterEveryByteWhatASearchByHandTells) {
    const std::uint64_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    // Few letters, so that patterns overlap and contain each other; 0xFF is the greatest byte.
    const auto word = [&](std::size_t length) {
        std::string text;
        while (text.size() < length) text += "ab\xFF"[random() % 3];
        return text;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> patterns;
        for (std::uint64_t i = 1 + random() % 8; i > 0; --i)
            patterns.push_back(word(2 + random() % 6));
        // Many are kept in another way than few.
        if (round % 20 == 0)
            for (int i = 0; i < 300; ++i) patterns.push_back("a" + std::to_string(i));
        const PatternSet set(patterns);
        const std::string text = word(60);
        PatternSet::State state = PatternSet::root;
        for (std::size_t i = 0; i < text.size(); ++i) {
            state = set.next(state, static_cast<unsigned char>(text[i]));
            const std::string_view read = std::string_view(text).substr(0, i + 1);
            ASSERT_EQ(set.matched(state), longest_end(patterns, read)) << read;
            ASSERT_EQ(set.depth(state), longest_begun(patterns, read, false)) << read;
            ASSERT_EQ(set.open(state), longest_begun(patterns, read, true)) << read;
        }
    }
}

// Every run in memory that waits for calls has one.
TEST(PatternSet, OfAFewPatternsIsSmall) {
    std::vector<std::string> patterns;
    std::size_t bytes = 0;
    for (int i = 0; i < 7; ++i) {
        patterns.push_back(std::to_string(i) + std::string(56, 'x'));
        bytes += patterns.back().size();
    }
    EXPECT_LT(PatternSet(patterns).bytes(), 2'048 + 16 * bytes);
}

}  // namespace
}  // namespace swiftgrid::runtime
