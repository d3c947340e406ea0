#include "app/cron_next.h"

#include <fmt/format.h>

#include "app/exit_code.h"
#include "base/json.h"
#include "model/timetable.h"
#include "runtime/clock.h"

namespace swiftgrid::app {
namespace {

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
    const auto timetable = model::Timetable::parse(options.expression, options.zone);
    if (!timetable) {
        const Error why{ErrorCode::invalid_document, model::in_one_line(timetable.error())};
        fmt::print(stderr, "{}\n", why.message);
        if (options.json) print_problem({why, {timetable.error()}});
        return exit_failed;
    }
    const std::string description = timetable->in_words();
    if (!options.json) fmt::print("{}\n", description);
    json::array times;
    Instant last = runtime::SystemClock().now();
    for (int i = 0; i < options.count; ++i) {
        const auto next = timetable->next(last);
        if (!next) break;
        last = *next;
        times.emplace_back(to_rfc3339(last));
        if (!options.json) fmt::print("{}  {}\n", to_rfc3339(last), shown(last, timetable->zone()));
    }
    const bool is_whole = times.size() == static_cast<std::size_t>(options.count);
    if (options.json)
        fmt::print(
            "{}\n",
            to_pretty_json(json::object{
                {"valid", true},
                {"description", description},
                {"next", std::move(times)},
                {"reason", is_whole ? json::value() : json::value(model::no_further_occurrence)}}));
    else if (!is_whole)
        fmt::print("{}\n", model::no_further_occurrence);
    return exit_done;
}

}  // namespace swiftgrid::app
