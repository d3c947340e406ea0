#include "expr/json_walk.h"

#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

namespace swiftgrid::expr {
namespace {

// Names and strings with everything that could be mistaken for structure.
const std::vector<std::string> words = {"a",    "b", "",  "0", "a\"b", "\\",
                                        "\\\"", "{", "]", ",", "é"};

json::value random_value(std::mt19937_64& random, int depth) {
    switch (random() % (depth > 0 ? 6 : 4)) {
        case 0: return nullptr;
        case 1: return random() % 2 == 0;
        case 2: return static_cast<std::int64_t>(random() % 2000) - 1000;
        case 3: return json::value(words[random() % words.size()]);
        case 4: {
            json::array array;
            for (auto left = random() % 4; left > 0; --left)
                array.push_back(random_value(random, depth - 1));
            return array;
        }
        default: {
            json::object object;
            for (auto left = random() % 4; left > 0; --left)
                object[words[random() % words.size()]] = random_value(random, depth - 1);
            return object;
        }
    }
}

// JsonText::child parses; the two must agree on every step into every value.
void expect_same_children(const JsonText& text, int depth) {
    std::vector<JsonStep> steps(words.begin(), words.end());
    for (std::size_t i = 0; i < 4; ++i) steps.emplace_back(i);
    for (const JsonStep& step : steps) {
        const auto parsed = text.child(step);
        const auto walked = find_child(text.view(), step);
        ASSERT_EQ(parsed.has_value(), walked.has_value()) << text.view();
        if (!parsed) continue;
        ASSERT_EQ(parsed->view(), first_value(*walked)) << text.view();
        if (depth > 0) expect_same_children(*parsed, depth - 1);
    }
    if (text.kind() != JsonKind::array) return;
    ASSERT_EQ(text.child(std::string("length"))->view(),
              std::to_string(element_count(text.view())));
}

TEST(FindChild, AgreesWithTheParserOnRandomValues) {
    const char* given = std::getenv("SWIFTGRID_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    SCOPED_TRACE("SWIFTGRID_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int round = 0; round < 500; ++round)
        expect_same_children(JsonText::from(random_value(random, 4)), 4);
}

TEST(FindChild, ComparesNamesAfterUnescaping) {
    EXPECT_EQ(find_child(R"({"x\u0061":1,"a\u0062":7})", std::string("ab")), "7}");
}

}  // namespace
}  // namespace swiftgrid::expr
