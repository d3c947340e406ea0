#pragma once

// One JavaScript world: an engine with its own heap, a global object without anything that reaches
// outside, and every built-in object frozen, so that nothing one script does can be seen by the
// next. Made once in the zygote; each worker inherits a copy by fork. It also holds what belongs to
// the call being run: deadline, log lines, random numbers.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <quickjs/quickjs.h>

#include "base/result.h"
#include "sandbox/heap.h"
#include "sandbox/random_numbers.h"
#include "sandbox/script_call.h"
#include "sandbox/script_value.h"

namespace swiftgrid::sandbox {

std::int64_t monotonic_ns();

class Realm {
public:
    static Result<std::unique_ptr<Realm>> create();
    Realm(const Realm&) = delete;
    Realm& operator=(const Realm&) = delete;
    ~Realm();

    // Secrets of this worker from which its random numbers are derived.
    void set_random_keys(const RandomKeys& keys) { random_keys_ = keys; }
    // Called now and then while a script runs.
    void set_on_tick(std::function<void()> on_tick) { on_tick_ = std::move(on_tick); }

    // From here until end_call() the limits hold.
    void begin_call(std::int64_t time_ms);
    void end_call();

    // True from the moment the deadline has passed; a script that still runs is interrupted.
    bool is_expired();
    bool ran_out_of_memory() const { return heap_.refused; }
    // Lets an error be described after the heap was exhausted.
    void grant_memory(std::size_t bytes) { heap_.limit_bytes += bytes; }

    void add_log(LogLevel level, std::string text);
    std::vector<LogLine> take_logs();
    // Lines that a reader should see while the script still runs: none in the first moments of a
    // call, so that a short script pays nothing for them, and then at most one handful per moment.
    std::vector<LogLine> due_live_logs();

    // Bytes in use over those of the fresh realm, after garbage was collected when it pays.
    std::size_t excess_bytes();
    double random();
    std::vector<std::uint8_t> random_bytes(std::size_t count);

    // Where in the value is what JSON does not have; "" when that is not found. May run code of the
    // script.
    std::string explain_invalid(JSValue value);

    JSRuntime* runtime() const { return runtime_; }
    JSContext* context() const { return context_; }

private:
    Realm() = default;
    Result<void> run_prelude(const char* name, std::string_view source, const ScriptValue& host);
    Result<void> harden();

    Heap heap_;
    JSRuntime* runtime_ = nullptr;
    JSContext* context_ = nullptr;
    std::size_t base_bytes_ = 0;
    std::function<void()> on_tick_;

    std::int64_t deadline_ns_ = 0;
    bool expired_ = false;
    std::vector<LogLine> logs_;
    std::size_t log_bytes_ = 0;
    std::size_t logs_dropped_ = 0;
    std::size_t logs_shown_ = 0;  // handed out by due_live_logs()
    std::int64_t show_logs_ns_ = 0;

    JSValue explain_ = JS_UNDEFINED;  // of globals/results.cpp
    RandomKeys random_keys_;
    RandomState random_state_{};
    std::uint64_t random_blocks_ = 0;
    bool random_seeded_ = false;
    std::uint64_t calls_ = 0;
};

}  // namespace swiftgrid::sandbox
