#include "store/run_list.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/assert.h"
#include "store/cursor.h"
#include "store/like.h"
#include "store/run_codes.h"
#include "store/run_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

// A run's id holds the time at which it was drawn: a little before created_at, or later when a
// clock was set back by less than this.
constexpr std::int64_t id_late_ms = 10 * 1000;
// A child that a crash kept from starting for longer than this is not found by `from`.
constexpr std::int64_t id_early_ms = 60 * 60 * 1000;
// The texts of so many failed runs are searched, the newest ones.
constexpr std::int64_t errors_searched_max = 5'000;
// The ends of so many ids are compared, the newest ones: no index knows the end of an id.
constexpr std::int64_t ids_searched_max = 50'000;
// Fewer digits end too many ids by chance.
constexpr std::size_t id_end_digits_min = 6;
// More flows than these would make the statement long and are not what a search means.
constexpr std::size_t flows_found_max = 50;
// A union of more is slower than walking all runs; SQLite allows 500.
constexpr std::size_t sources_max = 100;

template <typename Value>
std::string marks(const std::vector<Value>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) text += i == 0 ? "?" : ", ?";
    return text;
}

// The smallest or largest id that can be drawn at a time, depending on `fill`.
Uuid uuid_at(Instant instant, std::uint8_t fill) {
    const auto milliseconds = std::max<std::int64_t>(instant.milliseconds_since_epoch, 0);
    Uuid uuid;
    uuid.bytes.fill(fill);
    for (std::size_t i = 0; i < 6; ++i)
        uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
    return uuid;
}

bool contains(const std::vector<int>& codes, int code) {
    return std::ranges::find(codes, code) != codes.end();
}

// The hexadecimal digits of what may be a part of an id, else "".
std::string id_digits(std::string_view search) {
    std::string digits;
    for (const char c : search) {
        if (c == '-') continue;
        if (!std::isxdigit(static_cast<unsigned char>(c))) return "";
        digits += c;
    }
    return digits.size() > 32 ? "" : digits;
}

// The ids that begin with the digits.
std::pair<Uuid, Uuid> id_range(const std::string& digits) {
    const auto padded = [&](char fill) {
        std::string text = digits + std::string(32 - digits.size(), fill);
        for (std::size_t dash : {8u, 13u, 18u, 23u}) text.insert(dash, "-");
        return *parse_uuid(text);
    };
    return {padded('0'), padded('f')};
}

Source of_id_beginning(const std::string& digits) {
    const auto [lowest, highest] = id_range(digits);
    Source source{"workflow_runs NOT INDEXED", "", {}};
    source.require("id >= ?", lowest);
    source.require("id <= ?", highest);
    return source;
}

// What people see of an id in lists is its end.
Source of_id_end(const std::string& digits) {
    Source source{"workflow_runs NOT INDEXED", "", {}};
    source.require(
        "id >= coalesce((SELECT id FROM workflow_runs NOT INDEXED ORDER BY id DESC"
        " LIMIT 1 OFFSET ?), x'')",
        ids_searched_max);
    source.require("hex(id) LIKE ?", "%" + digits);
    return source;
}

Result<std::vector<FlowId>> flows_named(Connection& connection, const std::string& pattern) {
    Query query(connection, "SELECT id FROM workflows WHERE name LIKE ? ESCAPE '\\' LIMIT ?");
    query.bind(pattern).bind(flows_found_max);
    return sqlite::read_ids<FlowId>(query);
}

Source of_flow(FlowId flow) {
    Source source{"workflow_runs INDEXED BY workflow_runs_by_workflow", "", {}};
    source.require("workflow_id = ?", flow.uuid);
    return source;
}

Source of_status(int status) {
    Source source{"workflow_runs INDEXED BY workflow_runs_by_status", " AND status <> 3", {}};
    source.require("status = ?", status);
    return source;
}

Source of_trigger(int trigger) {
    Source source{"workflow_runs INDEXED BY workflow_runs_by_trigger", "", {}};
    source.require("trigger = ?", trigger);
    return source;
}

// Recent failed runs whose error has the text.
Source of_error(const std::string& pattern) {
    Source source = of_status(status_code("failed"));
    source.conditions +=
        " AND id >= coalesce((SELECT id FROM workflow_runs INDEXED BY workflow_runs_by_status"
        " WHERE status = ? AND status <> 3 ORDER BY id DESC LIMIT 1 OFFSET ?), x'')";
    source.parameters.emplace_back(status_code("failed"));
    source.parameters.emplace_back(errors_searched_max);
    source.require("error LIKE ? ESCAPE '\\'", pattern);
    return source;
}

Source of_flow_and_status(FlowId flow, int status) {
    Source source{
        "workflow_runs INDEXED BY workflow_runs_by_workflow_status", " AND status <> 3", {}};
    source.require("workflow_id = ?", flow.uuid);
    source.require("status = ?", status);
    return source;
}

Source of_child_status(int status) {
    Source source{
        "workflow_runs INDEXED BY workflow_runs_children_by_status", " AND status <> 3", {}};
    source.require("status = ?", status);
    return source;
}

Result<std::vector<Source>> search_sources(Connection& connection, const std::string& search) {
    const std::string pattern = like_pattern(search);
    auto flows = flows_named(connection, pattern);
    if (!flows) return std::unexpected(flows.error());
    std::vector<Source> sources;
    for (const FlowId flow : *flows) sources.push_back(of_flow(flow));
    const std::string digits = id_digits(search);
    if (!digits.empty()) sources.push_back(of_id_beginning(digits));
    if (digits.size() >= id_end_digits_min) sources.push_back(of_id_end(digits));
    sources.push_back(of_error(pattern));
    return sources;
}

// The fewest runs that hold everything the query asks for.
Result<std::vector<Source>> sources_of(Connection& connection, const RunQuery& query,
                                       const std::vector<int>& statuses,
                                       const std::vector<int>& triggers) {
    if (!query.search.empty()) return search_sources(connection, query.search);
    std::vector<Source> sources;
    if (query.parent) {
        Source source{"workflow_runs INDEXED BY workflow_runs_by_parent", "", {}};
        source.require("parent_run_id = ?", query.parent->uuid);
        return std::vector{source};
    }
    if (query.pinned == true)
        return std::vector{Source{"workflow_runs INDEXED BY workflow_runs_pinned", "", {}}};
    const bool by_status = !statuses.empty() && !contains(statuses, status_completed);
    if (query.flows.size() * std::max<std::size_t>(statuses.size(), 1) > sources_max)
        return std::vector{Source{"workflow_runs NOT INDEXED", "", {}}};
    for (const FlowId flow : query.flows) {
        if (!by_status) sources.push_back(of_flow(flow));
        for (const int status : statuses) {
            if (by_status) sources.push_back(of_flow_and_status(flow, status));
        }
    }
    if (query.flows.empty() && by_status) {
        for (const int status : statuses) sources.push_back(of_status(status));
    }
    if (sources.empty()) {
        for (const int trigger : triggers) sources.push_back(of_trigger(trigger));
    }
    if (sources.empty()) sources.push_back({"workflow_runs NOT INDEXED", "", {}});
    return sources;
}

template <typename Value>
void require_one_of(Source& source, std::string_view column, const std::vector<Value>& values) {
    if (values.empty()) return;
    source.conditions += fmt::format(" AND {} IN ({})", column, marks(values));
    for (const Value& value : values) source.parameters.emplace_back(value);
}

// Everything the query asks for, whatever the source holds already.
void require_all(Source& source, const RunQuery& query, const std::vector<int>& statuses,
                 const std::vector<int>& triggers, const std::optional<Uuid>& before) {
    if (before) source.require("id < ?", *before);
    if (query.from) {
        source.require("created_at >= ?", query.from->milliseconds_since_epoch);
        source.require("id >= ?", uuid_at(*query.from + Duration{-id_early_ms}, 0));
    }
    if (query.to) {
        source.require("created_at <= ?", query.to->milliseconds_since_epoch);
        source.require("id <= ?", uuid_at(*query.to + Duration{id_late_ms}, 0xff));
    }
    if (query.pinned == true) source.conditions += " AND pinned = 1";
    if (query.pinned == false) source.conditions += " AND pinned = 0";
    if (query.parent) source.require("parent_run_id = ?", query.parent->uuid);
    std::vector<Uuid> flows;
    flows.reserve(query.flows.size());
    for (const FlowId flow : query.flows) flows.push_back(flow.uuid);
    require_one_of(source, "workflow_id", flows);
    require_one_of(source, "status", statuses);
    require_one_of(source, "trigger", triggers);
}

// `bad_request` when a name is none.
Result<std::vector<int>> codes_of(const std::vector<std::string>& names, std::string_view what,
                                  std::optional<int> (*find)(std::string_view)) {
    std::vector<int> codes;
    for (const std::string& name : names) {
        const auto code = find(name);
        if (!code)
            return fail(ErrorCode::bad_request, fmt::format("'{}' is no {} of a run", name, what));
        if (!contains(codes, *code)) codes.push_back(*code);
    }
    return codes;
}

// Who started a run shows in its trigger, of which there is an index. Nothing when no run can be
// meant.
std::optional<std::vector<int>> triggers_at_level(std::vector<int> triggers, bool top_level) {
    std::vector<int> at_level = trigger_codes(!top_level);
    if (triggers.empty()) return at_level;
    std::erase_if(triggers, [&](int code) { return !contains(at_level, code); });
    if (triggers.empty()) return std::nullopt;
    return triggers;
}

Result<Page<RunSummary>> read_page(Connection& connection, const std::vector<Source>& sources,
                                   Order order, std::size_t limit) {
    // One more tells whether there is a next page.
    auto runs = read_runs(connection, sources, order, limit + 1);
    if (!runs) return std::unexpected(runs.error());
    Page<RunSummary> page{std::move(*runs), std::nullopt};
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().row.id.uuid);
    }
    return page;
}

}  // namespace

Result<Page<RunSummary>> list_runs(Connection& connection, const RunQuery& query) {
    SG_ASSERT(query.limit > 0, "a page has room for an item");
    const auto statuses = codes_of(query.statuses, "status", find_status_code);
    if (!statuses) return std::unexpected(statuses.error());
    auto triggers = codes_of(query.triggers, "trigger", find_trigger_code);
    if (!triggers) return std::unexpected(triggers.error());
    if (query.top_level) {
        auto at_level = triggers_at_level(std::move(*triggers), *query.top_level);
        if (!at_level) return Page<RunSummary>{};
        *triggers = std::move(*at_level);
    }
    const auto before = parse_id_cursor(query.cursor);
    if (!before) return std::unexpected(before.error());
    auto sources = sources_of(connection, query, *statuses, *triggers);
    if (!sources) return std::unexpected(sources.error());
    for (Source& source : *sources) require_all(source, query, *statuses, *triggers, *before);
    return read_page(connection, *sources, Order::newest_first, query.limit);
}

Result<Page<RunSummary>> list_children(Connection& connection, const ChildQuery& query) {
    SG_ASSERT(query.limit > 0, "a page has room for an item");
    const auto statuses = codes_of(query.statuses, "status", find_status_code);
    if (!statuses) return std::unexpected(statuses.error());
    const auto after = parse_id_cursor(query.cursor);
    if (!after) return std::unexpected(after.error());
    std::vector<Source> sources;
    if (statuses->empty() || contains(*statuses, status_completed)) {
        sources.push_back({"workflow_runs INDEXED BY workflow_runs_by_parent", "", {}});
        require_one_of(sources.back(), "status", *statuses);
    } else {
        for (const int status : *statuses) sources.push_back(of_child_status(status));
    }
    for (Source& source : sources) {
        source.require("parent_run_id = ?", query.parent.uuid);
        source.require("calling_node_id = ?", query.node_id);
        if (*after) source.require("id > ?", **after);
    }
    return read_page(connection, sources, Order::oldest_first, query.limit);
}

Result<std::optional<RunSummary>> find_run(Connection& connection, RunId run) {
    Source source{"workflow_runs NOT INDEXED", "", {}};
    source.require("id = ?", run.uuid);
    auto runs = read_runs(connection, {source}, Order::newest_first, 1);
    if (!runs) return std::unexpected(runs.error());
    if (runs->empty()) return std::nullopt;
    return std::move(runs->front());
}

}  // namespace swiftgrid::store
