// Nothing of one script reaches the next one in the same worker. Each attempt is a first script
// that hides something and a second one that looks for it; the second must find what it would find
// in a fresh realm.

#include <gmock/gmock.h>

#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

struct LeakAttempt {
    const char* name;
    const char* hide;  // may throw: being refused is as good as being forgotten
    const char* seek;
    const char* clean;  // what `seek` gives when nothing leaked
};

const std::vector<LeakAttempt> attempts{
    {"global variable", "globalThis.secret = 1", "return typeof secret", "\"undefined\""},
    {"implicit global", "secret = 1", "return typeof secret", "\"undefined\""},
    {"var through this", "(function () { this.secret = 1 }).call(globalThis)",
     "return typeof secret", "\"undefined\""},
    {"defined global", "Object.defineProperty(globalThis, 'secret', {value: 1})",
     "return typeof secret", "\"undefined\""},
    {"overwritten global", "globalThis.JSON = null", "return typeof JSON", "\"object\""},
    {"deleted global", "delete globalThis.Map", "return typeof Map", "\"function\""},
    {"prototype of the global", "Object.setPrototypeOf(globalThis, {secret: 1})",
     "return typeof secret", "\"undefined\""},
    {"Object.prototype", "Object.prototype.secret = 1", "return typeof ({}).secret",
     "\"undefined\""},
    {"__proto__", "({}).__proto__.secret = 1", "return typeof ({}).secret", "\"undefined\""},
    {"Array.prototype", "Array.prototype.secret = 1", "return typeof [].secret", "\"undefined\""},
    {"index on Array.prototype", "Array.prototype[3] = 1", "return typeof [][3]", "\"undefined\""},
    {"push into Array.prototype", "Array.prototype.push(7)", "return [].length + ':' + [][0]",
     "\"0:undefined\""},
    {"replaced method", "Array.prototype.map = () => 'bad'", "return [1].map(x => x)", "[1]"},
    {"replaced settable method", "Object.prototype.toString = () => 'bad'", "return String({})",
     "\"[object Object]\""},
    {"settable through Reflect", "Reflect.set(Object.prototype, 'toString', () => 'bad')",
     "return String({})", "\"[object Object]\""},
    {"setter's receiver is another built-in",
     "Object.getOwnPropertyDescriptor(Object.prototype, 'toString').set.call(Math, 1)",
     "return typeof Math.toString", "\"function\""},
    {"property of a function", "Math.max.secret = 1", "return typeof Math.max.secret",
     "\"undefined\""},
    {"property of a helper", "between.secret = 1; matches.secret = 1",
     "return typeof between.secret", "\"undefined\""},
    {"replaced helper", "globalThis.between = () => 'bad'", "return between(1, 0, 2)", "true"},
    {"console", "console.log = () => {}; console.secret = 1", "return typeof console.secret",
     "\"undefined\""},
    {"prototype of an iterator",
     "Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({done: true})",
     "return [...[1, 2]]", "[1,2]"},
    {"prototype of a string iterator", "Object.getPrototypeOf(''[Symbol.iterator]()).secret = 1",
     "return typeof ''[Symbol.iterator]().secret", "\"undefined\""},
    {"prototype of a regular expression iterator",
     "Object.getPrototypeOf('a'.matchAll(/a/g)).secret = 1",
     "return typeof 'a'.matchAll(/a/g).secret", "\"undefined\""},
    {"prototype of map iterators", "Object.getPrototypeOf(new Map().keys()).secret = 1",
     "return typeof new Map().keys().secret", "\"undefined\""},
    {"prototype of generators", "Object.getPrototypeOf(function* () {}).prototype.secret = 1",
     "return typeof (function* () {})().secret", "\"undefined\""},
    {"prototype of async generators",
     "Object.getPrototypeOf(async function* () {}).prototype.secret = 1",
     "return typeof (async function* () {})().secret", "\"undefined\""},
    {"prototype of async functions", "Object.getPrototypeOf(async () => {}).secret = 1",
     "return typeof (async () => {}).secret", "\"undefined\""},
    {"prototype of typed arrays", "Object.getPrototypeOf(Int8Array.prototype).secret = 1",
     "return typeof new Int8Array(1).secret", "\"undefined\""},
    {"prototype of promises", "Promise.prototype.then = null", "return await Promise.resolve(1)",
     "1"},
    {"Promise species", "Object.defineProperty(Promise, Symbol.species, {value: null})",
     "return await Promise.resolve(1).then(x => x)", "1"},
    {"Error.prepareStackTrace", "Error.prepareStackTrace = () => 'bad'",
     "return [typeof Error.prepareStackTrace, typeof new Error('x').stack]",
     "[\"undefined\",\"string\"]"},
    {"Error.stackTraceLimit", "Error.stackTraceLimit = 0", "return typeof Error.stackTraceLimit",
     "\"undefined\""},
    {"name of errors", "Error.prototype.name = 'bad'; TypeError.prototype.name = 'bad'",
     "return [new Error('x').name, new TypeError('x').name]", "[\"Error\",\"TypeError\"]"},
    {"toJSON on a prototype", "Object.prototype.toJSON = () => 'bad'", "return {a: 1}",
     "{\"a\":1}"},
    {"toJSON of dates", "Date.prototype.toJSON = () => 'bad'", "return new Date(0)",
     "\"1970-01-01T00:00:00.000Z\""},
    {"Date.now", "Date.now = () => 0", "return Date.now() > 0", "true"},
    {"Math.random", "Math.random = () => 2", "return Math.random() < 1", "true"},
    {"RegExp statics", "/(secret)/.exec('secret')",
     "return [RegExp.$1 ?? null, RegExp.input ?? null]", "[null,null]"},
    {"lastIndex of a literal", "const r = () => /a/g; const x = r(); x.exec('aa'); return 1",
     "const r = () => /a/g; return r().lastIndex", "0"},
    {"symbol with a description", "Symbol.for('s').description.secret = 1",
     "return typeof Symbol.for('s').secret", "\"undefined\""},
    {"well-known symbols", "Object.defineProperty(Symbol, 'iterator', {value: 1})",
     "return [...'ab']", "[\"a\",\"b\"]"},
    {"pending promise", "globalThis.p = Promise.resolve().then(() => { Map.secret = 1 })",
     "await null; await null; return typeof Map.secret", "\"undefined\""},
    {"unhandled rejection", "Promise.reject(new Error('left')); return 1", "return 1", "1"},
    {"private names on built-ins",
     "class B { constructor(o) { return o } } class S extends B { #x = 'secret';"
     " static has(o) { return #x in o } } new S(Array.prototype); return S.has([])",
     "class B { constructor(o) { return o } } class S extends B { #x = 'secret';"
     " static has(o) { return #x in o } } return S.has(Array.prototype)",
     "false"},
    {"static of a class", "class C { static n = (C.n ?? 0) + 1 } return C.n",
     "class C { static n = (C.n ?? 0) + 1 } return C.n", "1"},
    {"the constructor shared by all", "({}).constructor.secret = 1", "return typeof Object.secret",
     "\"undefined\""},
    {"the refusing constructor", "(() => {}).constructor.secret = 1",
     "return typeof Function.secret", "\"undefined\""},
    {"ThrowTypeError",
     "Object.getOwnPropertyDescriptor((function () { return arguments })(), 'callee')"
     ".get.secret = 1",
     "return typeof Object.getOwnPropertyDescriptor((function () { return arguments })(), "
     "'callee').get.secret",
     "\"undefined\""},
    {"input of the call before", "INPUT.secret = 1; input.secret = 2",
     "return Object.keys(INPUT ?? {})", "[]"},
    {"defineProperties in one go",
     "Object.defineProperties(String.prototype, {secret: {value: 1}})", "return typeof ''.secret",
     "\"undefined\""},
    {"assign to a prototype", "Object.assign(Number.prototype, {secret: 1})",
     "return typeof (1).secret", "\"undefined\""},
    {"unscopables", "Array.prototype[Symbol.unscopables].secret = 1",
     "return typeof Array.prototype[Symbol.unscopables].secret", "\"undefined\""},
    {"prototype swapped", "Object.setPrototypeOf(Array.prototype, {secret: 1})",
     "return typeof [].secret", "\"undefined\""},
    {"class of a global", "URL.secret = 1; URL.prototype.secret = 1; URLSearchParams.x = 1",
     "return [typeof URL.secret, typeof new URL('http://h').secret]",
     "[\"undefined\",\"undefined\"]"},
    {"replaced method of a global", "URL.prototype.toString = () => 'bad'",
     "return `${new URL('http://h')}`", "\"http://h/\""},
    {"iterators of parameters",
     "Object.getPrototypeOf(new URLSearchParams('a=1').entries()).next = () => ({done: true})",
     "return [...new URLSearchParams('a=1')]", "[[\"a\",\"1\"]]"},
    {"parameters of one URL", "new URL('http://h/?a=1').searchParams.append('b', 'secret')",
     "return new URL('http://h/?a=1').search", "\"?a=1\""},
    {"crypto", "crypto.randomUUID = () => 'bad'; crypto.subtle.digest = null; crypto.secret = 1",
     "return [crypto.randomUUID().length, typeof crypto.subtle.digest, typeof crypto.secret]",
     "[36,\"function\",\"undefined\"]"},
    {"prototype of keys", "CryptoKey.prototype.secret = 1; CryptoKey.read = 1",
     "return [typeof CryptoKey.prototype.secret, typeof CryptoKey.read]",
     "[\"undefined\",\"undefined\"]"},
    {"dates", "dates.format = () => 'bad'; dates.parts.secret = 1; dates.zones().push('Mars')",
     "return [dates.format(0).length, typeof dates.parts.secret, dates.isZone('Mars')]",
     "[24,\"undefined\",false]"},
    {"state of a decoder", "new TextDecoder().decode(new Uint8Array([0xE2, 0x82]), {stream: true})",
     "return new TextDecoder().decode(new Uint8Array([0xAC]))", "\"\xEF\xBF\xBD\""},
    {"conversions", "Map.prototype.toJSON = () => 'bad'; Set.prototype.toJSON = null",
     "return [new Map([['a', 1]]), new Set([1])]", "[{\"a\":1},[1]]"},
    {"what the globals are made of",
     "String.prototype.replaceAll = () => 'bad'; Uint8Array.prototype.set = () => {};"
     "RegExp.prototype.exec = () => null; Array.prototype.map = () => []",
     "return [crypto.hash('SHA-1', 'a', 'base64url').length, dates.format(0, '+01:00').slice(11, "
     "13)]",
     "[27,\"01\"]"},
    {"refusing functions", "fetch.secret = 1; setTimeout.secret = 1; structuredClone.secret = 1",
     "return [typeof fetch.secret, typeof structuredClone.secret]",
     "[\"undefined\",\"undefined\"]"},
    {"log lines", "console.log('left'); throw 1", "return 1", "1"},
};

TEST(Leak, NothingReachesTheNextScript) {
    ScriptWorld world;
    for (const LeakAttempt& attempt : attempts) {
        SCOPED_TRACE(attempt.name);
        world.run_code(attempt.hide, "{}");
        const Reply found = world.run_code(attempt.seek, "{}");
        EXPECT_EQ(ScriptWorld::text_of(found), attempt.clean);
        EXPECT_TRUE(found.logs.empty());
    }
    // Only then was it the same realm all along.
    EXPECT_EQ(world.pool().workers_started(), 1u);
}

TEST(Leak, SameSourceStartsAfresh) {
    ScriptWorld world;
    const char* counter =
        "let n = 0; const f = () => ++n; const o = {n: 0}; o.n++;"
        "function g() { g.calls = (g.calls ?? 0) + 1; return g.calls }"
        "return [f(), o.n, g()]";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(world.result_of(counter), "[1,1,1]");
    const char* tagged =
        "const seen = (s) => Object.isFrozen(s) && Object.isFrozen(s.raw);"
        "const t = seen`a${1}b`; try { ((s) => { s.x = 1 })`a` } catch { return t }"
        "return 'changed'";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(world.result_of(tagged), "true");
    EXPECT_EQ(world.pool().workers_started(), 1u);
}

// Walks from the global object over everything: a built-in that is not frozen is a place to leak.
TEST(Leak, EveryReachableBuiltInIsFrozen) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of(R"js(
        const names = new Map([[globalThis, 'globalThis']]);
        const rest = [globalThis];
        const reach = (value, name) => {
          const ok = (typeof value === 'object' && value !== null) || typeof value === 'function';
          if (ok && !names.has(value)) { names.set(value, name); rest.push(value); }
        };
        const bare = [() => {}, function* () {}, async () => {}, async function* () {}, /a/, [],
                      new Map().keys(), new Set().keys(), ''[Symbol.iterator](), 'a'.matchAll(/a/g),
                      [].keys(), new Error('x'),
                      Promise.resolve(), new Date(0), new Proxy({}, {}),
                      new DataView(new ArrayBuffer(1)), new URL('http://h/?a'),
                      new URL('http://h/?a').searchParams, new URLSearchParams('a=1').entries(),
                      new URLSearchParams('a=1').keys(), new TextEncoder(), new TextDecoder(),
                      await crypto.subtle.importKey('raw', new Uint8Array(1),
                          {name: 'HMAC', hash: 'SHA-1'}, false, [])];
        for (const value of bare) reach(Object.getPrototypeOf(value), 'prototype of a literal');
        while (rest.length > 0) {
          const object = rest.pop();
          const name = names.get(object);
          reach(Object.getPrototypeOf(object), name + '.__proto__');
          for (const key of Reflect.ownKeys(object)) {
            const d = Object.getOwnPropertyDescriptor(object, key);
            for (const part of ['value', 'get', 'set']) reach(d[part], name + '.' + String(key));
          }
        }
        const open = [...names].filter(([object]) => !Object.isFrozen(object));
        return [names.size > 500, open.map(([, name]) => name)];
    )js"),
              "[true,[]]");
}

TEST(Leak, CommonStylesStillWorkOnFrozenBuiltIns) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of("const e = new Error('m'); e.name = 'N'; e.message = 'k';"
                              "e.toString = () => 'T'; return [e.name, e.message, String(e)]"),
              R"(["N","k","T"])");
    EXPECT_EQ(world.result_of("class Mine extends TypeError { constructor(m) { super(m);"
                              " this.name = this.constructor.name } }"
                              "const e = new Mine('x'); return [e.name, e.message, String(e),"
                              " e instanceof Mine, e instanceof Error]"),
              R"(["Mine","x","Mine: x",true,true])");
    EXPECT_EQ(world.result_of("function Old(m) { this.message = m }"
                              "Old.prototype = Object.create(Error.prototype);"
                              "Old.prototype.constructor = Old; Old.prototype.name = 'Old';"
                              "const e = new Old('m'); return [String(e), e.constructor === Old]"),
              R"(["Old: m",true])");
    EXPECT_EQ(world.result_of("const o = {}; o.toString = () => 'mine'; o.constructor = 1;"
                              "o.valueOf = () => 3; o.hasOwnProperty = 2;"
                              "return [`${o}`, o + 1, Object.keys(o)]"),
              R"(["mine",4,["toString","constructor","valueOf","hasOwnProperty"]])");
    EXPECT_EQ(world.result_of("const counts = {}; for (const w of ['toString', 'a', 'a'])"
                              " counts[w] = Object.hasOwn(counts, w) ? counts[w] + 1 : 1;"
                              "return counts"),
              R"({"toString":1,"a":2})");
    EXPECT_EQ(world.result_of("const d = new Date(0); d.toJSON = () => 'own'; return [d]"),
              R"(["own"])");
    EXPECT_EQ(
        world.result_of("class Stack extends Array { peek() { return this[this.length - 1] } }"
                        "const s = new Stack(); s.push(1, 2); return [s.peek(), s.length,"
                        " s.map(x => x + 1) instanceof Stack, [...s]]"),
        "[2,2,true,[1,2]]");
    EXPECT_EQ(world.result_of("return [typeof Function, (() => {}) instanceof Function,"
                              " ({}).constructor === Object, [].constructor === Array]"),
              "[\"function\",true,true,true]");
    EXPECT_EQ(world.result_of("const p = Promise.resolve(1); p.then2 = 1;"
                              "const o = JSON.parse('{\"__proto__\": 1, \"constructor\": 2}');"
                              "return [o, Object.keys(o)]"),
              R"([{"__proto__":1,"constructor":2},["__proto__","constructor"]])");
}

}  // namespace
}  // namespace swiftgrid::sandbox
