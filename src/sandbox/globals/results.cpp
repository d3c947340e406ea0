// How values that JSON does not know become JSON: the documented conversions (docs/code.md), and
// what is said about those that have none.

#include "sandbox/globals/globals.h"

namespace swiftgrid::sandbox {
namespace {

constexpr std::string_view results_source = R"js((function (host) {
  "use strict";
  const { isArray } = Array;
  const convert = (Type, toJSON) =>
    Object.defineProperty(Type.prototype, "toJSON",
                          { value: toJSON, writable: true, enumerable: false, configurable: true });
  const refusals = new Set();
  const refuse = (Type, why) => {
    const { toJSON } = { toJSON() { throw new TypeError(why); } };
    refusals.add(toJSON);
    convert(Type, toJSON);
  };

  convert(Map, function toJSON() {
    const entries = [...this];
    return entries.every(([key]) => typeof key === "string") ? Object.fromEntries(entries) : entries;
  });
  convert(Set, function toJSON() { return [...this]; });
  convert(Object.getPrototypeOf(Int8Array), function toJSON() { return Array.from(this); });
  convert(RegExp, function toJSON() { return String(this); });
  convert(Error, function toJSON() {
    return { name: String(this.name), message: String(this.message), ...this };
  });
  refuse(Promise, "a promise: put `await` before it");
  refuse(BigInt, "a BigInt: convert it with Number() or String()");
  refuse(ArrayBuffer, "an ArrayBuffer: convert it with Array.from(new Uint8Array(buffer)) or btoa()");
  refuse(DataView, "a DataView: convert it with Array.from(new Uint8Array(view.buffer)) or btoa()");

  const word = /^[A-Za-z_$][\w$]*$/;
  const step = (path, key, inArray) =>
    path + (inArray ? "[" + key + "]" : word.test(key) ? "." + key : "[" + JSON.stringify(key) + "]");
  const textOf = (error) => {
    try {
      return error instanceof Error ? String(error.message) : String(error);
    } catch {
      return "an error without a text";
    }
  };

  // Where a value cannot be turned into JSON, and why: "result.a[0] is a BigInt: …"; "" when that
  // is not found.
  host.explain = (root) => {
    const ancestors = new Map();
    const visit = (value, path, key) => {
      try {
        if (typeof value === "bigint" ||
            (typeof value === "object" && value !== null && typeof value.toJSON === "function")) {
          value = value.toJSON(key);
        }
      } catch (error) {
        return path + (refusals.has(value.toJSON) ? " is " : " cannot be converted: ") + textOf(error);
      }
      if (typeof value !== "object" || value === null) return "";
      const before = ancestors.get(value);
      if (before !== undefined) return path + " refers back to " + before;
      ancestors.set(value, path);
      const inArray = isArray(value);
      const keys = inArray ? value.length : Object.keys(value);
      for (let i = 0; i < (inArray ? keys : keys.length); i++) {
        const name = inArray ? String(i) : keys[i];
        let member;
        try {
          member = value[name];
        } catch (error) {
          return step(path, name, inArray) + " cannot be read: " + textOf(error);
        }
        const found = visit(member, step(path, name, inArray), name);
        if (found !== "") return found;
      }
      ancestors.delete(value);
      return "";
    };
    return visit(root, "result", "");
  };
}))js";

}  // namespace

const Global results_global{"results", results_source, nullptr};

}  // namespace swiftgrid::sandbox
