#pragma once

// Owns one reference to a value of the engine. Inside workers only.

#include <utility>

#include <quickjs/quickjs.h>

namespace swiftgrid::sandbox {

class ScriptValue {
public:
    ScriptValue(JSContext* context, JSValue value) : context_(context), value_(value) {}
    ScriptValue(ScriptValue&& other) noexcept
        : context_(other.context_), value_(std::exchange(other.value_, JS_UNDEFINED)) {}
    ScriptValue& operator=(ScriptValue&& other) noexcept {
        if (this != &other) {
            JS_FreeValue(context_, value_);
            context_ = other.context_;
            value_ = std::exchange(other.value_, JS_UNDEFINED);
        }
        return *this;
    }
    ~ScriptValue() { JS_FreeValue(context_, value_); }

    JSValue get() const { return value_; }
    JSValue release() { return std::exchange(value_, JS_UNDEFINED); }
    ScriptValue copy() const { return {context_, JS_DupValue(context_, value_)}; }
    bool is_exception() const { return JS_IsException(value_) != 0; }

private:
    JSContext* context_;
    JSValue value_;
};

}  // namespace swiftgrid::sandbox
