#pragma once

// What scripts find in the global object beyond the language: each global is a piece of JavaScript
// that defines it, over functions of C++ that do what the language cannot do or does slowly. All
// of it is pure: from values to values, besides random numbers.

#include <span>
#include <string_view>

#include <quickjs/quickjs.h>

namespace swiftgrid::sandbox {

struct Global {
    const char* name;  // in stack traces
    // "(function (host) {...})": defines the names; what it keeps must not change afterwards,
    // because all scripts share it.
    std::string_view source;
    // Puts what the source needs into `host`; null when it needs nothing.
    void (*add_host_functions)(JSContext* context, JSValue host);
};

std::span<const Global> globals();

extern const Global text_global;
extern const Global clone_global;
extern const Global crypto_global;
extern const Global dates_global;
extern const Global results_global;
extern const Global url_global;

}  // namespace swiftgrid::sandbox
