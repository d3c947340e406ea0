#pragma once

// Carries out one request in a realm: compiles, runs, awaits, turns the result into JSON. All of
// it, also toJSON, getters and the texts of errors, happens inside the call's limits.

#include <string>
#include <vector>

#include "sandbox/compile.h"
#include "sandbox/realm.h"
#include "sandbox/script_failure.h"
#include "sandbox/wire.h"

namespace swiftgrid::sandbox {

class Executor {
public:
    explicit Executor(Realm& realm) : realm_(realm), cache_(realm.context()) {}

    // The reply says whether the realm must not be used again: after a timeout, exhausted memory or
    // jobs that a script left behind.
    RawReply run(const Request& request);

private:
    using Arguments = std::vector<ScriptValue>;

    void run_code(const Request& request, RawReply& reply);
    void run_expressions(const Request& request, RawReply& reply);
    void run_syntax(const Request& request, RawReply& reply);
    RawResult run_expression(const ScriptText& script, const Arguments& arguments,
                             std::int64_t time_ms);
    RawResult settled_result(const ScriptValue& promise, const Request& request);
    RawResult to_result(JSValue value, const FailureContext& failure);
    ScriptError stringify_failure(JSValue value, const FailureContext& failure);

    Arguments parsed_code_arguments(const Request& request, std::string& parameters);
    Arguments parsed_bindings(const Request& request, std::string& parameters);
    ScriptValue parsed(std::string_view json);
    ScriptValue call(const ScriptValue& function, const Arguments& arguments);
    bool run_one_job();
    bool drain_jobs();

    Realm& realm_;
    ScriptCache cache_;
};

}  // namespace swiftgrid::sandbox
