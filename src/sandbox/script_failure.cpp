#include "sandbox/script_failure.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "sandbox/compile.h"
#include "sandbox/host_functions.h"
#include "sandbox/script_value.h"

namespace swiftgrid::sandbox {
namespace {

// Enough to make an error's texts readable when the script used up its memory.
constexpr std::size_t description_bytes = 256 * 1024;

std::string property_text(JSContext* context, JSValue object, const char* name) {
    const ScriptValue value(context, JS_GetPropertyStr(context, object, name));
    if (value.is_exception()) {
        JS_FreeValue(context, JS_GetException(context));
        return {};
    }
    return string_bytes(context, value.get(), limits::error_message_bytes);
}

std::uint32_t number_at(std::string_view text) {
    std::uint32_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Names of the functions that made the error: of its class and those that it extends.
std::vector<std::string> constructor_names(JSContext* context, JSValue error) {
    constexpr int classes_max = 10;
    std::vector<std::string> names;
    ScriptValue prototype(context, JS_GetPrototype(context, error));
    for (int i = 0; i < classes_max && JS_IsObject(prototype.get()); ++i) {
        const ScriptValue constructor(context,
                                      JS_GetPropertyStr(context, prototype.get(), "constructor"));
        if (constructor.is_exception()) JS_FreeValue(context, JS_GetException(context));
        if (JS_IsObject(constructor.get()))
            names.push_back(property_text(context, constructor.get(), "name"));
        prototype = ScriptValue(context, JS_GetPrototype(context, prototype.get()));
    }
    if (prototype.is_exception()) JS_FreeValue(context, JS_GetException(context));
    return names;
}

struct Place {
    std::uint32_t line = 0;  // in the user's text
    std::uint32_t column = 0;
};

// Of a line like "    at name (script:3:7)" or, for syntax, "    at script:3:7"; nothing when it is
// not in the user's text.
std::optional<Place> place_of_frame(std::string_view frame) {
    const std::string mark = std::string(script_file_name) + ":";
    const std::size_t at = frame.rfind(mark);
    if (at == std::string_view::npos) return std::nullopt;
    frame.remove_prefix(at + mark.size());
    const std::uint32_t line = number_at(frame);
    const std::size_t colon = frame.find_first_not_of("0123456789");
    if (line <= lines_before_script || colon == std::string_view::npos || frame[colon] != ':')
        return std::nullopt;
    return Place{line - lines_before_script, number_at(frame.substr(colon + 1))};
}

// The innermost place of the stack in the user's text; that inside of the constructor of a class of
// errors only when there is no other.
void place_from_stack(std::string_view stack, std::string_view source,
                      const std::vector<std::string>& constructors, ScriptError& error) {
    Place place;
    while (!stack.empty()) {
        const std::string_view frame = stack.substr(0, stack.find('\n'));
        stack.remove_prefix(std::min(frame.size() + 1, stack.size()));
        const auto found = place_of_frame(frame);
        if (!found) continue;
        const bool is_constructor = std::ranges::any_of(constructors, [&](const std::string& name) {
            return frame.find("at " + name + " (") != std::string_view::npos;
        });
        if (place.line == 0 || !is_constructor) place = *found;
        if (!is_constructor) break;
    }
    // "Unexpected end" is found on our own line after the text.
    const auto lines = static_cast<std::uint32_t>(std::ranges::count(source, '\n') + 1);
    error.line = std::min(place.line, lines);
    error.column = place.column;
}

std::string thrown_text(JSContext* context, JSValue thrown) {
    if (!JS_IsObject(thrown) || JS_IsFunction(context, thrown)) {
        return readable_text(context, thrown);
    }
    const std::string name = property_text(context, thrown, "name");
    std::string message = property_text(context, thrown, "message");
    if (name.empty() && message.empty()) return readable_text(context, thrown);
    if (name.empty()) return message;
    return message.empty() ? name : name + ": " + message;
}

}  // namespace

ScriptError timeout_failure(std::int64_t time_ms) {
    return {"script_timeout",
            "the script ran longer than " + std::to_string(time_ms) + " ms and was stopped"};
}

ScriptError memory_failure() {
    return {"script_memory", "the script used more than " +
                                 std::to_string(limits::script_memory_bytes / limits::mebibyte) +
                                 " MiB of memory"};
}

bool ends_the_call(const ScriptError& error) {
    return error.code == "script_timeout" || error.code == "script_memory";
}

ScriptError describe_failure(Realm& realm, JSValue thrown, const FailureContext& failure) {
    if (realm.is_expired()) return timeout_failure(failure.time_ms);
    JSContext* const context = realm.context();
    const bool out_of_memory = realm.ran_out_of_memory();
    if (out_of_memory && JS_IsNull(thrown)) return memory_failure();
    if (out_of_memory) realm.grant_memory(description_bytes);

    ScriptError error{"script_error", thrown_text(context, thrown)};
    if (JS_IsError(context, thrown)) {
        place_from_stack(property_text(context, thrown, "stack"), failure.source,
                         constructor_names(context, thrown), error);
    }
    // Reading the texts may have run getters of the script.
    if (realm.is_expired()) return timeout_failure(failure.time_ms);
    // There may have been no memory for the text, too.
    const bool is_about_memory =
        error.message.ends_with("out of memory") || error.message == "InternalError";
    if (out_of_memory && is_about_memory) return memory_failure();
    if (error.message.ends_with(": stack overflow")) {
        error.code = "script_stack";
        error.message = "the script nests too deeply: its stack is larger than " +
                        std::to_string(limits::script_stack_bytes / 1024) + " KiB";
    }
    if (error.message.size() > limits::error_message_bytes) {
        error.message.resize(limits::error_message_bytes);
    }
    return error;
}

ScriptError take_failure(Realm& realm, const FailureContext& failure) {
    const ScriptValue exception(realm.context(), JS_GetException(realm.context()));
    return describe_failure(realm, exception.get(), failure);
}

}  // namespace swiftgrid::sandbox
