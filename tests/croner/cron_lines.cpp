// What our cron arithmetic says, for compare.mjs. Reads lines with fields separated by tabs:
//     changes ZONE FROM TO              -> the instants at which its clocks are changed
//     next ZONE FROM COUNT EXPRESSION   -> the occurrences after FROM
// and answers each with one line; instants are milliseconds since 1970.

#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>

#include "model/cron.h"

namespace {

using namespace swiftgrid;

std::string take(std::istringstream& line) {
    std::string field;
    std::getline(line, field, '\t');
    return field;
}

Instant take_instant(std::istringstream& line) { return {std::stoll(take(line))}; }

void print_changes(const TimeZone& zone, Instant from, Instant until) {
    for (Instant at = zone.period_at(from).end; at < until; at = zone.period_at(at).end)
        std::cout << at.milliseconds_since_epoch << ' ';
}

void print_next(const TimeZone& zone, std::istringstream& line) {
    Instant last = take_instant(line);
    const std::int64_t count = std::stoll(take(line));
    const auto cron = model::Cron::parse(take(line));
    if (!cron) {
        std::cout << cron.error().message;
        return;
    }
    for (std::int64_t i = 0; i < count; ++i) {
        const auto next = cron->next(last, zone);
        if (!next) return;
        last = *next;
        std::cout << last.milliseconds_since_epoch << ' ';
    }
}

void answer(std::istringstream line) {
    const std::string verb = take(line);
    const auto zone = TimeZone::find(take(line));
    if (!zone) {
        std::cout << zone.error().message;
    } else if (verb == "changes") {
        const Instant from = take_instant(line);
        print_changes(*zone, from, take_instant(line));
    } else {
        print_next(*zone, line);
    }
    std::cout << '\n';
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) answer(std::istringstream(line));
    return 0;
}
