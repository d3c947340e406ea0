// URL and URLSearchParams against what another implementation of the standard gives
// (tools/url_cases/make.mjs writes url_cases.json with Node's).

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

std::string cases_json() {
    std::ifstream file(SWIFTGRID_URL_CASES);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

TEST(UrlGlobal, GivesWhatTheStandardSays) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of(R"js(
        const parts = (u) => [u.href, u.origin, u.protocol, u.username, u.password, u.host,
                              u.hostname, u.port, u.pathname, u.search, u.hash];
        const given = (make) => { try { return make() } catch (e) {
            if (e instanceof TypeError) return null;
            return String(e) + e.stack } };
        const wrong = [];
        const compare = (what, found, expected) => {
            const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
            if (a !== b) wrong.push([...what, a, b]);
        };
        for (const [input, base, expected] of INPUT.urls)
            compare([input, base], given(() => new URL(input, base ?? undefined).href), expected);
        for (const [start, part, value, expected] of INPUT.setters)
            compare([start, part, value], given(() => {
                const url = new URL(start); url[part] = value; return url.href }), expected);
        for (const expected of INPUT.read)
            compare([], given(() => parts(new URL(expected[0]))), expected);
        for (const [text, pairs, written] of INPUT.forms) {
            const form = new URLSearchParams(text);
            compare([text], [[...form], String(form)], [pairs, written]);
        }
        return wrong;
    )js",
                              cases_json()),
              "[]");
}

// Where Node 20 lags behind the standard.
TEST(UrlGlobal, FollowsTheStandardOfToday) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of(R"js(
        const set = (url, part, value) => { url = new URL(url); url[part] = value; return url.href };
        return [new URL('http://h/^').href, new URL('data:a #b').href, new URL('..', 'foo://h/a').href,
                set('foo:/a', 'host', 'b:90'), set('foo://h/a', 'host', ':90'), set('foo:/a', 'host', '')];
    )js"),
              R"(["http://h/%5E","data:a%20#b","foo://h/","foo://b:90/a","foo://h/a","foo:///a"])");
}

TEST(UrlGlobal, ParametersAreThoseOfTheUrl) {
    ScriptWorld world;
    EXPECT_EQ(
        world.result_of(R"js(
        const url = new URL('https://h/?b=1&a=2&b=3');
        const { searchParams } = url;
        searchParams.append('c', 'x y');
        const appended = url.href;
        searchParams.sort();
        searchParams.delete('b', '3');
        searchParams.set('a', 'ü');
        const changed = url.search;
        url.search = '?z=9';
        return [appended, changed, [...searchParams], searchParams.size, url.searchParams === searchParams,
                searchParams.has('z'), searchParams.has('z', '8'), searchParams.get('none'),
                searchParams.getAll('z')];
    )js"),
        R"(["https://h/?b=1&a=2&b=3&c=x+y","?a=%C3%BC&b=1&c=x+y",[["z","9"]],1,true,true,false,null,["9"]])");
    EXPECT_EQ(
        world.result_of("const p = new URLSearchParams({a: 1, b: 'x&y'}); p.append('c', null);"
                        "const all = []; p.forEach((value, name) => all.push(name + value));"
                        "return [String(p), all, [...p.keys()], [...p.values()],"
                        " String(new URLSearchParams([['q', '1'], ['q', '2']]))]"),
        R"(["a=1&b=x%26y&c=null",["a1","bx&y","cnull"],["a","b","c"],["1","x&y","null"],"q=1&q=2"])");
}

TEST(UrlGlobal, SaysWhatIsNoUrl) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of("new URL('/path')"), "script_error: TypeError: not a URL: /path");
    EXPECT_EQ(world.result_of("return [URL.canParse('/p'), URL.canParse('/p', 'https://h'),"
                              " URL.parse('x'), URL.parse('y', 'https://h/x').href]"),
              R"([false,true,null,"https://h/y"])");
    EXPECT_EQ(
        world.result_of("return { url: new URL('HTTP://H'), text: `${new URL('http://h')}` }"),
        R"({"url":"http://h/","text":"http://h/"})");
}

}  // namespace
}  // namespace swiftgrid::sandbox
