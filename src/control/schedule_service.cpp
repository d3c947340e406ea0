#include "control/schedule_service.h"

#include <array>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/due_schedule.h"
#include "control/flow_view.h"
#include "control/json_writer.h"
#include "model/timetable.h"

namespace swiftgrid::control {
namespace {

Answer<void> check_choice(const char* pointer, const std::string& value,
                          std::initializer_list<std::string_view> choices) {
    std::string all;
    for (const std::string_view choice : choices) {
        if (value == choice) return {};
        all += fmt::format("{}'{}'", all.empty() ? "" : ", ", choice);
    }
    return refuse_member(problem_at(pointer, "invalid_value",
                                    fmt::format("{}: '{}' is not known", pointer + 1, value),
                                    "write one of " + all));
}

Answer<void> check_settings(const store::ScheduleSettings& settings) {
    if (auto ok =
            check_choice("/overlapMode", settings.overlap_mode, {"skip", "queue_one", "parallel"});
        !ok)
        return ok;
    if (auto ok = check_choice("/missed", settings.missed, {"skip", "run_once"}); !ok) return ok;
    if (settings.input_data && settings.input_data->size() > limits::run_input_bytes)
        return refuse(ErrorCode::too_large, fmt::format("inputData: it is larger than {} bytes",
                                                        limits::run_input_bytes));
    return {};
}

void append_times(std::string& out, const std::vector<Instant>& times) {
    out += '[';
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, to_rfc3339(times[i]));
    }
    out += ']';
}

void append_occurrence(std::string& out, const store::Occurrence& occurrence) {
    ObjectWriter object(out);
    object.time("plannedAt", occurrence.planned_at);
    object.text("outcome", occurrence.outcome);
    object.number("count", occurrence.count);
    object.text_or_null("runId", occurrence.run ? to_string(*occurrence.run) : "");
    object.text_or_null("runStatus", occurrence.run_status);
    object.text_or_null("detail", occurrence.detail);
    object.time("decidedAt", occurrence.decided_at);
    object.end();
}

std::string refused_preview(const model::Problem& problem) {
    std::string out;
    ObjectWriter object(out);
    object.boolean("valid", false);
    {
        ObjectWriter error(object.member("error"));
        error.text("code", problem.code);
        error.text("message", model::in_one_line(problem));
        error.text("pointer", problem.pointer);
        error.end();
    }
    object.null("description");
    object.raw("next", "[]");
    object.null("reason");
    object.end();
    return out;
}

}  // namespace

Answer<std::string> ScheduleService::get(FlowId flow) {
    auto stored = parts_.schedules.get(flow);
    if (!stored) return refuse(stored.error());
    if (*stored) return schedule_json(**stored, false);
    store::Schedule none;
    none.flow = flow;
    return schedule_json(none, false);
}

Answer<std::string> ScheduleService::put(FlowId flow, const store::ScheduleSettings& settings) {
    if (auto ok = check_settings(settings); !ok) return std::unexpected(ok.error());
    if (!settings.enabled && settings.cron.empty()) {
        if (auto removed = remove(flow); !removed) return std::unexpected(removed.error());
        return get(flow);
    }
    const auto timetable = model::Timetable::parse(settings.cron, settings.timezone);
    if (!timetable) return refuse_member(timetable.error());
    std::optional<Instant> next;
    if (settings.enabled) {
        next = timetable->next(parts_.clock.now());
        if (!next)
            return refuse_member(problem_at("/cron", "invalid_cron",
                                            fmt::format("cron: {}", model::no_further_occurrence),
                                            "write an earlier one"));
    }
    if (auto written = parts_.schedules.put(flow, settings, next); !written)
        return refuse(written.error());
    parts_.changed();
    return get(flow);
}

Answer<void> ScheduleService::remove(FlowId flow) {
    if (auto removed = parts_.schedules.remove(flow); !removed) return refuse(removed.error());
    return {};
}

Answer<std::string> ScheduleService::list(const std::string& cursor, std::size_t limit) {
    auto page = parts_.schedules.list(cursor, limit);
    if (!page) return refuse(page.error());
    std::string items;
    for (const store::Schedule& schedule : page->items) {
        auto item = schedule_json(schedule, true);
        if (!item) return item;
        if (!items.empty()) items += ',';
        items += *item;
    }
    return page_json(items, page->next_cursor);
}

Answer<std::string> ScheduleService::schedule_json(const store::Schedule& schedule, bool in_list) {
    auto history = parts_.schedules.history(schedule.flow, limits::schedule_history_shown);
    if (!history) return refuse(history.error());
    auto last_run = parts_.schedules.last_run(schedule.flow);
    if (!last_run) return refuse(last_run.error());
    const store::ScheduleSettings& settings = schedule.settings;
    std::string out;
    ObjectWriter object(out);
    object.text("flowId", to_string(schedule.flow));
    if (in_list) object.text("flowName", schedule.flow_name);
    object.boolean("enabled", settings.enabled);
    object.text_or_null("cron", settings.cron);
    object.text("timezone", settings.timezone);
    object.raw("inputData", settings.input_data.value_or("null"));
    object.text("overlapMode", settings.overlap_mode);
    object.text("missed", settings.missed);
    object.time("nextRun", schedule.next_run);
    const auto timetable = model::Timetable::parse(settings.cron, settings.timezone);
    object.text_or_null("description", timetable ? timetable->in_words() : "");
    if (*last_run)
        append_occurrence(object.member("lastRun"), **last_run);
    else
        object.null("lastRun");
    std::string& items = object.member("history");
    items += '[';
    for (std::size_t i = 0; i < history->size(); ++i) {
        if (i > 0) items += ',';
        append_occurrence(items, (*history)[i]);
    }
    items += ']';
    object.end();
    return out;
}

Answer<std::string> ScheduleService::preview(const CronQuestion& question) {
    if (question.count < 1 ||
        question.count > static_cast<std::int64_t>(limits::cron_preview_occurrences))
        return refuse_member(problem_at("/count", "invalid_value",
                                        fmt::format("count: {} is not from 1 to {}", question.count,
                                                    limits::cron_preview_occurrences),
                                        ""));
    Instant last = parts_.clock.now();
    if (question.from) {
        auto from = parse_rfc3339(*question.from);
        if (!from)
            return refuse_member(problem_at("/from", "invalid_value",
                                            "from: " + from.error().message,
                                            "write a time such as 2026-11-24T15:04:05Z"));
        last = *from;
    }
    const auto timetable = model::Timetable::parse(question.cron, question.timezone);
    if (!timetable) return refused_preview(timetable.error());
    std::vector<Instant> times;
    while (times.size() < static_cast<std::size_t>(question.count)) {
        const auto next = timetable->next(last);
        if (!next) break;
        last = *next;
        times.push_back(last);
    }
    std::string out;
    ObjectWriter object(out);
    object.boolean("valid", true);
    object.null("error");
    object.text("description", timetable->in_words());
    append_times(object.member("next"), times);
    const bool is_whole = times.size() == static_cast<std::size_t>(question.count);
    object.text_or_null("reason", is_whole ? "" : model::no_further_occurrence);
    object.end();
    return out;
}

}  // namespace swiftgrid::control
