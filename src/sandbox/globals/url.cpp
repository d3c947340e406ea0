// URL and URLSearchParams.

#include "sandbox/globals/globals.h"
#include "sandbox/globals/host_values.h"
#include "sandbox/globals/url_record.h"

namespace swiftgrid::sandbox {
namespace {

// href, origin, then what UrlPart lists.
JSValue parts_of(JSContext* context, const UrlRecord& url) {
    const std::string host = url.host.value_or("");
    const std::string port = url.port ? std::to_string(*url.port) : "";
    const std::string parts[] = {
        url.href(),
        url.origin(),
        url.scheme + ":",
        url.username,
        url.password,
        port.empty() ? host : host + ":" + port,
        host,
        port,
        url.pathname(),
        url.query.value_or("").empty() ? "" : "?" + *url.query,
        url.fragment.value_or("").empty() ? "" : "#" + *url.fragment,
    };
    const JSValue array = JS_NewArray(context);
    std::uint32_t index = 0;
    for (const std::string& part : parts)
        JS_SetPropertyUint32(context, array, index++, new_string(context, part));
    return array;
}

// (text, base or undefined): the parts, or null when it is no URL.
JSValue host_parse_url(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto text = utf8_of(context, arguments[0]);
    if (!text) return JS_EXCEPTION;
    std::optional<UrlRecord> base;
    if (!JS_IsUndefined(arguments[1])) {
        const auto base_text = utf8_of(context, arguments[1]);
        if (!base_text) return JS_EXCEPTION;
        base = parse_url(*base_text);
        if (!base) return JS_NULL;
    }
    const auto url = parse_url(*text, base ? &*base : nullptr);
    return url ? parts_of(context, *url) : JS_NULL;
}

// (href, part, value): the parts after the change.
JSValue host_set_url_part(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto href = utf8_of(context, arguments[0]);
    const auto value = utf8_of(context, arguments[2]);
    std::int32_t part = 0;
    if (!href || !value || JS_ToInt32(context, &part, arguments[1]) != 0) return JS_EXCEPTION;
    auto url = parse_url(*href);
    if (!url) return JS_NULL;
    set_url_part(*url, static_cast<UrlPart>(part), *value);
    return parts_of(context, *url);
}

// Names and values in turns.
JSValue host_parse_form(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto text = utf8_of(context, arguments[0]);
    if (!text) return JS_EXCEPTION;
    const JSValue array = JS_NewArray(context);
    std::uint32_t index = 0;
    for (const auto& [name, value] : parse_form(*text)) {
        JS_SetPropertyUint32(context, array, index++, new_string(context, name));
        JS_SetPropertyUint32(context, array, index++, new_string(context, value));
    }
    return array;
}

JSValue host_write_pair(JSContext* context, JSValue, int, JSValue* arguments) {
    auto name = utf8_of(context, arguments[0]);
    auto value = utf8_of(context, arguments[1]);
    if (!name || !value) return JS_EXCEPTION;
    return new_string(context, write_form({{*std::move(name), *std::move(value)}}));
}

void add_url_functions(JSContext* context, JSValue host) {
    add_host_function(context, host, "parseUrl", host_parse_url, 2);
    add_host_function(context, host, "setUrlPart", host_set_url_part, 3);
    add_host_function(context, host, "parseForm", host_parse_form, 1);
    add_host_function(context, host, "writePair", host_write_pair, 2);
}

constexpr std::string_view url_source = R"js((function (host) {
  "use strict";
  const { parseUrl, setUrlPart, parseForm, writePair, define } = host;
  const [PROTOCOL, USERNAME, PASSWORD, HOST, HOSTNAME, PORT, PATHNAME, SEARCH, HASH] =
    [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const text = (value) => {
    if (typeof value === "symbol") throw new TypeError("a symbol cannot become a text");
    // Halves of surrogate pairs become U+FFFD.
    return String(value).toWellFormed();
  };
  let follow;  // makes a URLSearchParams write what changes into its URL
  let renew;   // gives it the pairs of a changed URL

  class URLSearchParams {
    #pairs = [];  // [name, value]
    #changed = null;

    static {
      follow = (params, changed) => { params.#changed = changed; };
      renew = (params, query) => { params.#pairs = URLSearchParams.#read(query); };
    }
    static #read(query) {
      const flat = parseForm(query);
      const pairs = [];
      for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i], flat[i + 1]]);
      return pairs;
    }
    #update() {
      if (this.#changed !== null) this.#changed(this.toString());
    }

    constructor(init = "") {
      if (typeof init === "object" && init !== null) {
        if (typeof init[Symbol.iterator] === "function") {
          for (const pair of init) {
            const both = [...pair];
            if (both.length !== 2) throw new TypeError("each entry must be a name and a value");
            this.#pairs.push([text(both[0]), text(both[1])]);
          }
        } else {
          for (const name of Object.keys(init)) this.#pairs.push([text(name), text(init[name])]);
        }
      } else {
        const query = text(init);
        this.#pairs = URLSearchParams.#read(query.startsWith("?") ? query.slice(1) : query);
      }
    }
    get size() { return this.#pairs.length; }
    append(name, value) {
      this.#pairs.push([text(name), text(value)]);
      this.#update();
    }
    delete(name, value) {
      const [key, only] = [text(name), value === undefined ? undefined : text(value)];
      this.#pairs = this.#pairs.filter((pair) =>
        pair[0] !== key || (only !== undefined && pair[1] !== only));
      this.#update();
    }
    get(name) {
      const key = text(name);
      const found = this.#pairs.find((pair) => pair[0] === key);
      return found === undefined ? null : found[1];
    }
    getAll(name) {
      const key = text(name);
      return this.#pairs.filter((pair) => pair[0] === key).map((pair) => pair[1]);
    }
    has(name, value) {
      const [key, only] = [text(name), value === undefined ? undefined : text(value)];
      return this.#pairs.some((pair) =>
        pair[0] === key && (only === undefined || pair[1] === only));
    }
    set(name, value) {
      const [key, given] = [text(name), text(value)];
      const first = this.#pairs.findIndex((pair) => pair[0] === key);
      if (first < 0) {
        this.#pairs.push([key, given]);
      } else {
        this.#pairs[first][1] = given;
        this.#pairs = this.#pairs.filter((pair, i) => i <= first || pair[0] !== key);
      }
      this.#update();
    }
    sort() {
      this.#pairs.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
      this.#update();
    }
    forEach(callback, self) {
      for (const [name, value] of this) callback.call(self, value, name, this);
    }
    *entries() {
      for (let i = 0; i < this.#pairs.length; i++) yield [...this.#pairs[i]];
    }
    *keys() {
      for (const [name] of this.entries()) yield name;
    }
    *values() {
      for (const [, value] of this.entries()) yield value;
    }
    toString() { return this.#pairs.map(([name, value]) => writePair(name, value)).join("&"); }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
    value: URLSearchParams.prototype.entries, writable: true, enumerable: false, configurable: true,
  });

  class URL {
    #parts;
    #searchParams = null;

    constructor(url, base) {
      this.#parts = parseUrl(text(url), base === undefined ? undefined : text(base));
      if (this.#parts === null) {
        throw new TypeError("not a URL: " + text(url).slice(0, 200) +
                            (base === undefined ? "" : " (base: " + text(base).slice(0, 200) + ")"));
      }
    }
    static canParse(url, base) {
      return parseUrl(text(url), base === undefined ? undefined : text(base)) !== null;
    }
    static parse(url, base) { return URL.canParse(url, base) ? new URL(url, base) : null; }

    #set(part, value) {
      this.#parts = setUrlPart(this.#parts[0], part, text(value));
      if (part === SEARCH) this.#renewParams();
    }
    #renewParams() {
      if (this.#searchParams !== null) renew(this.#searchParams, this.#parts[2 + SEARCH].slice(1));
    }

    get href() { return this.#parts[0]; }
    set href(value) {
      const parts = parseUrl(text(value), undefined);
      if (parts === null) throw new TypeError("not a URL: " + text(value).slice(0, 200));
      this.#parts = parts;
      this.#renewParams();
    }
    get origin() { return this.#parts[1]; }
    get protocol() { return this.#parts[2 + PROTOCOL]; }
    set protocol(value) { this.#set(PROTOCOL, value); }
    get username() { return this.#parts[2 + USERNAME]; }
    set username(value) { this.#set(USERNAME, value); }
    get password() { return this.#parts[2 + PASSWORD]; }
    set password(value) { this.#set(PASSWORD, value); }
    get host() { return this.#parts[2 + HOST]; }
    set host(value) { this.#set(HOST, value); }
    get hostname() { return this.#parts[2 + HOSTNAME]; }
    set hostname(value) { this.#set(HOSTNAME, value); }
    get port() { return this.#parts[2 + PORT]; }
    set port(value) { this.#set(PORT, value); }
    get pathname() { return this.#parts[2 + PATHNAME]; }
    set pathname(value) { this.#set(PATHNAME, value); }
    get search() { return this.#parts[2 + SEARCH]; }
    set search(value) { this.#set(SEARCH, value); }
    get hash() { return this.#parts[2 + HASH]; }
    set hash(value) { this.#set(HASH, value); }
    get searchParams() {
      if (this.#searchParams === null) {
        this.#searchParams = new URLSearchParams(this.#parts[2 + SEARCH]);
        follow(this.#searchParams, (query) => {
          this.#parts = setUrlPart(this.#parts[0], SEARCH, query);
        });
      }
      return this.#searchParams;
    }
    toString() { return this.#parts[0]; }
    toJSON() { return this.#parts[0]; }
  }

  define("URL", URL);
  define("URLSearchParams", URLSearchParams);
}))js";

}  // namespace

const Global url_global{"url", url_source, add_url_functions};

}  // namespace swiftgrid::sandbox
