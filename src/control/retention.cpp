#include "control/retention.h"

#include <algorithm>
#include <array>

namespace swiftgrid::control {
namespace {

constexpr std::array<std::int64_t, 4> choices{30, 90, 180, 365};
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

std::expected<json::value, std::vector<model::Problem>> read_days(const json::value& value) {
    if (value.is_int64() && std::ranges::find(choices, value.get_int64()) != choices.end())
        return value;
    return std::unexpected(std::vector<model::Problem>{
        {model::Severity::error, "", "", "invalid_value",
         "retentionDays must be 30, 90, 180 or 365, found " + to_json(value).substr(0, 100),
         "Choose one of these numbers of days."}});
}

}  // namespace

void Retention::set(std::int64_t days) {
    days_ = days;
    if (changed_) changed_();
}

Instant Retention::kept_since(Instant now) const { return now + Duration{-days_ * day_ms}; }

Setting retention_setting(Retention& retention) {
    Setting setting;
    setting.name = "retentionDays";
    setting.fallback = Retention::days_default;
    setting.read = read_days;
    setting.apply = [&retention](const json::value& value) { retention.set(value.get_int64()); };
    return setting;
}

}  // namespace swiftgrid::control
