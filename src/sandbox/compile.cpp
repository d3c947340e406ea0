#include "sandbox/compile.h"

#include "base/limits.h"

namespace swiftgrid::sandbox {
namespace {

constexpr std::size_t cached_scripts = 512;
constexpr std::size_t cached_key_bytes = 2 * limits::mebibyte;
// A single one above this would push out everything else.
constexpr std::size_t cached_script_bytes = 128 * 1024;

ScriptValue evaluate(JSContext* context, const std::string& text, int flags) {
    return {context, JS_Eval(context, text.c_str(), text.size(), script_file_name,
                             JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT | flags)};
}

std::string joined(std::string_view before, std::string_view parameters, std::string_view middle,
                   std::string_view source, std::string_view after) {
    std::string text;
    text.reserve(before.size() + parameters.size() + middle.size() + source.size() + after.size());
    text.append(before).append(parameters).append(middle).append(source).append(after);
    return text;
}

// Exactly one line comes before the source in each of these, and a line break after it, so that a
// comment at its end stays its own.
std::string wrapped(const ScriptText& script) {
    if (script.kind == ScriptKind::expression) {
        return joined("(function(", script.parameters, "){return (\n", script.source, "\n)})");
    }
    return joined("(function(){return (async (", script.parameters, ")=>{\n", script.source,
                  "\n})})");
}

// An expression may be closed by `)` above and by `]` here: a text that closes one does not close
// the other. A body may be closed by `}` in both; after it comes `,` or `)` above (the body is that
// of an arrow function in parentheses) and neither of them here (it is that of a method of a
// class).
std::string wrapped_otherwise(const ScriptText& script) {
    if (script.kind == ScriptKind::expression) {
        return joined("(function(", script.parameters, "){[\n", script.source, "\n]})");
    }
    return joined("(class{async f(", script.parameters, "){\n", script.source, "\n}})");
}

}  // namespace

ScriptValue parse_script(JSContext* context, const ScriptText& script) {
    ScriptValue parsed = evaluate(context, wrapped(script), JS_EVAL_FLAG_COMPILE_ONLY);
    if (parsed.is_exception()) return parsed;
    ScriptValue other = evaluate(context, wrapped_otherwise(script), JS_EVAL_FLAG_COMPILE_ONLY);
    return other.is_exception() ? std::move(other) : std::move(parsed);
}

ScriptValue compile_script(JSContext* context, const ScriptText& script) {
    // Run only when both parses have succeeded.
    ScriptValue parsed = parse_script(context, script);
    if (parsed.is_exception()) return parsed;
    ScriptValue function(context, JS_EvalFunction(context, parsed.release()));
    if (function.is_exception() || script.kind == ScriptKind::expression) return function;
    return {context, JS_Call(context, function.get(), JS_UNDEFINED, 0, nullptr)};
}

ScriptValue ScriptCache::function_for(const ScriptText& script) {
    std::string key;
    key.reserve(script.parameters.size() + script.source.size() + 2);
    key.push_back(script.kind == ScriptKind::code ? 'c' : 'e');
    key.append(script.parameters).push_back('\0');
    key.append(script.source);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->function.copy();
    }
    ScriptValue function = compile_script(context_, script);
    if (!function.is_exception() && key.size() <= cached_script_bytes) {
        keep(std::move(key), function);
    }
    return function;
}

void ScriptCache::keep(std::string key, const ScriptValue& function) {
    key_bytes_ += key.size();
    entries_.push_front({std::move(key), function.copy()});
    by_key_.emplace(entries_.front().key, entries_.begin());
    while (entries_.size() > cached_scripts || key_bytes_ > cached_key_bytes) {
        const Entry& oldest = entries_.back();
        key_bytes_ -= oldest.key.size();
        by_key_.erase(oldest.key);
        entries_.pop_back();
    }
}

}  // namespace swiftgrid::sandbox
