#include "sandbox/realm.h"

#include <ctime>

#include "base/assert.h"
#include "base/limits.h"
#include "sandbox/globals/globals.h"
#include "sandbox/hashing.h"
#include "sandbox/host_functions.h"
#include "sandbox/prelude.h"

namespace swiftgrid::sandbox {
namespace {

// Below this much garbage a collection costs more than it gives.
constexpr std::size_t collect_above_bytes = 1 * limits::mebibyte;
// People do not see a difference below it.
constexpr std::int64_t live_logs_wait_ns = 10'000'000;

int on_interrupt(JSRuntime*, void* opaque) {
    return static_cast<Realm*>(opaque)->is_expired() ? 1 : 0;
}

// WeakRef (which brings FinalizationRegistry) is left out: it would tell when the collector ran.
void add_intrinsics(JSContext* context) {
    JS_AddIntrinsicBaseObjects(context);
    JS_AddIntrinsicDate(context);
    JS_AddIntrinsicEval(context);
    JS_AddIntrinsicStringNormalize(context);
    JS_AddIntrinsicRegExp(context);
    JS_AddIntrinsicJSON(context);
    JS_AddIntrinsicProxy(context);
    JS_AddIntrinsicMapSet(context);
    JS_AddIntrinsicTypedArrays(context);
    JS_AddIntrinsicPromise(context);
}

JSModuleDef* refuse_module(JSContext* context, const char*, void*) {
    JS_ThrowTypeError(context, "import() is not available in scripts");
    return nullptr;
}

char* keep_module_name(JSContext* context, const char*, const char* name, void*) {
    return js_strdup(context, name);
}

}  // namespace

std::int64_t monotonic_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Result<std::unique_ptr<Realm>> Realm::create() {
    // Workers may open no file.
    auto hashing = prepare_hashing();
    if (!hashing) return std::unexpected(hashing.error());
    std::unique_ptr<Realm> realm(new Realm());
    realm->runtime_ = JS_NewRuntime2(&heap_functions(), &realm->heap_);
    if (realm->runtime_ == nullptr)
        return fail(ErrorCode::internal, "the script engine is missing");
    JS_SetRuntimeOpaque(realm->runtime_, realm.get());
    JS_SetMaxStackSize(realm->runtime_, limits::script_stack_bytes);
    JS_SetInterruptHandler(realm->runtime_, on_interrupt, realm.get());
    JS_SetModuleLoaderFunc(realm->runtime_, keep_module_name, refuse_module, nullptr);
    JS_SetCanBlock(realm->runtime_, 0);
    realm->context_ = JS_NewContextRaw(realm->runtime_);
    if (realm->context_ == nullptr) return fail(ErrorCode::internal, "no script context");
    JS_SetContextOpaque(realm->context_, realm.get());
    add_intrinsics(realm->context_);
    realm->deadline_ns_ = monotonic_ns() + 10'000'000'000;
    auto hardened = realm->harden();
    if (!hardened) return std::unexpected(hardened.error());
    JS_RunGC(realm->runtime_);
    realm->base_bytes_ = realm->heap_.used_bytes;
    return realm;
}

Realm::~Realm() {
    if (context_ != nullptr) {
        JS_FreeValue(context_, explain_);
        JS_FreeContext(context_);
    }
    if (runtime_ != nullptr) JS_FreeRuntime(runtime_);
}

Result<void> Realm::run_prelude(const char* name, std::string_view source,
                                const ScriptValue& host) {
    const ScriptValue prelude(context_, JS_Eval(context_, source.data(), source.size(), name,
                                                JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT));
    JSValue arguments[] = {host.get()};
    const ScriptValue done(context_, JS_Call(context_, prelude.get(), JS_UNDEFINED, 1, arguments));
    if (!done.is_exception()) return {};
    const ScriptValue exception(context_, JS_GetException(context_));
    const char* text = JS_ToCString(context_, exception.get());
    const std::string message = text == nullptr ? "unknown" : text;
    JS_FreeCString(context_, text);
    return fail(ErrorCode::internal,
                "the script realm cannot be made (" + std::string(name) + "): " + message);
}

Result<void> Realm::harden() {
    const ScriptValue host(context_, make_host_object(context_));
    for (const Global& global : globals()) {
        if (global.add_host_functions != nullptr) global.add_host_functions(context_, host.get());
        auto defined = run_prelude(global.name, global.source, host);
        if (!defined) return defined;
    }
    explain_ = JS_GetPropertyStr(context_, host.get(), "explain");
    return run_prelude("prelude", prelude_source, host);
}

void Realm::begin_call(std::int64_t time_ms) {
    SG_ASSERT(logs_.empty(), "the logs of the call before were taken");
    ++calls_;
    const std::int64_t now_ns = monotonic_ns();
    deadline_ns_ = now_ns + time_ms * 1'000'000;
    show_logs_ns_ = now_ns + live_logs_wait_ns;
    expired_ = false;
    random_seeded_ = false;
    heap_.refused = false;
    heap_.limit_bytes = heap_.used_bytes + limits::script_memory_bytes;
    JS_UpdateStackTop(runtime_);
}

void Realm::end_call() { heap_.limit_bytes = static_cast<std::size_t>(-1); }

bool Realm::is_expired() {
    if (on_tick_) on_tick_();
    if (!expired_) expired_ = monotonic_ns() >= deadline_ns_;
    return expired_;
}

void Realm::add_log(LogLevel level, std::string text) {
    // One line is kept free for the notice about dropped ones.
    const bool full = logs_.size() + 1 >= limits::log_lines_per_node ||
                      log_bytes_ + text.size() > limits::log_bytes_per_node;
    if (full) {
        ++logs_dropped_;
        return;
    }
    log_bytes_ += text.size();
    logs_.push_back({level, std::move(text)});
    if (on_tick_) on_tick_();
}

std::vector<LogLine> Realm::due_live_logs() {
    if (logs_shown_ == logs_.size()) return {};
    const std::int64_t now_ns = monotonic_ns();
    if (now_ns < show_logs_ns_) return {};
    show_logs_ns_ = now_ns + live_logs_wait_ns;
    const auto first = logs_.begin() + static_cast<std::ptrdiff_t>(logs_shown_);
    logs_shown_ = logs_.size();
    return {first, logs_.end()};
}

std::vector<LogLine> Realm::take_logs() {
    if (logs_dropped_ > 0) {
        logs_.push_back({LogLevel::warn,
                         std::to_string(logs_dropped_) + " more log lines were dropped (limit: " +
                             std::to_string(limits::log_lines_per_node) + " lines, " +
                             std::to_string(limits::log_bytes_per_node) + " bytes)"});
    }
    log_bytes_ = 0;
    logs_dropped_ = 0;
    logs_shown_ = 0;
    return std::exchange(logs_, {});
}

std::size_t Realm::excess_bytes() {
    if (heap_.used_bytes > base_bytes_ + collect_above_bytes) JS_RunGC(runtime_);
    return heap_.used_bytes > base_bytes_ ? heap_.used_bytes - base_bytes_ : 0;
}

double Realm::random() {
    if (!random_seeded_) {
        random_state_ = random_state_for(random_keys_.numbers, calls_);
        random_seeded_ = true;
    }
    return next_random(random_state_);
}

std::vector<std::uint8_t> Realm::random_bytes(std::size_t count) {
    return sandbox::random_bytes(random_keys_.bytes, random_blocks_, count);
}

std::string Realm::explain_invalid(JSValue value) {
    JSValue arguments[] = {value};
    const ScriptValue text(context_, JS_Call(context_, explain_, JS_UNDEFINED, 1, arguments));
    if (text.is_exception()) JS_FreeValue(context_, JS_GetException(context_));
    return string_bytes(context_, text.get(), limits::error_message_bytes);
}

}  // namespace swiftgrid::sandbox
