#include "hostile_scripts.h"

namespace swiftgrid::e2e {
namespace {

const std::string harmless;
const std::string thrown = "script_error";
const std::string timeout = "script_timeout";
const std::string memory = "script_memory";
const std::string stack = "script_stack";
const std::string large = "script_result_too_large";
const std::string invalid = "script_result_invalid";

// Completes with "tried" when the attempt is refused, so that one that succeeds is seen.
std::string refused(const std::string& attempt) {
    return "let gained = null; try { gained = await (async () => { " + attempt +
           " })() } catch (e) { return 'tried' } throw new RangeError('gained ' + typeof gained)";
}

const std::vector<HostileScript> scripts{
    // Time.
    {"endless loop", "for (;;);", {timeout}},
    {"loop that catches everything", "for (;;) try { for (;;); } catch {}", {timeout}},
    {"finally trap", "function f() { try { for (;;); } finally { f() } } f()", {timeout}},
    {"generator trap",
     "function* g() { for (;;) try { yield 1 } finally { for (;;); } } for (const x of g()) "
     "break",
     {timeout}},
    {"async generators",
     "for await (const x of (async function* () { for (;;) yield 1 })());",
     {timeout}},
    {"microtask flood",
     "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f(); await "
     "new Promise(() => {})",
     {timeout, memory}},
    {"microtasks left behind", "const f = () => queueMicrotask(f); f(); return 'done'", {harmless}},
    {"endless thenable", "return { then(resolve) { resolve(this) } }", {timeout, memory}},
    {"regular expression bomb", "return /(a+)+$/.test('a'.repeat(50) + 'b')", {timeout}},
    {"regular expression bomb with back-reference",
     "return /^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(80))",
     {timeout}},
    {"native search that cannot be interrupted",
     "return 'a'.repeat(2e6).indexOf('a'.repeat(1e6) + 'b')",
     {timeout}},
    {"native join that cannot be interrupted",
     "return new Array(2 ** 28).join('ab')",
     {timeout, memory}},
    {"sort with a slow comparator",
     "Array.from({length: 1e5}, (_, i) => i).sort(() => { for (let i = 0; i < 1e6; i++); })",
     {timeout}},
    {"digests without end",
     "const a = new Uint8Array(1e7); for (;;) crypto.hash('SHA-512', a)",
     {timeout}},
    {"deadline dodged by catching",
     "const end = Date.now() + 6e5; while (Date.now() < end) "
     "try { null.x } catch {}",
     {timeout}},
    // Memory.
    {"array hoard", "const a = []; for (;;) a.push(new Array(1000).fill(1))", {timeout, memory}},
    {"object hoard", "let o = {}; for (;;) o = {o, p: [o]}", {timeout, memory, stack}},
    {"typed array hoard",
     "const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1))",
     {timeout, memory, thrown}},
    {"one array for all", "return new Array(2 ** 32 - 1).fill(1)", {timeout, memory, thrown}},
    {"four gigabytes at once", "return new Uint8Array(2 ** 32).length", {memory, thrown}},
    {"string bomb", "let s = 'x'; for (;;) s += s", {timeout, memory, thrown}},
    {"replace bomb",
     "let s = 'a'; for (;;) s = s.replaceAll('a', 'aaaaaaaaaa')",
     {timeout, memory, thrown}},
    {"JSON bomb",
     "let s = '[1]'; for (let i = 0; i < 30; i++) s = `[${s},${s}]`; return JSON.parse(s)",
     {timeout, memory, thrown, stack}},
    {"BigInt tower", "let n = 7n; for (;;) n = n ** 7n", {timeout, memory, thrown}},
    {"hoard of promises",
     "const a = []; for (;;) a.push(new Promise(() => {}))",
     {timeout, memory}},
    {"exhausted memory caught again and again",
     "for (;;) try { const a = []; for (;;) a.push(new Array(1e5).fill(1)) } catch {}",
     {timeout, memory}},
    // Stack.
    {"deep recursion", "function f() { f() } f()", {stack}},
    {"deep recursion that catches",
     "function f() { try { f() } catch { f() } } f()",
     {timeout, stack}},
    {"deep JSON", "return JSON.parse('['.repeat(1e6))", {stack, thrown}},
    {"proxy chain",
     "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x",
     {stack, timeout, memory}},
    // Results.
    {"huge output", "return 'x'.repeat(2e7)", {large}},
    {"huge output of many parts", "return Array(3e6).fill('abcdefgh')", {large, memory, timeout}},
    {"endless getter in the result", "return { get a() { for (;;); } }", {timeout}},
    {"endless proxy as the result", "return new Proxy({}, { ownKeys() { for (;;); } })", {timeout}},
    {"proxy that lies about its keys",
     "return new Proxy({}, { ownKeys: () => ['a', 'b'], getOwnPropertyDescriptor: () => "
     "({ value: 1, enumerable: true, configurable: true }), get: () => 1n })",
     {invalid}},
    {"toJSON that changes what is written",
     "let n = 0; return Array(5).fill({ toJSON() { return n++ > 3 ? undefined : { a: n } } })",
     {harmless}},
    {"object inside itself", "const o = {}; o.o = o; return o", {invalid}},
    {"nested beyond every reader",
     "let a = []; for (let i = 0; i < 5000; i++) a = [a]; return a",
     {invalid}},
    {"__proto__ in JSON",
     "return JSON.parse('{\"__proto__\":{\"polluted\":1},\"constructor\":{\"prototype\":"
     "{\"polluted\":1}}}')",
     {harmless}},
    {"halves of characters", "return ['\\ud800', {'\\udc00': '\\ud800x'}]", {harmless}},
    {"log flood", "for (;;) console.log('x'.repeat(1e4))", {timeout}},
    {"log of an endless value", "console.log({ toJSON() { for (;;); } })", {timeout}},
    {"error with an endless message", "throw { get message() { for (;;); } }", {timeout}},
    {"huge error", "throw new Error('x'.repeat(3e7))", {thrown, memory, timeout}},
    // Reaching out and leaving something behind.
    {"constructor escape", refused("return (() => {}).constructor('return 1')()"), {harmless}},
    {"constructor of an async generator",
     refused("return (async function* () {}).constructor('yield 1')()"),
     {harmless}},
    {"eval", refused("return (0, eval)('1')"), {harmless}},
    {"import", refused("return import('fs')"), {harmless}},
    {"prototype pollution", refused("Object.prototype.polluted = 1; return 1"), {harmless}},
    {"prototype pollution by definition",
     refused("Object.defineProperty(Array.prototype, 'map', {value: 1}); return 1"),
     {harmless}},
    {"stack trace hook",
     refused("Error.prepareStackTrace = (e, frames) => frames; return new Error('x').stack"),
     {harmless}},
    {"shared memory and waiting",
     refused("return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"),
     {harmless}},
    {"finalizers", refused("return new FinalizationRegistry(() => { for (;;); })"), {harmless}},
    {"labels out of the wrapper",
     "outer: for (;;) { inner: for (;;) break outer } return 'tried'",
     {harmless}},
    {"key without importing", refused("return new CryptoKey({}, new Uint8Array(1))"), {harmless}},
    {"buffers that detach under a reader",
     "const b = new ArrayBuffer(8); const a = new Uint8Array(b); if (b.transfer) b.transfer();"
     "return [crypto.hash('SHA-1', a).length, new TextDecoder().decode(a)]",
     {harmless, thrown}},
};

}  // namespace

const std::vector<HostileScript>& hostile_scripts() { return scripts; }

}  // namespace swiftgrid::e2e
