#include "expr/script.h"

#include <gtest/gtest.h>

namespace swiftgrid::expr {
namespace {

using Names = std::vector<std::string>;

TEST(ScriptRoots, AreTheOuterNames) {
    const std::vector<std::pair<const char*, Names>> cases = {
        {"a.b + c[d.e].f", {"a", "c", "d"}},
        {"a + a", {"a"}},
        {"$trigger.x > 3 ? $env.KEY : prev", {"$trigger", "$env", "prev"}},
        {"typeof a === 'b c'", {"a"}},
        {"`${a.x} b ${ {k: c}.k } d`", {"a", "c"}},
        {"/b[/]c/g.test(a)", {"a"}},
        {"a / b / c", {"a", "b", "c"}},
        {"a /* b */ + // c\n d", {"a", "d"}},
        {"a?.b?.[c]", {"a", "c"}},
        {"{b: a, c, ...d}", {"a", "c", "d"}},
        {"x ? a : b", {"x", "a", "b"}},
        {"a.items.map(x => x.id)", {"a"}},
        {"a.reduce((sum, x) => sum + x, 0)", {"a"}},
        {"x.items.map(x => x.id)", {"x"}},
        {"JSON.stringify(a)", {"JSON", "a"}},
        {"true && null", {}},
        {"ä.b", {"ä"}},
        {"1e5 + 0x1f + 1.5", {}},
        {"'unclosed", {}},
    };
    for (const auto& [source, expected] : cases)
        EXPECT_EQ(script_roots(source), expected) << source;
}

TEST(FindHoleEnd, SkipsBracesThatAreNotTheEnd) {
    const std::vector<std::pair<const char*, std::size_t>> cases = {
        {"a}}", 1},         {"{a:1}}}", 5}, {"'}}'}}", 4},    {"\"}}\"}}", 4},    {"`}}`}}", 4},
        {"`${'}}'}`}}", 9}, {"/}}/}}", 4},  {"/*}}*/a}}", 7}, {"{a:{b:1}}}}", 9}, {"}}", 0},
    };
    for (const auto& [source, expected] : cases) {
        const auto end = find_hole_end(source, 0);
        ASSERT_TRUE(end) << source;
        EXPECT_EQ(*end, expected) << source;
    }
}

}  // namespace
}  // namespace swiftgrid::expr
