#pragma once

// Turns what a script threw into what a person reads.

#include <cstdint>
#include <string_view>

#include "sandbox/realm.h"
#include "sandbox/script_call.h"

namespace swiftgrid::sandbox {

struct FailureContext {
    std::int64_t time_ms;
    std::string_view source;  // to keep the line within the user's text
};

// Takes the exception that is pending in the realm's context, or the given value.
ScriptError take_failure(Realm& realm, const FailureContext& context);
ScriptError describe_failure(Realm& realm, JSValue thrown, const FailureContext& context);

ScriptError timeout_failure(std::int64_t time_ms);
ScriptError memory_failure();

// True when the failure is the whole call's, not one expression's.
bool ends_the_call(const ScriptError& error);

}  // namespace swiftgrid::sandbox
