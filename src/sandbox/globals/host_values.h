#pragma once

// Between the engine's values and C++ for the functions behind the globals.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <quickjs/quickjs.h>

namespace swiftgrid::sandbox {

using HostFunction = JSValue (*)(JSContext*, JSValue, int, JSValue*);

void add_host_function(JSContext* context, JSValue host, const char* name, HostFunction function,
                       int arguments);

// The characters of a string in UTF-8, halves of pairs as U+FFFD. Nothing, with an exception
// pending, when it is longer than what could be a result: what C++ needs besides is not counted
// against the script's memory.
std::optional<std::string> utf8_of(JSContext* context, JSValue value);

JSValue new_string(JSContext* context, std::string_view utf8);

// The memory of a Uint8Array, valid until the engine runs again; nothing, with an exception
// pending, when it is too long.
std::optional<std::span<const std::uint8_t>> bytes_of(JSContext* context, JSValue array);

JSValue new_array_buffer(JSContext* context, std::span<const std::uint8_t> bytes);

// An array of values, which it takes over.
JSValue new_array(JSContext* context, std::span<const JSValue> values);

}  // namespace swiftgrid::sandbox
