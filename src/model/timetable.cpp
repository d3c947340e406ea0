#include "model/timetable.h"

namespace swiftgrid::model {
namespace {

// The messages of Cron and TimeZone end with the mend.
std::unexpected<Problem> problem_of(const char* pointer, const char* code, const Error& error) {
    Problem problem;
    problem.pointer = pointer;
    problem.code = code;
    const std::size_t end = error.message.find("; ");
    problem.detail = error.message.substr(0, end);
    if (end != std::string::npos) problem.mend = error.message.substr(end + 2);
    return std::unexpected(std::move(problem));
}

}  // namespace

std::expected<Timetable, Problem> Timetable::parse(std::string_view cron_text,
                                                   std::string_view timezone) {
    auto cron = Cron::parse(cron_text);
    if (!cron) return problem_of("/cron", "invalid_cron", cron.error());
    auto zone = TimeZone::find(timezone);
    if (!zone) return problem_of("/timezone", "invalid_timezone", zone.error());
    return Timetable(*std::move(cron), *std::move(zone));
}

}  // namespace swiftgrid::model
