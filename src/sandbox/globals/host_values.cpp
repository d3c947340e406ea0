#include "sandbox/globals/host_values.h"

#include "base/limits.h"
#include "sandbox/script_value.h"
#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {
namespace {

void throw_too_long(JSContext* context) {
    JS_ThrowRangeError(context, "the value is larger than %d MiB",
                       static_cast<int>(limits::node_result_bytes / limits::mebibyte));
}

}  // namespace

void add_host_function(JSContext* context, JSValue host, const char* name, HostFunction function,
                       int arguments) {
    JS_SetPropertyStr(context, host, name, JS_NewCFunction(context, function, name, arguments));
}

std::optional<std::string> utf8_of(JSContext* context, JSValue value) {
    std::size_t size = 0;
    const char* text = JS_ToCStringLen(context, &size, value);
    if (text == nullptr) return std::nullopt;
    std::optional<std::string> utf8;
    if (size <= limits::node_result_bytes)
        utf8 = valid_utf8({text, size}, limits::node_result_bytes + 1);
    JS_FreeCString(context, text);
    if (!utf8) throw_too_long(context);
    return utf8;
}

JSValue new_string(JSContext* context, std::string_view utf8) {
    return JS_NewStringLen(context, utf8.data(), utf8.size());
}

std::optional<std::span<const std::uint8_t>> bytes_of(JSContext* context, JSValue array) {
    std::size_t offset = 0;
    std::size_t length = 0;
    const ScriptValue buffer(context,
                             JS_GetTypedArrayBuffer(context, array, &offset, &length, nullptr));
    if (buffer.is_exception()) return std::nullopt;
    std::size_t size = 0;
    const std::uint8_t* const bytes = JS_GetArrayBuffer(context, &size, buffer.get());
    if (bytes == nullptr || offset > size || length > size - offset) {
        // Empty or detached; the latter has thrown.
        JS_FreeValue(context, JS_GetException(context));
        return std::span<const std::uint8_t>();
    }
    if (length > limits::node_result_bytes) {
        throw_too_long(context);
        return std::nullopt;
    }
    return std::span<const std::uint8_t>(bytes + offset, length);
}

JSValue new_array_buffer(JSContext* context, std::span<const std::uint8_t> bytes) {
    return JS_NewArrayBufferCopy(context, bytes.data(), bytes.size());
}

JSValue new_array(JSContext* context, std::span<const JSValue> values) {
    const JSValue array = JS_NewArray(context);
    std::uint32_t index = 0;
    for (const JSValue value : values) JS_SetPropertyUint32(context, array, index++, value);
    return array;
}

}  // namespace swiftgrid::sandbox
