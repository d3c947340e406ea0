// Cron: reading an expression. Whatever is wrong is told with the field and the mend.

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "base/limits.h"
#include "model/cron.h"

namespace swiftgrid::model {
namespace {

struct FieldRule {
    std::string_view name;
    int first = 0;
    int last = 0;
    std::span<const std::string_view> names = {};  // of first, first + 1, …
    bool takes_question_mark = false;
};

constexpr std::array<std::string_view, 12> month_names = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> weekday_names = {"SUN", "MON", "TUE", "WED",
                                                           "THU", "FRI", "SAT"};

const FieldRule minute_rule{"minute", 0, 59};
const FieldRule hour_rule{"hour", 0, 23};
const FieldRule day_rule{"day of month", 1, 31, {}, true};
const FieldRule month_rule{"month", 1, 12, month_names};
const FieldRule weekday_rule{"day of week", 0, 7, weekday_names, true};  // 7 is Sunday, too

struct Macro {
    std::string_view name;
    std::string_view expression;
};
constexpr std::array<Macro, 7> macros = {{{"@yearly", "0 0 1 1 *"},
                                          {"@annually", "0 0 1 1 *"},
                                          {"@monthly", "0 0 1 * *"},
                                          {"@weekly", "0 0 * * 0"},
                                          {"@daily", "0 0 * * *"},
                                          {"@midnight", "0 0 * * *"},
                                          {"@hourly", "0 * * * *"}}};

std::string in_case(std::string_view text, int (*convert)(int)) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [convert](unsigned char character) {
        return static_cast<char>(convert(character));
    });
    return result;
}

// Like a shell: what blanks leave.
std::vector<std::string_view> split(std::string_view text, std::string_view separators,
                                    bool keep_empty) {
    std::vector<std::string_view> words;
    for (;;) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0 || keep_empty) words.push_back(text.substr(0, end));
        if (end == text.size()) return words;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

class CronReader {
public:
    static Result<Cron> read(std::string_view text);

private:
    explicit CronReader(const FieldRule& rule) : rule_(rule) {}

    static Result<Cron> read_fields(std::string_view text);
    static Result<Cron::Field> read_field(const FieldRule& rule, std::string_view text) {
        return CronReader(rule).read_list(text);
    }
    static Result<void> check_that_it_occurs(const Cron& cron);

    Result<Cron::Field> read_list(std::string_view text) const;
    Result<CronRange> read_range(std::string_view text) const;
    Result<void> read_ends(std::string_view text, bool has_step, CronRange& range) const;
    Result<int> read_step(std::string_view text) const;
    Result<int> read_value(std::string_view text) const;
    std::string values_text() const;

    template <typename... Parts>
    std::unexpected<Error> wrong(fmt::format_string<Parts...> format, Parts&&... parts) const {
        return fail(
            ErrorCode::invalid_document,
            fmt::format("{}: {}", rule_.name, fmt::format(format, std::forward<Parts>(parts)...)));
    }

    const FieldRule& rule_;
};

Result<Cron> Cron::parse(std::string_view text) { return CronReader::read(text); }

Result<Cron> CronReader::read(std::string_view text) {
    if (text.size() > limits::cron_characters)
        return fail(ErrorCode::invalid_document,
                    fmt::format("cron: the expression has {} characters; at most {} are allowed",
                                text.size(), limits::cron_characters));
    const auto words = split(text, " \t\r\n", false);
    if (words.empty())
        return fail(ErrorCode::invalid_document,
                    "cron: the expression is empty; write five fields such as '0 9 * * 1-5'");
    if (words.front().front() != '@') return read_fields(text);
    for (const Macro& macro : macros) {
        if (words.size() == 1 && in_case(words.front(), std::tolower) == macro.name)
            return read_fields(macro.expression);
    }
    return fail(ErrorCode::invalid_document,
                fmt::format("cron: '{}' is not known; the macros are @hourly, @daily (@midnight), "
                            "@weekly, @monthly and @yearly (@annually)",
                            text));
}

Result<Cron> CronReader::read_fields(std::string_view text) {
    struct Place {
        const FieldRule& rule;
        Cron::Field Cron::* field;
    };
    const std::array<Place, 5> places = {{{minute_rule, &Cron::minute_},
                                          {hour_rule, &Cron::hour_},
                                          {day_rule, &Cron::day_},
                                          {month_rule, &Cron::month_},
                                          {weekday_rule, &Cron::weekday_}}};
    const auto words = split(text, " \t\r\n", false);
    if (words.size() == places.size() + 1)
        return fail(ErrorCode::invalid_document,
                    "cron: 6 fields were found, but there is none for seconds or years; write "
                    "minute, hour, day of month, month and day of week");
    if (words.size() != places.size())
        return fail(ErrorCode::invalid_document,
                    fmt::format("cron: {} of 5 fields were found; write minute, hour, day of "
                                "month, month and day of week, such as '0 9 * * 1-5'",
                                words.size()));
    Cron cron;
    for (std::size_t i = 0; i < places.size(); ++i) {
        auto field = read_field(places[i].rule, words[i]);
        if (!field) return std::unexpected(std::move(field.error()));
        cron.*places[i].field = std::move(*field);
    }
    if (cron.weekday_.values.test(7)) cron.weekday_.values.set(0);
    if (auto occurs = check_that_it_occurs(cron); !occurs) return std::unexpected(occurs.error());
    return cron;
}

// February 30 never comes, unless a weekday may do instead.
Result<void> CronReader::check_that_it_occurs(const Cron& cron) {
    if (!cron.weekday_.is_any) return {};
    constexpr std::array<int, 12> longest = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int last_day = 0;
    for (std::size_t month = 1; month <= longest.size(); ++month)
        if (cron.month_.values.test(month)) last_day = std::max(last_day, longest[month - 1]);
    for (int day = 1; day <= last_day; ++day)
        if (cron.day_.values.test(static_cast<std::size_t>(day))) return {};
    return fail(ErrorCode::invalid_document,
                fmt::format("day of month: the months that were chosen have at most {} days; write "
                            "a day from 1 to {} or other months",
                            last_day, last_day));
}

Result<Cron::Field> CronReader::read_list(std::string_view text) const {
    Cron::Field field;
    if (text == "?" && !rule_.takes_question_mark)
        return wrong("'?' is for day of month and day of week only; write '*' for every {}",
                     rule_.name);
    field.is_any = text == "*" || text == "?";
    if (text == "?") text = "*";
    for (const std::string_view part : split(text, ",", true)) {
        auto range = read_range(part);
        if (!range) return std::unexpected(std::move(range.error()));
        for (int value = range->from; value <= range->to; value += range->step)
            field.values.set(static_cast<std::size_t>(value));
        field.has_step = field.has_step || part.find_first_of("*/") != std::string_view::npos;
        field.ranges.push_back(*range);
    }
    return field;
}

// `*`, `5`, `5-9`, `*/2`, `5-9/2`, `5/2`.
Result<CronRange> CronReader::read_range(std::string_view text) const {
    CronRange range;
    const std::size_t slash = text.find('/');
    const bool has_step = slash != std::string_view::npos;
    if (has_step) {
        auto step = read_step(text.substr(slash + 1));
        if (!step) return std::unexpected(std::move(step.error()));
        range.step = *step;
    }
    if (auto read = read_ends(text.substr(0, slash), has_step, range); !read)
        return std::unexpected(std::move(read.error()));
    if (range.from > range.to)
        return wrong(
            "the range '{}' runs backwards; write the smaller value first, or two ranges such as "
            "'{}-{},{}-{}'",
            text, range.from, rule_.last, rule_.first, range.to);
    return range;
}

Result<void> CronReader::read_ends(std::string_view text, bool has_step, CronRange& range) const {
    if (text == "*") {
        range.from = rule_.first;
        // Sunday once.
        range.to = &rule_ == &weekday_rule ? 6 : rule_.last;
        return {};
    }
    const std::size_t dash = text.find('-');
    auto from = read_value(text.substr(0, dash));
    if (!from) return std::unexpected(std::move(from.error()));
    range.from = *from;
    if (dash == std::string_view::npos) {
        range.to = has_step ? (&rule_ == &weekday_rule ? 6 : rule_.last) : *from;
        range.to = std::max(range.to, *from);
        return {};
    }
    auto to = read_value(text.substr(dash + 1));
    if (!to) return std::unexpected(std::move(to.error()));
    // "FRI-SUN".
    const bool is_last_sunday = &rule_ == &weekday_rule && *to == 0 && range.from > 0;
    range.to = is_last_sunday ? 7 : *to;
    return {};
}

Result<int> CronReader::read_step(std::string_view text) const {
    int step = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    const int largest = rule_.last - rule_.first;
    if (error != std::errc() || end != text.data() + text.size() || step < 1 || step > largest)
        return wrong("the step '/{}' is not a whole number from 1 to {}; write one, such as '*/{}'",
                     text, largest, std::min(15, largest));
    return step;
}

Result<int> CronReader::read_value(std::string_view text) const {
    const std::string upper = in_case(text, std::toupper);
    for (std::size_t i = 0; i < rule_.names.size(); ++i)
        if (upper == rule_.names[i]) return rule_.first + static_cast<int>(i);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc() && end == text.data() + text.size() &&
                           !text.empty() && text.front() != '-';
    if (text.empty()) return wrong("a value is missing; write {}", values_text());
    if (!is_number || value < rule_.first || value > rule_.last)
        return wrong("'{}' is none; write {}", text, values_text());
    return value;
}

std::string CronReader::values_text() const {
    std::string text = fmt::format("a number from {} to {}", rule_.first, rule_.last);
    if (!rule_.names.empty())
        text += fmt::format(" or a name from {} to {}", rule_.names.front(), rule_.names.back());
    return text;
}

}  // namespace swiftgrid::model
