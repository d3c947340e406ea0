#include "observe/sampler.h"

#include <charconv>
#include <cmath>
#include <string>

namespace swiftgrid::observe {
namespace {

constexpr std::uint64_t all_ids = std::uint64_t{1} << 56;

std::uint64_t random_part(const TraceId& trace) {
    std::uint64_t value = 0;
    for (std::size_t i = 9; i < trace.bytes.size(); ++i) value = value << 8 | trace.bytes[i];
    return value;
}

Result<double> ratio_of(std::string_view argument) {
    if (argument.empty()) return 1.0;
    double ratio = 0;
    const auto read = std::from_chars(argument.data(), argument.data() + argument.size(), ratio);
    const bool is_number = read.ec == std::errc() && read.ptr == argument.data() + argument.size();
    if (!is_number || !(ratio >= 0 && ratio <= 1))
        return fail(ErrorCode::bad_request,
                    "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1; "
                    "found '" +
                        std::string(argument) + "'");
    return ratio;
}

}  // namespace

Result<Sampler> Sampler::parse(std::string_view name, std::string_view argument) {
    Sampler sampler;
    constexpr std::string_view parent_based = "parentbased_";
    std::string_view root = name.empty() ? "parentbased_always_on" : name;
    sampler.follows_parent_ = root.starts_with(parent_based);
    if (sampler.follows_parent_) root.remove_prefix(parent_based.size());
    if (root == "always_on") return sampler;
    if (root == "always_off") {
        sampler.threshold_ = all_ids;
        return sampler;
    }
    if (root != "traceidratio")
        return fail(ErrorCode::bad_request,
                    "OTEL_TRACES_SAMPLER must be always_on, always_off, traceidratio, or one of "
                    "them behind parentbased_; found '" +
                        std::string(name) + "'");
    const auto ratio = ratio_of(argument);
    if (!ratio) return std::unexpected(ratio.error());
    sampler.threshold_ =
        static_cast<std::uint64_t>(std::llround((1 - *ratio) * static_cast<double>(all_ids)));
    return sampler;
}

bool Sampler::records(const TraceId& trace, std::optional<bool> parent) const {
    if (follows_parent_ && parent) return *parent;
    return random_part(trace) >= threshold_;
}

}  // namespace swiftgrid::observe
