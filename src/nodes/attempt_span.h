#pragma once

// What an attempt of a node looks like as a span: the names that OpenTelemetry's conventions give
// to what it did. Made of what is recorded, which holds no secrets; texts of people are left out.

#include <optional>

#include "base/json.h"
#include "engine/run_error.h"
#include "model/plan.h"
#include "observe/span.h"

namespace swiftgrid::nodes {

// The parts that an attempt does not have are null.
struct RecordedAttempt {
    const model::PlanNode& node;
    const JsonText* input = nullptr;
    const JsonText* result = nullptr;
    const JsonText* extras = nullptr;
    const engine::RunError* error = nullptr;
};

// Sets name and kind, and adds attributes.
void describe_attempt(const RecordedAttempt& attempt, observe::Span& span);

}  // namespace swiftgrid::nodes
