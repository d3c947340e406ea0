// crypto: random values, digests and HMAC. The part of the Web Cryptography API that needs no key
// store, and two shorter names for what flows do most: crypto.hash and crypto.hmac.

#include "sandbox/globals/globals.h"
#include "sandbox/globals/host_values.h"
#include "sandbox/hashing.h"
#include "sandbox/realm.h"

namespace swiftgrid::sandbox {
namespace {

std::optional<HashAlgorithm> algorithm_of(JSContext* context, JSValue name) {
    const auto text = utf8_of(context, name);
    return text ? parse_hash_algorithm(*text) : std::nullopt;
}

JSValue refuse_algorithm(JSContext* context) {
    if (JS_HasException(context)) return JS_EXCEPTION;
    return JS_ThrowTypeError(
        context, "the algorithm is not available; there are SHA-1, SHA-256, SHA-384 and SHA-512");
}

// (algorithm, bytes)
JSValue host_hash(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto algorithm = algorithm_of(context, arguments[0]);
    if (!algorithm) return refuse_algorithm(context);
    const auto bytes = bytes_of(context, arguments[1]);
    if (!bytes) return JS_EXCEPTION;
    return new_array_buffer(context, hash_of(*algorithm, *bytes));
}

// (algorithm, key, bytes)
JSValue host_hmac(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto algorithm = algorithm_of(context, arguments[0]);
    if (!algorithm) return refuse_algorithm(context);
    const auto key = bytes_of(context, arguments[1]);
    const auto bytes = bytes_of(context, arguments[2]);
    if (!key || !bytes) return JS_EXCEPTION;
    return new_array_buffer(context, hmac_of(*algorithm, *key, *bytes));
}

JSValue host_random_bytes(JSContext* context, JSValue, int, JSValue* arguments) {
    std::int64_t count = 0;
    if (JS_ToInt64(context, &count, arguments[0]) != 0) return JS_EXCEPTION;
    auto& realm = *static_cast<Realm*>(JS_GetContextOpaque(context));
    return new_array_buffer(context, realm.random_bytes(static_cast<std::size_t>(count)));
}

void add_crypto_functions(JSContext* context, JSValue host) {
    add_host_function(context, host, "hash", host_hash, 2);
    add_host_function(context, host, "hmac", host_hmac, 3);
    add_host_function(context, host, "randomBytes", host_random_bytes, 1);
}

constexpr std::string_view crypto_source = R"js((function (host) {
  "use strict";
  const { hash, hmac, randomBytes, named, define, bytesOf, encodeText, toBase64 } = host;
  const randomBytesMax = 65536;

  const hex = (bytes) => {
    let text = "";
    for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
    return text;
  };
  const encoded = (buffer, encoding) => {
    const bytes = new Uint8Array(buffer);
    if (encoding === "hex") return hex(bytes);
    if (encoding === "bytes") return bytes;
    const base64 = toBase64(String.fromCharCode(...bytes));
    if (encoding === "base64") return base64;
    if (encoding === "base64url") {
      return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    }
    throw new TypeError("the encoding must be 'hex', 'base64', 'base64url' or 'bytes'");
  };
  // Texts stand for their UTF-8 bytes.
  const dataOf = (data, what) =>
    typeof data === "string" ? new Uint8Array(encodeText(data)) : bytesOf(data, what);
  const nameOf = (algorithm) => String(typeof algorithm === "object" && algorithm !== null
                                       ? algorithm.name : algorithm).toUpperCase();
  const unsupported = (what) => named("NotSupportedError", what);

  class CryptoKey {
    #secret;
    #hash;
    #extractable;
    #usages;
    constructor(token, secret, hashName, extractable, usages) {
      if (token !== secretOf) throw new TypeError("a CryptoKey is made by crypto.subtle.importKey");
      this.#secret = secret;
      this.#hash = hashName;
      this.#extractable = extractable;
      this.#usages = usages;
    }
    get type() { return "secret"; }
    get extractable() { return this.#extractable; }
    get algorithm() {
      return { name: "HMAC", hash: { name: this.#hash }, length: this.#secret.length * 8 };
    }
    get usages() { return [...this.#usages]; }
    static read(token, key, usage) {
      if (token !== secretOf) throw new TypeError("this is not for scripts");
      if (!(#secret in key)) throw new TypeError("the key must be a CryptoKey");
      if (usage !== null && !key.#usages.includes(usage)) {
        throw named("InvalidAccessError", "the key was not imported with the usage '" + usage + "'");
      }
      return { secret: key.#secret, hash: key.#hash };
    }
  }
  // What only this file has; it opens the two above.
  const secretOf = Object.freeze({});
  const { read } = CryptoKey;
  delete CryptoKey.read;
  const keyOf = (key, usage) => {
    if (typeof key !== "object" || key === null) throw new TypeError("the key must be a CryptoKey");
    return read(secretOf, key, usage);
  };
  const mustBeHmac = (algorithm) => {
    if (nameOf(algorithm) !== "HMAC") {
      throw unsupported("keys are available for HMAC only, not for " + nameOf(algorithm));
    }
  };

  const subtle = {};
  const method = (object, name, value) =>
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  method(subtle, "digest", async function digest(algorithm, data) {
    return hash(nameOf(algorithm), bytesOf(data, "the data").slice());
  });
  method(subtle, "importKey", async function importKey(format, key, algorithm, extractable, usages) {
    if (format !== "raw") throw unsupported("keys can be imported as 'raw' only");
    mustBeHmac(algorithm);
    const bytes = bytesOf(key, "the key").slice();
    if (bytes.length === 0) throw named("DataError", "the key is empty");
    const hashName = nameOf(algorithm.hash);
    hash(hashName, new Uint8Array(0));
    return new CryptoKey(secretOf, bytes, hashName, Boolean(extractable), [...usages].map(String));
  });
  method(subtle, "sign", async function sign(algorithm, key, data) {
    mustBeHmac(algorithm);
    const { secret, hash } = keyOf(key, "sign");
    return hmac(hash, secret, bytesOf(data, "the data"));
  });
  method(subtle, "verify", async function verify(algorithm, key, signature, data) {
    mustBeHmac(algorithm);
    const { secret, hash } = keyOf(key, "verify");
    const right = new Uint8Array(hmac(hash, secret, bytesOf(data, "the data")));
    const given = bytesOf(signature, "the signature");
    let difference = right.length ^ given.length;
    for (let i = 0; i < right.length; i++) difference |= right[i] ^ (given[i] ?? 0);
    return difference === 0;
  });

  const crypto = {};
  method(crypto, "subtle", subtle);
  method(crypto, "getRandomValues", function getRandomValues(array) {
    const isInteger = ArrayBuffer.isView(array) && !(array instanceof DataView) &&
      !(array instanceof Float32Array) && !(array instanceof Float64Array);
    if (!isInteger) throw named("TypeMismatchError", "getRandomValues fills typed arrays of integers");
    if (array.byteLength > randomBytesMax) {
      throw named("QuotaExceededError", "getRandomValues fills at most " + randomBytesMax + " bytes");
    }
    bytesOf(array).set(new Uint8Array(randomBytes(array.byteLength)));
    return array;
  });
  method(crypto, "randomUUID", function randomUUID() {
    const bytes = new Uint8Array(randomBytes(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const text = hex(bytes);
    return text.slice(0, 8) + "-" + text.slice(8, 12) + "-" + text.slice(12, 16) + "-" +
           text.slice(16, 20) + "-" + text.slice(20);
  });
  method(crypto, "hash", function (algorithm, data, encoding = "hex") {
    return encoded(hash(nameOf(algorithm), dataOf(data, "the data")), encoding);
  });
  method(crypto, "hmac", function (algorithm, key, data, encoding = "hex") {
    return encoded(hmac(nameOf(algorithm), dataOf(key, "the key"), dataOf(data, "the data")), encoding);
  });

  define("crypto", crypto);
  define("CryptoKey", CryptoKey);
}))js";

}  // namespace

const Global crypto_global{"crypto", crypto_source, add_crypto_functions};

}  // namespace swiftgrid::sandbox
