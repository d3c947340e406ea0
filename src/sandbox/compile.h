#pragma once

// Turns a script's text into a function. The text is put inside a function, and must not be able to
// end that function and go on outside of it (`1); evil(`). That is decided by the parser, not by
// looking at the text: it is parsed inside two different brackets, and nothing that ends the one
// can be followed by what the other needs.

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/script_value.h"

namespace swiftgrid::sandbox {

// The name of scripts in stack traces, and the line at which the user's text begins in them.
constexpr const char* script_file_name = "script";
constexpr std::uint32_t lines_before_script = 1;

enum class ScriptKind : std::uint8_t { expression, code };

struct ScriptText {
    ScriptKind kind;
    std::string_view parameters;  // "value,$trigger"
    std::string_view source;
};

// A function of the parameters, or an exception (pending in the context). Compiled functions are
// kept by their text; the least recently used go when there are too many.
class ScriptCache {
public:
    explicit ScriptCache(JSContext* context) : context_(context) {}

    ScriptValue function_for(const ScriptText& script);

private:
    struct Entry {
        std::string key;
        ScriptValue function;
    };

    void keep(std::string key, const ScriptValue& function);

    JSContext* context_;
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
    std::size_t key_bytes_ = 0;
};

// Without the cache.
ScriptValue compile_script(JSContext* context, const ScriptText& script);

// What compile_script() runs, not yet run; an exception when the text is no such script.
ScriptValue parse_script(JSContext* context, const ScriptText& script);

}  // namespace swiftgrid::sandbox
