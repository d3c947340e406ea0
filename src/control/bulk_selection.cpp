#include "control/bulk_selection.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "engine/status.h"

namespace swiftgrid::control {
namespace {

constexpr std::array<std::string_view, 3> action_names{"delete", "cancel", "replay"};
constexpr std::array<std::string_view, 8> filter_members{
    "flowId", "status", "trigger", "from", "to", "pinned", "parentRunId", "topLevel"};

std::unexpected<Error> wrong(std::string_view member, std::string_view expected) {
    return fail(ErrorCode::invalid_document,
                fmt::format("body: '{}' must be {}", member, expected));
}

// A text, or a list of them; null is none.
Result<std::vector<std::string>> texts_at(const json::object& object, std::string_view name) {
    std::vector<std::string> texts;
    const json::value* value = object.if_contains(name);
    if (!value || value->is_null()) return texts;
    const auto expected = wrong("filter." + std::string(name), "a text or a list of texts");
    if (value->is_string()) {
        texts.emplace_back(value->get_string());
        return texts;
    }
    if (!value->is_array()) return expected;
    for (const json::value& item : value->get_array()) {
        if (!item.is_string()) return expected;
        texts.emplace_back(item.get_string());
    }
    return texts;
}

template <typename IdType>
Result<std::vector<IdType>> ids_at(const json::object& object, std::string_view name) {
    auto texts = texts_at(object, name);
    if (!texts) return std::unexpected(texts.error());
    std::vector<IdType> ids;
    for (const std::string& text : *texts) {
        auto id = parse_id<IdType>(text);
        if (!id)
            return fail(ErrorCode::invalid_document,
                        fmt::format("body: 'filter.{}': {}", name, id.error().message));
        ids.push_back(*id);
    }
    return ids;
}

template <typename Parse>
Result<std::vector<std::string>> names_at(const json::object& object, std::string_view name,
                                          Parse parse) {
    auto texts = texts_at(object, name);
    if (!texts) return texts;
    for (const std::string& text : *texts) {
        if (!parse(text))
            return fail(
                ErrorCode::invalid_document,
                fmt::format("body: 'filter.{}': '{}' does not exist", name, text.substr(0, 40)));
    }
    return texts;
}

Result<std::optional<Instant>> time_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_string()) return wrong("filter." + std::string(name), "a time");
    auto instant = parse_rfc3339(std::string_view(value->get_string()));
    if (!instant)
        return fail(ErrorCode::invalid_document,
                    fmt::format("body: 'filter.{}': {}", name, instant.error().message));
    return *instant;
}

Result<std::optional<bool>> boolean_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_bool()) return wrong("filter." + std::string(name), "true or false");
    return value->get_bool();
}

// Moves what was read; false when it is an error, which `why` then has.
template <typename Value>
bool take(Result<Value> read, Value& member, std::optional<Error>& why) {
    if (!read) {
        why = read.error();
        return false;
    }
    member = *std::move(read);
    return true;
}

Result<store::RunQuery> read_filter(const json::object& object) {
    for (const auto& member : object) {
        if (std::ranges::find(filter_members, std::string_view(member.key())) ==
            filter_members.end())
            return fail(
                ErrorCode::invalid_document,
                fmt::format("body: 'filter' has no member '{}'; it has {}",
                            std::string_view(member.key()), fmt::join(filter_members, ", ")));
    }
    store::RunQuery query;
    std::vector<RunId> parents;
    std::optional<Error> why;
    const bool is_read =
        take(ids_at<FlowId>(object, "flowId"), query.flows, why) &&
        take(names_at(object, "status", engine::parse_run_status), query.statuses, why) &&
        take(names_at(object, "trigger", engine::parse_trigger), query.triggers, why) &&
        take(time_at(object, "from"), query.from, why) &&
        take(time_at(object, "to"), query.to, why) &&
        take(boolean_at(object, "pinned"), query.pinned, why) &&
        take(ids_at<RunId>(object, "parentRunId"), parents, why) &&
        take(boolean_at(object, "topLevel"), query.top_level, why);
    if (!is_read) return std::unexpected(*why);
    if (parents.size() > 1) return wrong("filter.parentRunId", "one id");
    if (!parents.empty()) query.parent = parents.front();
    return query;
}

Result<std::vector<RunId>> read_ids(const json::value& value) {
    if (!value.is_array() || value.get_array().empty()) return wrong("ids", "a list of run ids");
    if (value.get_array().size() > limits::bulk_ids)
        return fail(ErrorCode::too_large,
                    fmt::format("body: 'ids' has {} ids, at most {} are taken; use a filter",
                                value.get_array().size(), limits::bulk_ids));
    std::vector<RunId> ids;
    for (const json::value& item : value.get_array()) {
        if (!item.is_string()) return wrong("ids", "a list of run ids");
        auto id = parse_id<RunId>(std::string_view(item.get_string()));
        if (!id) return fail(ErrorCode::bad_request, "body: 'ids': " + id.error().message);
        ids.push_back(*id);
    }
    std::ranges::sort(ids, std::greater());
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
}

bool is_over(std::string_view status) {
    return status == "completed" || status == "failed" || status == "cancelled";
}

}  // namespace

std::string_view to_string(BulkAction action) {
    return action_names[static_cast<std::size_t>(action)];
}

BulkAction bulk_action(std::string_view name) {
    const auto* found = std::ranges::find(action_names, name);
    SG_ASSERT(found != action_names.end(), "a job has one of three actions");
    return static_cast<BulkAction>(found - action_names.begin());
}

Result<BulkSelection> read_selection(const json::object& body) {
    const auto given = [&](std::string_view name) -> const json::value* {
        const json::value* value = body.if_contains(name);
        return value && !value->is_null() ? value : nullptr;
    };
    const json::value* ids = given("ids");
    const json::value* filter = given("filter");
    if ((ids == nullptr) == (filter == nullptr))
        return fail(ErrorCode::invalid_document,
                    "body: give either 'ids' or 'filter'; the filter {} means every run");
    BulkSelection selection;
    if (ids) {
        auto read = read_ids(*ids);
        if (!read) return std::unexpected(read.error());
        selection.ids = *std::move(read);
        return selection;
    }
    if (!filter->is_object()) return wrong("filter", "an object");
    auto query = read_filter(filter->get_object());
    if (!query) return std::unexpected(query.error());
    selection.filter = *std::move(query);
    return selection;
}

Result<BulkSelection> selection_of(const store::BulkJob& job) {
    if (job.runs) return BulkSelection{job.runs, {}};
    const auto value = parse_json(job.selection);
    if (value && value->is_object()) {
        if (auto selection = read_selection(value->get_object())) return selection;
    }
    return fail(ErrorCode::storage_error,
                "the selection of job " + swiftgrid::to_string(job.id) + " is damaged");
}

std::optional<store::RunQuery> query_for(BulkAction action, const store::RunQuery& filter) {
    const std::vector<std::string> allowed =
        action == BulkAction::cancel ? std::vector<std::string>{"pending", "running", "suspended"}
                                     : std::vector<std::string>{"completed", "failed", "cancelled"};
    store::RunQuery query = filter;
    if (query.statuses.empty()) query.statuses = allowed;
    std::erase_if(query.statuses, [&](const std::string& status) {
        return std::ranges::find(allowed, status) == allowed.end();
    });
    if (query.statuses.empty()) return std::nullopt;
    if (action == BulkAction::remove) {
        if (query.pinned == true) return std::nullopt;
        query.pinned = false;
    }
    return query;
}

bool is_for(BulkAction action, const store::RunSummary& run) {
    switch (action) {
        case BulkAction::remove: return is_over(run.row.status) && !run.pinned;
        case BulkAction::cancel: return !is_over(run.row.status);
        case BulkAction::replay: return is_over(run.row.status);
    }
    return false;
}

}  // namespace swiftgrid::control
