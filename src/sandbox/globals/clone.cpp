// structuredClone, as the HTML standard defines it for what scripts have.

#include "sandbox/globals/globals.h"

namespace swiftgrid::sandbox {
namespace {

constexpr std::string_view clone_source = R"js((function (host) {
  "use strict";
  const { named, define } = host;
  const { isArray } = Array;
  const boxed = [Boolean, Number, String, BigInt];
  const errors = { __proto__: null, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const refuse = (what) => {
    throw named("DataCloneError", "structuredClone cannot copy " + what);
  };

  const cloneError = (error) => {
    const Type = errors[error.name] ?? Error;
    const copy = new Type(String(error.message));
    Object.defineProperty(copy, "stack",
                          { value: String(error.stack), writable: true, configurable: true });
    return copy;
  };
  const cloneBytes = (view, cloned) => {
    const buffer = cloned(view.buffer);
    if (view instanceof DataView) return new DataView(buffer, view.byteOffset, view.byteLength);
    const { [Symbol.toStringTag]: type } = view;
    return new globalThis[type](buffer, view.byteOffset, view.length);
  };

  define("structuredClone", function structuredClone(value) {
    if (arguments.length === 0) throw new TypeError("structuredClone needs a value");
    const copies = new Map();
    const cloned = (value) => {
      if (typeof value === "symbol") refuse("a symbol");
      if (typeof value === "function") refuse("a function");
      if (typeof value !== "object" || value === null) return value;
      const known = copies.get(value);
      if (known !== undefined) return known;
      const keep = (copy) => {
        copies.set(value, copy);
        return copy;
      };
      for (const Type of boxed) {
        if (value instanceof Type) return keep(Object(value.valueOf()));
      }
      if (value instanceof Date) return keep(new Date(value.getTime()));
      if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
      if (value instanceof ArrayBuffer) return keep(value.slice(0));
      if (ArrayBuffer.isView(value)) return keep(cloneBytes(value, cloned));
      if (value instanceof Error) return keep(cloneError(value));
      if (value instanceof Map) {
        const copy = keep(new Map());
        for (const [key, item] of [...value]) copy.set(cloned(key), cloned(item));
        return copy;
      }
      if (value instanceof Set) {
        const copy = keep(new Set());
        for (const item of [...value]) copy.add(cloned(item));
        return copy;
      }
      if (value instanceof Promise) refuse("a promise");
      if (value instanceof WeakMap || value instanceof WeakSet) refuse("a weak collection");
      const copy = keep(isArray(value) ? new Array(value.length) : {});
      for (const key of Object.keys(value)) {
        Object.defineProperty(copy, key, { value: cloned(value[key]), writable: true,
                                           enumerable: true, configurable: true });
      }
      return copy;
    };
    return cloned(value);
  });
}))js";

}  // namespace

const Global clone_global{"structuredClone", clone_source, nullptr};

}  // namespace swiftgrid::sandbox
