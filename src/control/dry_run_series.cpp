#include "control/dry_run_series.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::control {

std::optional<Error> carry_out_series(const DryRunSeries& series, const CarryOutDry& carry_out) {
    const std::int64_t until = series.clock.monotonic_ms() + limits::flow_tests_ms;
    for (std::size_t place = 0; place < series.count; ++place) {
        const std::int64_t now = series.clock.monotonic_ms();
        if (series.stop)
            return Error{ErrorCode::cancelled, fmt::format("stopped after {} of {} {}", place,
                                                           series.count, series.noun)};
        if (now >= until)
            return Error{
                ErrorCode::timeout,
                fmt::format("the {} s of a request were over after {} of {} {}; ask for "
                            "fewer at a time",
                            limits::flow_tests_ms / 1'000, place, series.count, series.noun)};
        carry_out(place, {std::min(until, now + limits::flow_test_ms), series.stop});
    }
    return std::nullopt;
}

}  // namespace swiftgrid::control
