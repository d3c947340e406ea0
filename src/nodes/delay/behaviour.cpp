#include "nodes/delay/behaviour.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/assert.h"
#include "nodes/data_fields.h"

namespace swiftgrid::nodes::delay {
namespace {

engine::Refuse refuse(std::string message) {
    return {engine::make_run_error("invalid_value", std::move(message)), std::nullopt};
}

// A number of milliseconds, also as text; parts of one are rounded.
std::optional<Duration> read_length(const JsonText& value) {
    if (value.kind() != JsonKind::number && value.kind() != JsonKind::string) return std::nullopt;
    const std::string text = value.as_plain_text();
    double milliseconds = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
    // The text `nan` is a number for from_chars, but in no range.
    if (!(milliseconds >= 0 && milliseconds <= static_cast<double>(duration_ms_max)))
        return std::nullopt;
    return Duration{std::llround(milliseconds)};
}

engine::Directive sleep_for(const JsonText& value) {
    if (const auto length = read_length(value)) return engine::Sleep{*length};
    return refuse(
        fmt::format("'delayMs' must be a number of milliseconds from 0 to {} (100 "
                    "years), found {}",
                    duration_ms_max, found_value(value)));
}

engine::Directive sleep_until(const JsonText& value) {
    if (value.kind() == JsonKind::string)
        if (const auto instant = parse_rfc3339(value.as_plain_text()))
            return engine::Sleep{*instant};
    return refuse(
        fmt::format("'until' must be a point in time with its zone, such as "
                    "2030-01-31T09:00:00Z, found {}",
                    found_value(value)));
}

class Behaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText& input) const override {
        if (const auto until = input.child(std::string("until"))) return sleep_until(*until);
        return sleep_for(input.child(std::string("delayMs")).value_or(JsonText()));
    }

    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        const auto* fired = std::get_if<engine::TimerFired>(&reason);
        SG_ASSERT(fired != nullptr, "a delay waits for a timer only");
        return engine::Continue{
            JsonText::trusted(fmt::format(R"({{"delayed_ms":{}}})", fired->planned.milliseconds)),
            std::nullopt};
    }
};

}  // namespace

std::unique_ptr<engine::NodeBehaviour> make_behaviour() { return std::make_unique<Behaviour>(); }

}  // namespace swiftgrid::nodes::delay
