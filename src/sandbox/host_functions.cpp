#include "sandbox/host_functions.h"

#include "base/limits.h"
#include "sandbox/realm.h"
#include "sandbox/script_value.h"
#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {
namespace {

// More classes than the engine defines; it tells which ids exist.
constexpr JSClassID class_ids_max = 128;

Realm& realm_of(JSContext* context) { return *static_cast<Realm*>(JS_GetContextOpaque(context)); }

void drop_exception(JSContext* context) { JS_FreeValue(context, JS_GetException(context)); }

JSValue host_random(JSContext* context, JSValue, int, JSValue*) {
    return JS_NewFloat64(context, realm_of(context).random());
}

JSValue host_log(JSContext* context, JSValue, int count, JSValue* arguments, int level) {
    std::string text;
    for (int i = 0; i < count && text.size() < limits::log_bytes_per_node; ++i) {
        if (i > 0) text.push_back(' ');
        text += readable_text(context, arguments[i]);
    }
    realm_of(context).add_log(static_cast<LogLevel>(level), std::move(text));
    return JS_UNDEFINED;
}

// Own or inherited property as text; "" when it is missing, no text, or throws.
std::string text_property(JSContext* context, JSValue object, const char* name) {
    const ScriptValue value(context, JS_GetPropertyStr(context, object, name));
    if (value.is_exception()) {
        drop_exception(context);
        return {};
    }
    return string_bytes(context, value.get(), limits::error_message_bytes);
}

std::string error_text(JSContext* context, JSValue error) {
    std::string name = text_property(context, error, "name");
    std::string message = text_property(context, error, "message");
    if (name.empty()) return message;
    return message.empty() ? name : name + ": " + message;
}

std::string converted_text(JSContext* context, JSValue value) {
    const ScriptValue text(context, JS_ToString(context, value));
    if (text.is_exception()) {
        drop_exception(context);
        return "(a value without text)";
    }
    return string_bytes(context, text.get(), limits::log_bytes_per_node);
}

}  // namespace

std::string string_bytes(JSContext* context, JSValue value, std::size_t bytes_max) {
    if (!JS_IsString(value)) return {};
    std::size_t size = 0;
    const char* text = JS_ToCStringLen(context, &size, value);
    if (text == nullptr) {
        drop_exception(context);
        return {};
    }
    std::string bytes = valid_utf8({text, size}, bytes_max);
    JS_FreeCString(context, text);
    return bytes;
}

std::string readable_text(JSContext* context, JSValue value) {
    if (JS_IsString(value)) return string_bytes(context, value, limits::log_bytes_per_node);
    if (JS_IsSymbol(value)) return "(a symbol)";
    if (!JS_IsObject(value)) return converted_text(context, value);
    if (JS_IsFunction(context, value)) return "(a function)";
    if (JS_IsError(context, value)) return error_text(context, value);
    const ScriptValue json(context, JS_JSONStringify(context, value, JS_UNDEFINED, JS_UNDEFINED));
    if (json.is_exception()) {
        drop_exception(context);
        return converted_text(context, value);
    }
    if (!JS_IsString(json.get())) return converted_text(context, value);
    return string_bytes(context, json.get(), limits::log_bytes_per_node);
}

JSValue make_host_object(JSContext* context) {
    const JSValue host = JS_NewObject(context);
    JS_SetPropertyStr(context, host, "random", JS_NewCFunction(context, host_random, "random", 0));
    for (LogLevel level :
         {LogLevel::log, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::debug}) {
        const std::string name(to_string(level));
        JS_SetPropertyStr(context, host, name.c_str(),
                          JS_NewCFunctionMagic(context, host_log, name.c_str(), 0,
                                               JS_CFUNC_generic_magic, static_cast<int>(level)));
    }
    const JSValue prototypes = JS_NewArray(context);
    std::uint32_t count = 0;
    for (JSClassID id = 1; id < class_ids_max; ++id) {
        if (!JS_IsRegisteredClass(JS_GetRuntime(context), id)) continue;
        JS_SetPropertyUint32(context, prototypes, count++, JS_GetClassProto(context, id));
    }
    JS_SetPropertyStr(context, host, "prototypes", prototypes);
    return host;
}

}  // namespace swiftgrid::sandbox
