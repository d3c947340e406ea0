// What scripts find in the global object beyond the language (docs/code.md).

#include <gmock/gmock.h>

#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class GlobalScript : public testing::Test {
protected:
    struct Case {
        const char* source;
        const char* result;
    };
    void expect(const std::vector<Case>& cases) {
        for (const Case& one : cases)
            EXPECT_EQ(world.result_of(one.source), one.result) << one.source;
    }

    ScriptWorld world;
};

using TextGlobal = GlobalScript;
using CryptoGlobal = GlobalScript;
using CloneGlobal = GlobalScript;
using ResultOfScript = GlobalScript;
using ConsoleGlobal = GlobalScript;

TEST_F(TextGlobal, EncodesAndDecodesUtf8) {
    expect({
        {"return [...new TextEncoder().encode('a\\0ü€😀\\ud800')]",
         "[97,0,195,188,226,130,172,240,159,152,128,239,191,189]"},
        {"return new TextDecoder().decode(new Uint8Array([0xEF,0xBB,0xBF,97,0xC3,0xBC,0xFF]))",
         "\"aü\xEF\xBF\xBD\""},
        {"return new TextDecoder('utf-8', {ignoreBOM: true})"
         ".decode(new Uint8Array([0xEF,0xBB,0xBF,97])).length",
         "2"},
        // Maximal subparts, as the standard has it.
        {"return [...new TextDecoder().decode(new Uint8Array([0xF0,0x80,0x80,97,0xE2,0x82,98]))]"
         ".map(c => c.codePointAt(0))",
         "[65533,65533,65533,97,65533,98]"},
        {"return new TextDecoder().decode(new Uint8Array([1,97,98,2]).subarray(1, 3))", "\"ab\""},
        {"return new TextDecoder().decode(new DataView(new ArrayBuffer(3), 1)).length", "2"},
        {"const t = new TextEncoder().encodeInto('a€b', new Uint8Array(4)); return t",
         R"({"read":2,"written":4})"},
        {"return new TextDecoder('utf-16le').decode(new "
         "Uint8Array([0x3D,0xD8,0,0xDE,97,0,0,0xD8]))",
         "\"😀a\xEF\xBF\xBD\""},
        {"return new TextDecoder('latin1').decode(new Uint8Array([0x80,0xE4,97]))", "\"€äa\""},
    });
    EXPECT_THAT(world.result_of("new TextDecoder('utf-8', {fatal: true})"
                                ".decode(new Uint8Array([0xFF]))"),
                StartsWith("script_error: TypeError: the bytes are not valid utf-8"));
    EXPECT_THAT(world.result_of("new TextDecoder('shift_jis')"), HasSubstr("there are utf-8"));
    EXPECT_THAT(world.result_of("new TextDecoder().decode('text')"), HasSubstr("typed array"));
}

TEST_F(TextGlobal, DecodesAcrossPieces) {
    expect({{"const bytes = new TextEncoder().encode('\\ufeffa€😀b');"
             "for (let cut = 0; cut <= bytes.length; cut++) {"
             "  const decoder = new TextDecoder();"
             "  const text = decoder.decode(bytes.subarray(0, cut), {stream: true})"
             "    + decoder.decode(bytes.subarray(cut), {stream: true}) + decoder.decode();"
             "  if (text !== 'a€😀b') return [cut, text];"
             "}",
             "null"},
            {"const d = new TextDecoder('utf-16le'); return d.decode(new Uint8Array([61,216,0]),"
             " {stream: true}) + d.decode(new Uint8Array([222]), {stream: true}) + d.decode()",
             "\"😀\""},
            {"const d = new TextDecoder(); d.decode(new Uint8Array([0xE2]), {stream: true});"
             "return d.decode()",
             "\"\xEF\xBF\xBD\""}});
}

TEST_F(TextGlobal, ConvertsBase64) {
    expect({{"return [btoa(''), btoa('a'), btoa('ab'), btoa('abc'), btoa('\\xff\\x00')]",
             R"(["","YQ==","YWI=","YWJj","/wA="])"},
            {"return [atob('YQ=='), atob('YQ'), atob(' Y W J j \\n'), atob('/wA=').charCodeAt(0)]",
             R"(["a","a","abc",255])"},
            {"let s = ''; for (let i = 0; i < 256; i++) s += String.fromCharCode(i);"
             "return atob(btoa(s)) === s",
             "true"},
            {"try { btoa('€') } catch (e) { return e.name }", "\"InvalidCharacterError\""},
            {"return ['Y', 'YQ=', 'Y===', 'YQ==Y', '!'].map(t => { try { return atob(t) }"
             " catch (e) { return e.name[0] } })",
             R"(["I","I","I","I","I"])"}});
}

TEST_F(CryptoGlobal, HashesLikeThePublishedVectors) {
    expect({
        {"return ['SHA-1', 'SHA-256'].map(a => crypto.hash(a, 'abc'))",
         R"(["a9993e364706816aba3e25717850c26c9cd0d89d",)"
         R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])"},
        {"return crypto.hash('sha384', 'abc')",
         R"("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed)"
         R"(8086072ba1e7cc2358baeca134c825a7")"},
        {"return crypto.hash('SHA-512', '')",
         R"("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce)"
         R"(47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e")"},
        {"return [crypto.hash('SHA-1', 'a', 'base64'), crypto.hash('SHA-1', 'a', 'base64url'),"
         " crypto.hash('SHA-1', new Uint8Array([97]), 'bytes').length]",
         R"(["hvfkN/qlp/zhXR3cuerq6jd2Z7g=","hvfkN_qlp_zhXR3cuerq6jd2Z7g",20])"},
        {"return [...new Uint8Array(await crypto.subtle.digest({name: 'sha-256'},"
         " new TextEncoder().encode('abc')))].slice(0, 4)",
         "[186,120,22,191]"},
        // RFC 4231, cases 2 and 6 (a key longer than a block).
        {"return crypto.hmac('SHA-256', 'Jefe', 'what do ya want for nothing?')",
         R"("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")"},
        {"return crypto.hmac('SHA-512', new Uint8Array(131).fill(0xaa),"
         " 'Test Using Larger Than Block-Size Key - Hash Key First').slice(0, 32)",
         R"("80b24263c7c1a3ebb71493c1dd7be8b4")"},
    });
    EXPECT_THAT(world.result_of("crypto.hash('md5', 'a')"), HasSubstr("there are SHA-1"));
    EXPECT_THAT(world.result_of("await crypto.subtle.digest('SHA-256', 'text')"),
                HasSubstr("TypeError: the data must be a typed array"));
}

TEST_F(CryptoGlobal, SignsAndVerifiesWithImportedKeys) {
    expect(
        {{R"js(
        const bytes = (text) => new TextEncoder().encode(text);
        const key = await crypto.subtle.importKey('raw', bytes('Jefe'), {name: 'HMAC', hash: 'SHA-256'},
                                                  false, ['sign', 'verify']);
        const data = bytes('what do ya want for nothing?');
        const signature = await crypto.subtle.sign('HMAC', key, data);
        const other = new Uint8Array(signature.slice(0)); other[0] ^= 1;
        return [new Uint8Array(signature)[0], await crypto.subtle.verify('HMAC', key, signature, data),
                await crypto.subtle.verify('HMAC', key, other, data),
                await crypto.subtle.verify('HMAC', key, new Uint8Array(0), data),
                key.type, key.algorithm, key.usages, key.extractable, Object.keys(key)];
    )js",
          R"([91,true,false,false,"secret",{"name":"HMAC","hash":{"name":"SHA-256"},"length":32},)"
          R"(["sign","verify"],false,[]])"}});
    EXPECT_THAT(
        world.result_of("const key = await crypto.subtle.importKey('raw', new Uint8Array(1),"
                        " {name: 'HMAC', hash: 'SHA-1'}, false, ['verify']);"
                        "await crypto.subtle.sign('HMAC', key, new Uint8Array(1))"),
        HasSubstr("InvalidAccessError"));
    EXPECT_THAT(world.result_of("await crypto.subtle.sign('HMAC', {}, new Uint8Array(1))"),
                HasSubstr("must be a CryptoKey"));
    EXPECT_THAT(world.result_of("await crypto.subtle.importKey('jwk', {}, 'AES-GCM', false, [])"),
                HasSubstr("NotSupportedError"));
    EXPECT_THAT(world.result_of("new CryptoKey()"), HasSubstr("importKey"));
}

TEST_F(CryptoGlobal, GivesRandomValuesThatDoNotRepeat) {
    const std::string uuid = world.result_of("return crypto.randomUUID()");
    EXPECT_THAT(uuid, MatchesRegex("\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                   "[0-9a-f]{12}\""));
    EXPECT_NE(uuid, world.result_of("return crypto.randomUUID()"));
    ScriptWorld other;
    EXPECT_NE(uuid, other.result_of("return crypto.randomUUID()"));
    expect(
        {{"return new Set(Array.from({length: 1000}, () => crypto.randomUUID())).size", "1000"},
         {"const a = new Uint16Array(40000 / 2);"
          "const same = crypto.getRandomValues(a) === a;"
          "const ones = a.reduce((n, x) => n + x.toString(2).replaceAll('0', '').length, 0);"
          "return [same, ones > 158000 && ones < 162000]",
          "[true,true]"},
         {"const a = new Uint8Array(8); crypto.getRandomValues(a.subarray(2, 4));"
          "return [a[0], a[1], a[4], a[7]]",
          "[0,0,0,0]"},
         {"return [[], new Float64Array(1), new DataView(new ArrayBuffer(1)),"
          " new Uint8Array(65537)].map(x => { try { crypto.getRandomValues(x) }"
          " catch (e) { return e.name } })",
          R"(["TypeMismatchError","TypeMismatchError","TypeMismatchError","QuotaExceededError"])"}});
}

TEST_F(CloneGlobal, CopiesDeeply) {
    expect({
        {"const o = {a: [1, {b: 2}], d: new Date(5)}; const c = structuredClone(o);"
         "c.a[1].b = 3; return [o.a[1].b, c.a[1].b, c.d.getTime(), c.d !== o.d]",
         "[2,3,5,true]"},
        {"const o = {}; o.self = o; o.list = [o]; const c = structuredClone(o);"
         "return c.self === c && c.list[0] === c && c !== o",
         "true"},
        {"const m = new Map([[{k: 1}, new Set([1, 2])]]); const c = structuredClone(m);"
         "return [[...c.keys()][0].k, [...[...c.values()][0]]]",
         "[1,[1,2]]"},
        {"const b = new Uint16Array([1, 2]); const c = structuredClone({x: b, y: b.buffer});"
         "return [c.x instanceof Uint16Array, c.x[1], c.x.buffer === c.y, c.y !== b.buffer]",
         "[true,2,true,true]"},
        {"const e = structuredClone(new RangeError('m'));"
         "return [e instanceof RangeError, e.message, /a/gi.flags === "
         "structuredClone(/a/gi).flags]",
         "[true,\"m\",true]"},
        {"const c = structuredClone(JSON.parse('{\"__proto__\": {\"x\": 1}}'));"
         "return [Object.keys(c), ({}).x === undefined]",
         "[[\"__proto__\"],true]"},
        {"return [undefined, null, NaN, 1n, 's', true].map(structuredClone).map(String)",
         R"(["undefined","null","NaN","1","s","true"])"},
        {"return [() => {}, Symbol('s'), Promise.resolve(), new WeakMap(), {f() {}}]"
         ".map(x => { try { structuredClone(x) } catch (e) { return e.name } })",
         R"(["DataCloneError","DataCloneError","DataCloneError","DataCloneError","DataCloneError"])"},
    });
    EXPECT_EQ(world.result_of("structuredClone(() => {})"),
              "script_error: DataCloneError: structuredClone cannot copy a function");
    EXPECT_THAT(world.result_of("let a = []; for (let i = 0; i < 1e5; i++) a = [a];"
                                "structuredClone(a)"),
                StartsWith("script_stack: "));
}

TEST_F(ResultOfScript, ConvertsWhatJsonDoesNotHave) {
    expect({
        {"return {d: new Date(0), u: undefined, f() {}, n: NaN, i: -Infinity, s: Symbol('x')}",
         R"({"d":"1970-01-01T00:00:00.000Z","n":null,"i":null})"},
        {"return [undefined, () => 1, NaN, new Date(NaN)]", "[null,null,null,null]"},
        {"return [new Map([['a', 1], ['b', new Map()]]), new Map([[1, 2]]), new Set([1, 'x'])]",
         R"([{"a":1,"b":{}},[[1,2]],[1,"x"]])"},
        {"return [new Uint8Array([1, 2]), new Float32Array([0.5])]", "[[1,2],[0.5]]"},
        {"return [/a/g, new URL('http://h'), new URLSearchParams('a=1')]",
         R"(["/a/g","http://h/",{}])"},
        {"class Mine extends Error { code = 7 } return new Mine('m')",
         R"({"name":"Error","message":"m","code":7})"},
        {"return {toJSON() { return {own: 1} }}", R"({"own":1})"},
        {"const m = new Map(); m.toJSON = () => 'mine'; return m", "\"mine\""},
        {"return {['__proto__']: 1, [Symbol('s')]: 2}", R"({"__proto__":1})"},
    });
}

TEST_F(ResultOfScript, SaysWhereItIsNoJson) {
    const std::string begin = "script_result_invalid: the result cannot be turned into JSON: ";
    for (const auto& [source, where] : std::map<std::string, std::string>{
             {"return 1n", "result is a BigInt: convert it with Number() or String()"},
             {"return {a: [1, {b: 2n}]}",
              "result.a[1].b is a BigInt: convert it with Number() or "
              "String()"},
             {"return {'a b': {c: Promise.resolve(1)}}",
              "result[\"a b\"].c is a promise: put `await` before it"},
             {"const o = {x: {}}; o.x.y = o; return o", "result.x.y refers back to result"},
             {"const o = {x: {}}; o.x.y = [o.x]; return o",
              "result.x.y[0] refers back to result.x"},
             {"return [new ArrayBuffer(1)]",
              "result[0] is an ArrayBuffer: convert it with Array.from(new Uint8Array(buffer)) or "
              "btoa()"},
             {"return {a: {toJSON() { throw new Error('no') }}}",
              "result.a cannot be converted: no"},
             {"return {get a() { throw 'x' }}", "result.a cannot be read: x"},
             {"return new Map([['k', 1n]])",
              "result.k is a BigInt: convert it with Number() or String()"}}) {
        EXPECT_EQ(world.result_of(source), begin + where) << source;
    }
    EXPECT_THAT(world.result_of("let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a"),
                StartsWith("script_result_invalid: the result cannot be turned into JSON: "));
}

TEST_F(ConsoleGlobal, HasTheOtherMethodsPeopleUse) {
    const Reply reply = world.run_code(
        "console.dir({a: 1}); console.table([[1]]); console.group('g'); console.groupEnd();"
        "console.trace('t'); console.assert(1, 'no'); console.assert(0, 'yes', 2);"
        "console.log(new Map([['a', 1]]), new Set([2]), 3n, Promise.resolve())");
    std::string text;
    for (const LogLine& line : reply.logs)
        text += std::string(to_string(line.level)) + " " + line.text + "\n";
    EXPECT_EQ(text,
              "log {\"a\":1}\nlog [[1]]\nlog g\ndebug t\nerror assertion failed yes 2\n"
              "log {\"a\":1} [2] 3 [object Promise]\n");
}

TEST_F(ConsoleGlobal, ExplainsWhatScriptsDoNotHave) {
    EXPECT_THAT(world.result_of("await fetch('https://h')"), HasSubstr("use an HTTP request node"));
    EXPECT_THAT(world.result_of("setTimeout(() => {}, 1)"), HasSubstr("use a delay node"));
    EXPECT_EQ(world.result_of("let n = 1; queueMicrotask(() => { n = 2 }); await null; return n"),
              "2");
}

}  // namespace
}  // namespace swiftgrid::sandbox
