#pragma once

// Which traces are recorded: OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG. The decision depends
// on the trace's id alone, so that it is the same after a crash and in every run of a trace.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "observe/trace_context.h"

namespace swiftgrid::observe {

class Sampler {
public:
    // Everything, unless whoever calls us says that a trace is not recorded.
    Sampler() = default;

    // A name of the specification ("parentbased_traceidratio" …) with its argument; "" is the
    // default. `bad_request` names what is possible.
    static Result<Sampler> parse(std::string_view name, std::string_view argument);

    // `parent` is set when somebody else began the trace: whether they record it.
    bool records(const TraceId& trace, std::optional<bool> parent) const;

private:
    // Of the last 56 bits of an id, which are random, those from here on are recorded.
    std::uint64_t threshold_ = 0;
    bool follows_parent_ = true;
};

}  // namespace swiftgrid::observe
