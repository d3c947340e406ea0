// Hostile scripts: each fails alone, in bounded time, with the right code, and the next script
// runs.

#include <gmock/gmock.h>

#include "base/limits.h"
#include "sandbox/script_world_test.h"

namespace swiftgrid::sandbox {
namespace {

using testing::AnyOf;
using testing::StartsWith;

struct Attack {
    const char* name;
    const char* source;
    std::vector<std::string> codes;  // any of them is right
};

const std::string timeout = "script_timeout";
const std::string memory = "script_memory";
const std::string stack = "script_stack";
const std::string error = "script_error";

const std::vector<Attack> attacks{
    {"endless loop", "for (;;);", {timeout}},
    {"endless loop with empty catch", "for (;;) { try { for (;;); } catch {} }", {timeout}},
    {"finally trap", "function f() { try { for (;;); } finally { f() } } f()", {timeout}},
    {"finally return trap",
     "for (;;) { (() => { try { for (;;); } finally { return 1 } })() }",
     {timeout}},
    {"generator trap",
     "function* g() { for (;;) try { yield 1 } finally { for (;;); } }"
     "for (const x of g()) break;",
     {timeout}},
    {"array hoard", "const a = []; for (;;) a.push(new Array(1000).fill(1))", {timeout, memory}},
    {"object hoard", "let o = {}; for (;;) o = {o, p: [o]}", {timeout, memory, stack}},
    {"map hoard", "const m = new Map(); for (let i = 0;; i++) m.set(i, [i])", {timeout, memory}},
    {"closure hoard", "const a = []; for (;;) a.push(() => a)", {timeout, memory}},
    {"promise hoard", "const a = []; for (;;) a.push(new Promise(() => {}))", {timeout, memory}},
    {"generator hoard",
     "const a = []; function* g() { yield a } for (;;) a.push(g())",
     {timeout, memory}},
    {"huge array", "return new Array(1e9).fill(1)", {timeout, memory, error}},
    {"string doubling", "let s = 'x'; for (;;) s += s", {timeout, memory, error}},
    {"string repeat and split", "return 'ab'.repeat(2e7).split('')", {timeout, memory}},
    {"buffer hoard",
     "const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))",
     {timeout, memory, error}},
    {"two gigabytes", "return new Uint8Array(2 ** 31).length", {memory, error}},
    {"symbol hoard",
     "const a = []; for (let i = 0;; i++) a.push(Symbol.for('k' + i))",
     {timeout, memory}},
    {"regular expression hoard",
     "const a = []; for (let i = 0;; i++) a.push(new RegExp('a' + i))",
     {timeout, memory}},
    {"deep recursion", "function f() { f() } f()", {stack}},
    {"deep recursion with catch",
     "function f() { try { f() } catch { f() } } f()",
     {timeout, stack}},
    {"mutual getters",
     "const o = { get a() { return this.b }, get b() { return this.a } };"
     "return o.a",
     {stack}},
    {"toString recursion", "const o = { toString() { return `${o}` } }; return `${o}`", {stack}},
    {"deep JSON.parse", "return JSON.parse('['.repeat(1e6))", {stack, error}},
    {"deep JSON.stringify",
     "let a = []; for (let i = 0; i < 3e4; i++) a = [a];"
     "JSON.stringify(a); return 1",
     {stack, timeout, memory}},
    {"deep flat",
     "let a = []; for (let i = 0; i < 3e4; i++) a = [a]; return a.flat(Infinity)",
     {stack, timeout, memory}},
    {"regular expression bomb", "return /(a+)+$/.test('a'.repeat(40) + 'b')", {timeout}},
    {"regular expression bomb two",
     "return /^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(60))",
     {timeout}},
    {"sort with a slow comparator",
     "return Array.from({length: 1e4}, (_, i) => i).sort(() => { for (let i = 0; i < 1e5; "
     "i++); "
     "return 1 })[0]",
     {timeout}},
    {"endless jobs", "const f = () => Promise.resolve().then(f); await f()", {timeout}},
    {"endless awaits", "for (;;) await null", {timeout}},
    {"endless async iteration",
     "for await (const x of (async function* () { for (;;) yield 1 })());",
     {timeout}},
    {"endless thenable", "return await { then(resolve) { resolve(this) } }", {timeout, memory}},
    {"catch around awaits",
     "for (;;) { try { await (async () => { for (;;); })() } catch {} }",
     {timeout}},
    {"native indexOf", "return 'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')", {timeout}},
    {"native join", "return new Array(2 ** 28).join('ab')", {timeout, memory}},
    {"BigInt tower", "let n = 2n; for (;;) n = n ** 3n", {timeout, error, memory}},
    {"toJSON endless", "return { toJSON() { for (;;); } }", {timeout}},
    {"getter endless in result", "return { get a() { for (;;); } }", {timeout}},
    {"proxy endless in result", "return new Proxy({}, { ownKeys() { for (;;); } })", {timeout}},
    {"error message getter endless", "throw { get message() { for (;;); } }", {timeout}},
    {"error stack getter endless",
     "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } })",
     {timeout}},
    {"console argument endless", "console.log({ toJSON() { for (;;); } })", {timeout}},
    {"huge error message", "throw new Error('x'.repeat(3e7))", {error, memory, timeout}},
    {"large array of large strings",
     "return Array(1000).fill('x'.repeat(1e6)).join()",
     {timeout, memory, error}},
    {"huge base64", "return btoa('x'.repeat(3e7))", {error, memory, timeout}},
    {"huge digest",
     "return await crypto.subtle.digest('SHA-512', new Uint8Array(5e7))",
     {error, memory, timeout}},
    {"random hoard", "for (;;) crypto.getRandomValues(new Uint8Array(65536))", {timeout}},
    {"URL bomb", "for (;;) new URL('http://h/' + '../'.repeat(1e5))", {timeout, memory}},
    {"query bomb", "return new URLSearchParams('&a='.repeat(1e7)).size", {timeout, memory, error}},
    {"IDNA bomb", "for (;;) URL.canParse('http://' + 'ü.'.repeat(1e4))", {timeout}},
    {"clone of a hoard",
     "const a = Array(1e6).fill({}); for (;;) structuredClone(a)",
     {timeout, memory}},
    {"clone of an endless getter", "structuredClone({ get a() { for (;;); } })", {timeout}},
    {"pattern bomb", "dates.format(0, 'UTC', 'd '.repeat(3e6))", {timeout, memory}},
    {"read pattern bomb",
     "dates.parse('9'.repeat(1e4), 'UTC', 'd'.repeat(1) + \"'d'd\".repeat(2e3))",
     {timeout, memory, stack, error}},
    {"decoder hoard",
     "const d = new TextDecoder(); for (;;) d.decode(new Uint8Array(1e7), {stream: true})",
     {timeout, memory}},
    {"explained endlessly", "return { a: 1n, toJSON() { for (;;); } }", {timeout}},
    {"wide result with an error at its end",
     "return Array(1e6).fill({}).concat([1n])",
     {timeout, memory, "script_result_invalid"}},
    {"proxy chain",
     "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x",
     {stack, timeout, memory}},
    {"bind chain",
     "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); return f()",
     {stack, timeout, memory}},
};

std::string code_of(const Reply& reply) {
    const auto* failure = std::get_if<ScriptError>(&reply.outcome);
    return failure == nullptr ? "no error" : failure->code;
}

TEST(Attack, FailsAloneAndSoon) {
    ScriptWorld world;
    constexpr std::int64_t time_ms = 50;
    for (const Attack& attack : attacks) {
        SCOPED_TRACE(attack.name);
        const std::int64_t begin_ms = steady_ms();
        const Reply reply = world.run_code(attack.source, "null", time_ms);
        const std::int64_t took_ms = steady_ms() - begin_ms;
        EXPECT_THAT(attack.codes, testing::Contains(code_of(reply))) << ScriptWorld::text_of(reply);
        // The supervisor's deadline and the slowness of a shared machine.
        EXPECT_LT(took_ms, time_ms + limits::script_kill_grace_ms + 1'000);
        EXPECT_EQ(world.result_of("return 1 + 1"), "2");
    }
}

// With time enough the memory limit is what ends them.
TEST(Attack, MemoryIsLimitedExactly) {
    ScriptWorld world;
    const char* hold =
        "const a = []; for (let i = 0; i < INPUT; i++) a.push(new ArrayBuffer(1e6));"
        "return a.length";
    EXPECT_EQ(world.result_of(hold, "60"), "60");
    EXPECT_THAT(world.result_of(hold, "70"),
                AnyOf(StartsWith("script_memory"), StartsWith("script_error: RangeError")));
    for (const char* source :
         {"const a = []; for (;;) a.push({a})",
          "const m = new Map(); for (let i = 0;; i++) m.set(i, i)",
          "let s = 'x'; for (;;) s = s + s + 'y'", "const a = []; for (;;) a.push(() => a)"}) {
        EXPECT_THAT(world.result_of(source, "null", 20'000),
                    AnyOf(StartsWith("script_memory"), StartsWith("script_error: ")))
            << source;
        EXPECT_EQ(world.result_of("return 1 + 1"), "2");
    }
}

TEST(Attack, MemoryOfOneScriptIsNotCountedForTheNext) {
    ScriptWorld world;
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(world.result_of("const a = []; for (let i = 0; i < 50; i++) "
                                  "a.push(new ArrayBuffer(1e6)); a.self = a; return a.length"),
                  "50");
    }
}

// A caught "out of memory" is the script's business; the worker is not used again.
TEST(Attack, ScriptThatCatchesExhaustedMemoryIsAnsweredAndItsWorkerReplaced) {
    ScriptWorld world;
    const Reply reply = world.run_code(
        "try { const a = []; for (;;) a.push(new Array(1e5).fill(1)) } catch { } return 'caught'",
        "null", 20'000);
    EXPECT_EQ(ScriptWorld::text_of(reply), "\"caught\"");
    EXPECT_EQ(world.result_of("return 1"), "1");
    EXPECT_EQ(world.pool().workers_started(), 2u);
}

TEST(Attack, PromisesLeftBehindDoNotReachTheNextScript) {
    ScriptWorld world;
    EXPECT_EQ(world.result_of("const f = () => { console.log('late'); Promise.resolve().then(f) };"
                              "f(); return 'done'"),
              "\"done\"");
    const Reply next = world.run_code("await null; await null; return 1");
    EXPECT_TRUE(next.logs.empty());
    EXPECT_EQ(ScriptWorld::text_of(next), "1");
}

TEST(Attack, TextDoesNotBecomeCode) {
    ScriptWorld world;
    for (const char* source : {
             "return eval('1')",
             "return (0, eval)('1')",
             "return new Function('return 1')()",
             "return Function('return 1')()",
             "return (() => {}).constructor('return 1')()",
             "return (function* () {}).constructor('return 1')",
             "return (async () => {}).constructor('return 1')",
             "return (async function* () {}).constructor('return 1')",
             "return (class {}).constructor('return 1')()",
             "return Reflect.construct((() => {}).constructor, ['return 1'])",
             "return Object.getPrototypeOf(function () {}).constructor('return 1')()",
             "return [].map.constructor('return 1')()",
             "return console.log.constructor('return 1')()",
             "return Object.getPrototypeOf((function* () {}).constructor)('return 1')()",
             "return class extends Function { constructor() { super('return 1') } }.call()",
             "return new (class extends Function { constructor() { super('return 1') } })()()",
             "return new Proxy(function () {}, {}).constructor('return 1')()",
             "return (() => {}).bind().constructor('return 1')()",
             "return await import('fs')",
             "return await import('./x.js')",
             "return import.meta",
             "return setTimeout(() => {}, 0)",
             "return require('fs')",
             "return process.env",
             "return new WeakRef({})",
             "return new FinalizationRegistry(() => {})",
             "return new SharedArrayBuffer(8)",
             "return Atomics.add",
             "return performance.now()",
             "return std.open",
             "return os.open",
             "return scriptArgs",
             "return print('x')",
         }) {
        EXPECT_THAT(world.result_of(source), StartsWith("script_error: ")) << source;
    }
    EXPECT_EQ(world.result_of("try { eval('1') } catch (e) { return e.message }"),
              "\"eval is not available in scripts\"");
    EXPECT_EQ(world.result_of("try { await import('x') } catch (e) { return e.message }"),
              "\"import() is not available in scripts\"");
}

}  // namespace
}  // namespace swiftgrid::sandbox
