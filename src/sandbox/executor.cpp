#include "sandbox/executor.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "sandbox/host_functions.h"
#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {
namespace {

// Jobs that may still be waiting when a script has its result: those of promises it did not await.
constexpr int leftover_jobs = 1'000;
// Compiled scripts and what the engine keeps about them.
constexpr std::size_t realm_excess_bytes = 24 * limits::mebibyte;
constexpr const char* code_parameters = "INPUT,input,$trigger,nodes";

bool is_any_exception(const std::vector<ScriptValue>& values) {
    return std::ranges::any_of(values, &ScriptValue::is_exception);
}

bool is_code_parameter(std::string_view name) {
    return name == "INPUT" || name == "input" || name == "$trigger" || name == "nodes";
}

RawResult failed(ScriptError error) {
    RawResult result;
    result.is_error = true;
    result.error = std::move(error);
    return result;
}

void append_parameter(std::string& parameters, std::string_view name) {
    if (!parameters.empty()) parameters.push_back(',');
    parameters.append(name);
}

}  // namespace

RawReply Executor::run(const Request& request) {
    RawReply reply;
    reply.sequence = request.sequence;
    const std::int64_t begin_ns = monotonic_ns();
    realm_.begin_call(request.time_ms);
    switch (request.kind) {
        case WorkKind::code: run_code(request, reply); break;
        case WorkKind::syntax_of_code:
        case WorkKind::syntax_of_expressions: run_syntax(request, reply); break;
        case WorkKind::expressions:
        case WorkKind::stop_at_first_true: run_expressions(request, reply); break;
    }
    const bool jobs_done = drain_jobs();
    const bool doubtful = realm_.is_expired() || realm_.ran_out_of_memory() || !jobs_done;
    realm_.end_call();
    reply.logs = realm_.take_logs();
    reply.retires = doubtful || realm_.excess_bytes() > realm_excess_bytes;
    reply.duration_us = static_cast<std::uint64_t>((monotonic_ns() - begin_ns) / 1'000);
    return reply;
}

void Executor::run_code(const Request& request, RawReply& reply) {
    SG_ASSERT(request.sources.size() == 1, "code has one source");
    reply.is_code = true;
    const FailureContext failure{request.time_ms, request.sources.front()};
    std::string parameters;
    const Arguments arguments = parsed_code_arguments(request, parameters);
    if (is_any_exception(arguments)) {
        reply.error = take_failure(realm_, failure);
        return;
    }
    const ScriptValue function =
        cache_.function_for({ScriptKind::code, parameters, request.sources.front()});
    if (function.is_exception()) {
        reply.error = take_failure(realm_, failure);
        return;
    }
    const ScriptValue promise = call(function, arguments);
    RawResult result = promise.is_exception() ? failed(take_failure(realm_, failure))
                                              : settled_result(promise, request);
    if (result.is_error) {
        reply.error = std::move(result.error);
    } else {
        reply.results.push_back(std::move(result));
    }
}

void Executor::run_expressions(const Request& request, RawReply& reply) {
    std::string parameters;
    const Arguments arguments = parsed_bindings(request, parameters);
    if (is_any_exception(arguments)) {
        reply.error = take_failure(realm_, {request.time_ms, {}});
        return;
    }
    for (std::string_view source : request.sources) {
        RawResult result = run_expression({ScriptKind::expression, parameters, source}, arguments,
                                          request.time_ms);
        if (result.is_error && ends_the_call(result.error)) {
            reply.error = std::move(result.error);
            return;
        }
        const bool is_last = request.kind == WorkKind::stop_at_first_true && result.truthy;
        reply.results.push_back(std::move(result));
        if (is_last) return;
    }
}

void Executor::run_syntax(const Request& request, RawReply& reply) {
    const bool is_code = request.kind == WorkKind::syntax_of_code;
    for (std::string_view source : request.sources) {
        const ScriptText script{is_code ? ScriptKind::code : ScriptKind::expression,
                                is_code ? code_parameters : "", source};
        RawResult result;
        result.json = "null";
        if (parse_script(realm_.context(), script).is_exception())
            result = failed(take_failure(realm_, {request.time_ms, source}));
        if (result.is_error && ends_the_call(result.error)) {
            reply.error = std::move(result.error);
            return;
        }
        reply.results.push_back(std::move(result));
    }
}

RawResult Executor::run_expression(const ScriptText& script, const Arguments& arguments,
                                   std::int64_t time_ms) {
    const FailureContext failure{time_ms, script.source};
    const ScriptValue function = cache_.function_for(script);
    if (function.is_exception()) return failed(take_failure(realm_, failure));
    const ScriptValue value = call(function, arguments);
    if (value.is_exception()) return failed(take_failure(realm_, failure));
    if (static_cast<int>(JS_PromiseState(realm_.context(), value.get())) >= 0) {
        return failed(
            {"script_result_invalid", "an expression cannot wait for a promise; use a code node"});
    }
    return to_result(value.get(), failure);
}

RawResult Executor::settled_result(const ScriptValue& promise, const Request& request) {
    JSContext* const context = realm_.context();
    const FailureContext failure{request.time_ms, request.sources.front()};
    while (JS_PromiseState(context, promise.get()) == JS_PROMISE_PENDING) {
        if (realm_.is_expired()) return failed(timeout_failure(request.time_ms));
        if (!run_one_job()) {
            if (realm_.ran_out_of_memory()) return failed(memory_failure());
            return failed(
                {"script_error", "the script waits for a promise that nothing will ever settle"});
        }
    }
    const ScriptValue result(context, JS_PromiseResult(context, promise.get()));
    if (realm_.is_expired()) return failed(timeout_failure(request.time_ms));
    if (JS_PromiseState(context, promise.get()) == JS_PROMISE_REJECTED) {
        return failed(describe_failure(realm_, result.get(), failure));
    }
    return to_result(result.get(), failure);
}

RawResult Executor::to_result(JSValue value, const FailureContext& failure) {
    JSContext* const context = realm_.context();
    RawResult result;
    result.truthy = JS_ToBool(context, value) > 0;
    if (JS_IsUndefined(value)) {
        result.json = "null";
        return result;
    }
    const ScriptValue json(context, JS_JSONStringify(context, value, JS_UNDEFINED, JS_UNDEFINED));
    if (json.is_exception()) return failed(stringify_failure(value, failure));
    if (!JS_IsString(json.get())) {
        return failed({"script_result_invalid",
                       "the result is a function or a symbol, which JSON does not have"});
    }
    std::size_t size = 0;
    const char* text = JS_ToCStringLen(context, &size, json.get());
    if (text == nullptr) return failed(take_failure(realm_, failure));
    const bool too_large = size > limits::node_result_bytes;
    if (!too_large) result.json.assign(text, size);
    JS_FreeCString(context, text);
    if (realm_.is_expired()) return failed(timeout_failure(failure.time_ms));
    if (too_large) {
        return failed({"script_result_too_large",
                       "the result is larger than " +
                           std::to_string(limits::node_result_bytes / limits::mebibyte) + " MiB"});
    }
    replace_lone_surrogate_escapes(result.json);
    return result;
}

ScriptError Executor::stringify_failure(JSValue value, const FailureContext& failure) {
    ScriptError error = take_failure(realm_, failure);
    if (ends_the_call(error)) return error;
    const std::string where = realm_.explain_invalid(value);
    if (realm_.is_expired()) return timeout_failure(failure.time_ms);
    error.code = "script_result_invalid";
    error.message =
        "the result cannot be turned into JSON: " + (where.empty() ? error.message : where);
    return error;
}

Executor::Arguments Executor::parsed_code_arguments(const Request& request,
                                                    std::string& parameters) {
    parameters = code_parameters;
    Arguments arguments;
    arguments.push_back(parsed(request.input));
    arguments.push_back(arguments.front().copy());
    arguments.emplace_back(realm_.context(), JS_NULL);
    arguments.emplace_back(realm_.context(), JS_NewObject(realm_.context()));
    for (const NamedText& binding : request.bindings) {
        if (binding.name == "$trigger") arguments[2] = parsed(binding.json);
        if (binding.name == "nodes") arguments[3] = parsed(binding.json);
        if (is_code_parameter(binding.name)) continue;
        append_parameter(parameters, binding.name);
        arguments.push_back(parsed(binding.json));
    }
    return arguments;
}

Executor::Arguments Executor::parsed_bindings(const Request& request, std::string& parameters) {
    Arguments arguments;
    for (const NamedText& binding : request.bindings) {
        append_parameter(parameters, binding.name);
        arguments.push_back(parsed(binding.json));
    }
    return arguments;
}

ScriptValue Executor::parsed(std::string_view json) {
    if (json.empty()) return {realm_.context(), JS_NULL};
    return {realm_.context(), JS_ParseJSON(realm_.context(), json.data(), json.size(), "input")};
}

ScriptValue Executor::call(const ScriptValue& function, const Arguments& arguments) {
    std::vector<JSValue> values;
    values.reserve(arguments.size());
    for (const ScriptValue& argument : arguments) values.push_back(argument.get());
    return {realm_.context(), JS_Call(realm_.context(), function.get(), JS_UNDEFINED,
                                      static_cast<int>(values.size()), values.data())};
}

// False when there was none, or when the engine could not run it.
bool Executor::run_one_job() {
    JSContext* job_context = nullptr;
    const int ran = JS_ExecutePendingJob(realm_.runtime(), &job_context);
    if (ran < 0) JS_FreeValue(realm_.context(), JS_GetException(realm_.context()));
    return ran > 0 || (ran < 0 && !realm_.is_expired() && !realm_.ran_out_of_memory());
}

// Promises that the script did not await may go on for a little while; then the realm is given up.
bool Executor::drain_jobs() {
    for (int i = 0; i < leftover_jobs && JS_IsJobPending(realm_.runtime()); ++i) {
        if (realm_.is_expired() || realm_.ran_out_of_memory()) return false;
        run_one_job();
    }
    return !JS_IsJobPending(realm_.runtime());
}

}  // namespace swiftgrid::sandbox
