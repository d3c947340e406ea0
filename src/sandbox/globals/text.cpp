// TextEncoder, TextDecoder, atob and btoa.

#include "base/base64.h"
#include "sandbox/globals/globals.h"
#include "sandbox/globals/host_values.h"
#include "sandbox/globals/text_coding.h"

namespace swiftgrid::sandbox {
namespace {

JSValue host_encode_text(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto utf8 = utf8_of(context, arguments[0]);
    if (!utf8) return JS_EXCEPTION;
    return new_array_buffer(context,
                            {reinterpret_cast<const std::uint8_t*>(utf8->data()), utf8->size()});
}

// (encoding, bytes, fatal, last): [text, bytes used], or null for malformed ones.
JSValue host_decode_text(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto encoding = utf8_of(context, arguments[0]);
    const auto bytes = bytes_of(context, arguments[1]);
    if (!encoding || !bytes) return JS_EXCEPTION;
    const DecodeOptions options{JS_ToBool(context, arguments[2]) > 0,
                                JS_ToBool(context, arguments[3]) > 0};
    const auto decoded = *encoding == "utf-8"      ? decode_utf8(*bytes, options)
                         : *encoding == "utf-16le" ? decode_utf16le(*bytes, options)
                                                   : decode_windows_1252(*bytes);
    if (!decoded) return JS_NULL;
    const JSValue parts[] = {new_string(context, decoded->text),
                             JS_NewInt64(context, static_cast<std::int64_t>(decoded->used))};
    return new_array(context, parts);
}

JSValue host_to_base64(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto text = utf8_of(context, arguments[0]);
    if (!text) return JS_EXCEPTION;
    const auto bytes = latin1_of_utf8(*text);
    return bytes ? new_string(context, to_base64(*bytes, Base64::standard)) : JS_NULL;
}

JSValue host_from_base64(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto text = utf8_of(context, arguments[0]);
    if (!text) return JS_EXCEPTION;
    const auto bytes = from_forgiving_base64(*text);
    return bytes ? new_string(context, utf8_of_latin1(*bytes)) : JS_NULL;
}

void add_text_functions(JSContext* context, JSValue host) {
    add_host_function(context, host, "encodeText", host_encode_text, 1);
    add_host_function(context, host, "decodeText", host_decode_text, 4);
    add_host_function(context, host, "toBase64", host_to_base64, 1);
    add_host_function(context, host, "fromBase64", host_from_base64, 1);
}

constexpr std::string_view text_source = R"js((function (host) {
  "use strict";
  const { encodeText, decodeText, toBase64, fromBase64 } = host;

  host.named = (name, message) =>
    Object.defineProperty(new Error(message), "name", { value: name, writable: true, configurable: true });
  host.define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  const { named, define } = host;

  // A copy-free view of what the web calls a BufferSource.
  host.bytesOf = (source, what) => {
    if (ArrayBuffer.isView(source)) {
      return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    }
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    throw new TypeError(what + " must be a typed array, a DataView or an ArrayBuffer");
  };
  const { bytesOf } = host;

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return new Uint8Array(encodeText(String(text))); }
    encodeInto(text, target) {
      let read = 0;
      let written = 0;
      for (const character of String(text)) {
        const bytes = encodeText(character);
        if (written + bytes.byteLength > target.length) break;
        target.set(new Uint8Array(bytes), written);
        written += bytes.byteLength;
        read += character.length;
      }
      return { read, written };
    }
  }

  const encodings = {
    __proto__: null,
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "utf-16le": "utf-16le", "utf-16": "utf-16le", "ucs-2": "utf-16le", "unicode": "utf-16le",
    "windows-1252": "windows-1252", "latin1": "windows-1252", "iso-8859-1": "windows-1252",
    "ascii": "windows-1252", "us-ascii": "windows-1252", "cp1252": "windows-1252",
  };

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    #kept = new Uint8Array(0);
    #started = false;

    constructor(label = "utf-8", options = {}) {
      this.#encoding = encodings[String(label).trim().toLowerCase()];
      if (this.#encoding === undefined) {
        throw new RangeError("the encoding '" + label +
                             "' is not available; there are utf-8, utf-16le and windows-1252");
      }
      this.#fatal = Boolean(options?.fatal);
      this.#ignoreBOM = Boolean(options?.ignoreBOM);
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }

    decode(source = new Uint8Array(0), options = {}) {
      let bytes = bytesOf(source, "what is decoded");
      if (this.#kept.length > 0) {
        const joined = new Uint8Array(this.#kept.length + bytes.length);
        joined.set(this.#kept);
        joined.set(bytes, this.#kept.length);
        bytes = joined;
      }
      const last = !options?.stream;
      const decoded = decodeText(this.#encoding, bytes, this.#fatal, last);
      this.#kept = new Uint8Array(0);
      if (decoded === null) {
        this.#started = false;
        throw new TypeError("the bytes are not valid " + this.#encoding);
      }
      let [text, used] = decoded;
      if (!last) this.#kept = bytes.slice(used);
      if (!this.#started && !this.#ignoreBOM && text.charCodeAt(0) === 0xFEFF &&
          this.#encoding !== "windows-1252") {
        text = text.slice(1);
      }
      this.#started = !last && (this.#started || used > 0);
      return text;
    }
  }

  define("TextEncoder", TextEncoder);
  define("TextDecoder", TextDecoder);
  define("btoa", function btoa(text) {
    const encoded = toBase64(String(text));
    if (encoded !== null) return encoded;
    throw named("InvalidCharacterError", "btoa takes characters up to U+00FF; " +
                "for other texts encode them first: btoa(String.fromCharCode(...new TextEncoder().encode(text)))");
  });
  define("atob", function atob(text) {
    const decoded = fromBase64(String(text));
    if (decoded !== null) return decoded;
    throw named("InvalidCharacterError", "atob was given a text that is not base64");
  });
}))js";

}  // namespace

const Global text_global{"text", text_source, add_text_functions};

}  // namespace swiftgrid::sandbox
