#include "app/cron_next.h"

#include <fmt/format.h>

#include "app/exit_code.h"
#include "base/json.h"
#include "model/cron.h"
#include "runtime/clock.h"

namespace swiftgrid::app {
namespace {

int refuse(const CronNextOptions& options, const std::string& why) {
    if (options.json)
        fmt::print("{}\n", to_pretty_json(json::object{{"valid", false}, {"error", why}}));
    else
        fmt::print(stderr, "{}\n", why);
    return exit_failed;
}

// "2026-03-29 03:00 +02:00", what the clocks show there.
std::string shown(Instant at, const TimeZone& zone) {
    const Duration ahead = zone.period_at(at).ahead_of_utc;
    std::string text = to_rfc3339(at + ahead).substr(0, 16);
    text[10] = ' ';
    const std::int64_t minutes = ahead.milliseconds / 60'000;
    const std::int64_t size = minutes < 0 ? -minutes : minutes;
    return fmt::format("{} {}{:02}:{:02}", text, minutes < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace

int run_cron_next(const CronNextOptions& options) {
    const auto cron = model::Cron::parse(options.expression);
    if (!cron) return refuse(options, cron.error().message);
    const auto zone = TimeZone::find(options.zone);
    if (!zone) return refuse(options, zone.error().message);
    const std::string description = cron->in_words() + ", " + zone->name();
    if (!options.json) fmt::print("{}\n", description);
    json::array times;
    Instant last = runtime::SystemClock().now();
    for (int i = 0; i < options.count; ++i) {
        const auto next = cron->next(last, *zone);
        if (!next) break;
        last = *next;
        times.emplace_back(to_rfc3339(last));
        if (!options.json) fmt::print("{}  {}\n", to_rfc3339(last), shown(last, *zone));
    }
    if (options.json)
        fmt::print("{}\n",
                   to_pretty_json(json::object{
                       {"valid", true}, {"description", description}, {"next", std::move(times)}}));
    return exit_done;
}

}  // namespace swiftgrid::app
