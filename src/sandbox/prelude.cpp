#include "sandbox/prelude.h"

namespace swiftgrid::sandbox {

const std::string_view prelude_source = R"js((function (host) {
  "use strict";
  const global = globalThis;
  const { defineProperty, freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object;
  const { ownKeys } = Reflect;
  const define = (object, name, value) =>
    defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });

  // Shared memory, clocks finer than Date's and anything that tells when the collector ran.
  for (const name of ["SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry",
                      "performance"]) {
    delete global[name];
  }

  // Text must not become code: what a script can do is decided when it is compiled. The four
  // constructors are reachable from any function, so they are replaced, not only hidden.
  const refuse = (name, prototype) => {
    const refusing = function () {
      throw new TypeError(name + " is not available in scripts");
    };
    defineProperty(refusing, "name", { value: name });
    if (prototype !== undefined) {
      defineProperty(refusing, "prototype", { value: prototype, writable: false });
      define(prototype, "constructor", refusing);
    }
    return refusing;
  };
  define(global, "eval", refuse("eval"));
  define(global, "Function", refuse("Function", Function.prototype));
  refuse("GeneratorFunction", getPrototypeOf(function* () {}));
  refuse("AsyncFunction", getPrototypeOf(async function () {}));
  refuse("AsyncGeneratorFunction", getPrototypeOf(async function* () {}));

  // The engine's own generator has one seed for all workers forked from this realm.
  define(Math, "random", host.random);

  const console = {};
  for (const level of ["log", "info", "warn", "error", "debug"]) {
    define(console, level, host[level]);
  }
  for (const [name, level] of [["dir", "log"], ["table", "log"], ["group", "log"],
                               ["groupCollapsed", "log"], ["trace", "debug"]]) {
    define(console, name, console[level]);
  }
  define(console, "groupEnd", function groupEnd() {});
  define(console, "assert", function assert(condition, ...texts) {
    if (!condition) console.error("assertion failed", ...texts);
  });
  define(global, "console", console);

  // What people try first; the plain "is not defined" would not say what to do.
  for (const [name, instead] of [
    ["fetch", "use an HTTP request node before this one"],
    ["setTimeout", "a script cannot wait; use a delay node"],
    ["setInterval", "a script cannot wait; use a delay node"],
  ]) {
    define(global, name, { [name]() {
      throw new TypeError(name + " is not available in scripts: " + instead);
    } }[name]);
  }
  define(global, "queueMicrotask", function queueMicrotask(callback) {
    if (typeof callback !== "function") throw new TypeError("queueMicrotask needs a function");
    Promise.resolve().then(() => { callback(); });
  });

  // What router conditions are mostly made of. A missing value never matches and never throws.
  const missing = (value) => value === undefined || value === null;
  const isArray = Array.isArray;
  const hasOwn = Object.hasOwn;
  define(global, "between", function between(x, low, high) {
    return !missing(x) && x >= low && x <= high;
  });
  define(global, "contains", function contains(x, y) {
    if (missing(x)) return false;
    if (isArray(x)) return x.includes(y);
    if (typeof x === "object") return hasOwn(x, y);
    return String(x).includes(String(y));
  });
  define(global, "matches", function matches(x, pattern) {
    if (missing(x)) return false;
    const stateless = pattern instanceof RegExp
      ? new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""))
      : new RegExp(pattern);
    return stateless.test(String(x));
  });

  // A frozen prototype makes `error.name = "Mine"` fail, because assignment looks at the inherited
  // property. Where scripts do assign, the property becomes an accessor that defines an own one.
  const settable = (prototype, names) => {
    for (const name of names) {
      const descriptor = getOwnPropertyDescriptor(prototype, name);
      if (descriptor === undefined || !("value" in descriptor)) continue;
      const inherited = descriptor.value;
      defineProperty(prototype, name, {
        get() { return inherited; },
        set(value) {
          if (this === prototype) throw new TypeError("built-in objects cannot be changed");
          defineProperty(this, name,
                         { value, writable: true, enumerable: true, configurable: true });
        },
        enumerable: false,
        configurable: false,
      });
    }
  };
  settable(Object.prototype, ["constructor", "hasOwnProperty", "isPrototypeOf",
                              "propertyIsEnumerable", "toLocaleString", "toString", "valueOf"]);
  settable(Function.prototype, ["constructor", "toString"]);
  settable(Array.prototype, ["toString", "toLocaleString"]);
  for (const type of [Map, Set, RegExp, getPrototypeOf(Int8Array), ArrayBuffer, DataView]) {
    settable(type.prototype, ["toJSON"]);
  }
  settable(Date.prototype, ["constructor", "toJSON", "toString"]);
  settable(Promise.prototype, ["then", "catch", "finally", "toJSON"]);
  for (const type of [Error, AggregateError, EvalError, InternalError, RangeError, ReferenceError,
                      SyntaxError, TypeError, URIError]) {
    settable(type.prototype, ["constructor", "message", "name", "toJSON", "toString"]);
  }

  // Everything that can be reached from here, and what only syntax reaches, is frozen.
  const hidden = [
    function* () {}, async function () {}, async function* () {}, () => {}, class {},
    (function* () {})(), (async function* () {})(),
    [][Symbol.iterator](), ""[Symbol.iterator](), new Map().entries(), new Set().values(),
    "a".matchAll(/a/g), new Int8Array(1).values(), [1].entries(),
    getOwnPropertyDescriptor((function () { return arguments; })(), "callee").get,
  ];
  const seen = new Set();
  const rest = [global, ...host.prototypes, ...hidden];
  const reach = (value) => {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (isObject && !seen.has(value)) {
      seen.add(value);
      rest.push(value);
    }
  };
  for (const value of rest.splice(0)) reach(value);
  while (rest.length > 0) {
    const object = rest.pop();
    reach(getPrototypeOf(object));
    for (const key of ownKeys(object)) {
      const descriptor = getOwnPropertyDescriptor(object, key);
      reach(descriptor.value);
      reach(descriptor.get);
      reach(descriptor.set);
    }
  }
  for (const object of seen) freeze(object);
}))js";

}  // namespace swiftgrid::sandbox
