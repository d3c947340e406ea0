// Cron: an expression in words.

#include <array>

#include <fmt/format.h>

#include "model/cron.h"

namespace swiftgrid::model {
namespace {

constexpr std::array<std::string_view, 13> months = {
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};
constexpr std::array<std::string_view, 8> weekdays = {"Sunday",   "Monday", "Tuesday",  "Wednesday",
                                                      "Thursday", "Friday", "Saturday", "Sunday"};

// More clock times than this are no easier to read than minutes and hours.
constexpr std::size_t clock_times_max = 6;

std::string ordinal(int number) {
    const int last = number % 10;
    const bool is_teen = number / 10 % 10 == 1;
    const char* ending = is_teen || last == 0 || last > 3 ? "th"
                         : last == 1                      ? "st"
                         : last == 2                      ? "nd"
                                                          : "rd";
    return fmt::format("{}{}", number, ending);
}

// "a", "a and b", "a, b and c".
std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace

class CronWords {
public:
    explicit CronWords(const Cron& cron) : cron_(cron) {}

    std::string text() const { return times() + days() + month(); }

private:
    using Field = Cron::Field;

    // `*/n` counts from the first value to the last.
    static bool is_every_nth(const Field& field) {
        return field.ranges.size() == 1 && field.has_step && field.ranges[0].step > 1;
    }
    static bool is_single(const Field& field) {
        return field.ranges.size() == 1 && field.ranges[0].from == field.ranges[0].to;
    }
    static bool is_every(const Field& field) {
        return field.ranges.size() == 1 && field.has_step && field.ranges[0].step == 1;
    }

    // "0, 10 through 20 and every 2nd from 30 through 40".
    template <typename Name>
    static std::string list(const Field& field, Name name) {
        std::vector<std::string> words;
        for (const CronRange& range : field.ranges) {
            if (range.from == range.to)
                words.push_back(fmt::format("{}", name(range.from)));
            else if (range.step == 1)
                words.push_back(fmt::format("{} through {}", name(range.from), name(range.to)));
            else
                words.push_back(fmt::format("every {} from {} through {}", ordinal(range.step),
                                            name(range.from), name(range.to)));
        }
        return join(words);
    }
    static int number(int value) { return value; }

    std::string times() const {
        const Field& minute = cron_.minute_;
        const Field& hour = cron_.hour_;
        if (!minute.has_step && !hour.has_step &&
            minute.values.count() * hour.values.count() <= clock_times_max)
            return "At " + clock_times();
        if (minute.values.count() == 1 && minute.values.test(0)) {
            if (is_every(hour)) return "Every hour";
            if (is_every_nth(hour)) return hours_counted("Every");
        }
        return minutes() + hours();
    }

    std::string clock_times() const {
        std::vector<std::string> words;
        for (std::size_t hour = 0; hour < 24; ++hour) {
            for (std::size_t minute = 0; minute < 60; ++minute) {
                if (cron_.hour_.values.test(hour) && cron_.minute_.values.test(minute))
                    words.push_back(fmt::format("{:02}:{:02}", hour, minute));
            }
        }
        return join(words);
    }

    std::string minutes() const {
        const Field& minute = cron_.minute_;
        if (is_every(minute)) return "Every minute";
        if (is_every_nth(minute)) {
            const CronRange& range = minute.ranges[0];
            std::string text = fmt::format("Every {} minutes", range.step);
            if (range.from > 0 || range.to < 59)
                text += fmt::format(" from minute {} through {}", range.from, range.to);
            return text;
        }
        return fmt::format("At minute{} {}", is_single(minute) ? "" : "s", list(minute, number));
    }

    std::string hours() const {
        const Field& hour = cron_.hour_;
        const bool counts = is_every(cron_.minute_) || is_every_nth(cron_.minute_);
        if (is_every(hour)) return counts ? "" : " of every hour";
        if (is_every_nth(hour))
            return fmt::format(" of every {} hour{}", ordinal(hour.ranges[0].step), hour_span());
        return fmt::format(" of hour{} {}", is_single(hour) ? "" : "s", list(hour, number));
    }

    std::string hours_counted(std::string_view every) const {
        return fmt::format("{} {} hours{}", every, cron_.hour_.ranges[0].step, hour_span());
    }

    std::string hour_span() const {
        const CronRange& range = cron_.hour_.ranges[0];
        if (range.from == 0 && range.to == 23) return "";
        return fmt::format(" from hour {} through {}", range.from, range.to);
    }

    std::string days() const {
        const Field& day = cron_.day_;
        const Field& weekday = cron_.weekday_;
        if (day.is_any && weekday.is_any) return cron_.month_.is_any ? every_day() : "";
        if (weekday.is_any) return " on " + days_of_month();
        const std::string names =
            list(weekday, [](int value) { return weekdays[static_cast<std::size_t>(value)]; });
        if (day.is_any) return " on " + names;
        return fmt::format(" on {} or on {}", days_of_month(), names);
    }

    std::string days_of_month() const {
        const Field& day = cron_.day_;
        if (is_every_nth(day) && day.ranges[0].from == 1 && day.ranges[0].to == 31)
            return fmt::format("every {} day of the month", ordinal(day.ranges[0].step));
        return fmt::format("day{} {} of the month", is_single(day) ? "" : "s", list(day, number));
    }

    // "Every 5 minutes" says it already.
    std::string every_day() const { return cron_.follows_every_hour() ? "" : " every day"; }

    std::string month() const {
        const Field& month = cron_.month_;
        if (month.is_any) return "";
        if (is_every_nth(month) && month.ranges[0].from == 1 && month.ranges[0].to == 12)
            return fmt::format(" in every {} month", ordinal(month.ranges[0].step));
        return " in " +
               list(month, [](int value) { return months[static_cast<std::size_t>(value)]; });
    }

    const Cron& cron_;
};

std::string Cron::in_words() const { return CronWords(*this).text(); }

}  // namespace swiftgrid::model
