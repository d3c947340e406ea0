#pragma once

// All that a script can reach outside the engine: console and random numbers.

#include <string>

#include <quickjs/quickjs.h>

namespace swiftgrid::sandbox {

// What the prelude is given. The context's opaque pointer must be its Realm.
JSValue make_host_object(JSContext* context);

// A value as a person wants to read it: texts as they are, errors with their name, objects as JSON.
// May run code of the script (toJSON, toString). Never leaves an exception behind.
std::string readable_text(JSContext* context, JSValue value);

// The characters of a string value in UTF-8, at most `bytes_max` of them; "" when it is none.
std::string string_bytes(JSContext* context, JSValue value, std::size_t bytes_max);

}  // namespace swiftgrid::sandbox
