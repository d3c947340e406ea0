#pragma once

// What one request asks for, one dry run after the other: it ends early when somebody stops it or
// the time of a request is over.

#include <functional>
#include <optional>
#include <string_view>

#include "runtime/dry_run.h"

namespace swiftgrid::control {

struct DryRunSeries {
    std::string_view noun;  // "tests"
    std::size_t count = 0;
    const runtime::Clock& clock;
    const std::atomic<bool>& stop;
};

// Called with one place after the other, and with how long that one may take.
using CarryOutDry = std::function<void(std::size_t place, const runtime::DryRunBounds& bounds)>;

// Gives why not all of them were carried out.
std::optional<Error> carry_out_series(const DryRunSeries& series, const CarryOutDry& carry_out);

}  // namespace swiftgrid::control
