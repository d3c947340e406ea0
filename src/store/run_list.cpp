#include "store/run_list.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/assert.h"
#include "store/cursor.h"
#include "store/like.h"
#include "store/run_codes.h"
#include "store/run_id_range.h"
#include "store/run_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

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

// What of a query a source may hold already.
constexpr unsigned by_flow = 1;
constexpr unsigned by_status = 2;
constexpr unsigned by_trigger = 4;
constexpr unsigned by_pin = 8;
constexpr unsigned by_parent = 16;

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

Result<bool> begins_an_id(Connection& connection, const std::string& digits) {
    const auto [lowest, highest] = id_range(digits);
    Query query(connection,
                "SELECT 1 FROM workflow_runs NOT INDEXED WHERE id >= ? AND id <= ? LIMIT 1");
    return query.bind(lowest).bind(highest).next();
}

// What people see of an id in lists is its end; no index knows it.
Source of_id_end(const std::string& digits) {
    Source source{"workflow_runs NOT INDEXED", "", {}};
    source.filter("hex(id) LIKE ?", "%" + digits);
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
    source.holds = by_flow;
    return source;
}

Source of_status(int status) {
    Source source{"workflow_runs INDEXED BY workflow_runs_by_status", " AND status <> 3", {}};
    source.require("status = ?", status);
    source.holds = by_status;
    return source;
}

Source of_trigger(int trigger) {
    Source source{"workflow_runs INDEXED BY workflow_runs_by_trigger", "", {}};
    source.require("trigger = ?", trigger);
    source.holds = by_trigger;
    return source;
}

// Failed runs whose error has the text.
Source of_error(const std::string& pattern) {
    Source source = of_status(status_code("failed"));
    source.holds = 0;
    source.filter("error LIKE ? ESCAPE '\\'", pattern);
    return source;
}

Source of_flow_and_status(FlowId flow, int status) {
    Source source{
        "workflow_runs INDEXED BY workflow_runs_by_workflow_status", " AND status <> 3", {}};
    source.require("workflow_id = ?", flow.uuid);
    source.require("status = ?", status);
    source.holds = by_flow | by_status;
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
    if (digits.size() >= id_end_digits_min) {
        const auto begins = begins_an_id(connection, digits);
        if (!begins) return std::unexpected(begins.error());
        // That run is meant. What is looked for row by row would end the page before it is reached.
        if (*begins) return sources;
        sources.push_back(of_id_end(digits));
    }
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
        source.holds = by_parent;
        return std::vector{source};
    }
    if (query.pinned == true) {
        Source source{"workflow_runs INDEXED BY workflow_runs_pinned", " AND pinned = 1", {}};
        source.holds = by_pin;
        return std::vector{source};
    }
    const bool is_by_status = !statuses.empty() && !contains(statuses, status_completed);
    if (query.flows.size() * std::max<std::size_t>(statuses.size(), 1) > sources_max)
        return std::vector{Source{"workflow_runs NOT INDEXED", "", {}}};
    for (const FlowId flow : query.flows) {
        if (!is_by_status) sources.push_back(of_flow(flow));
        for (const int status : statuses) {
            if (is_by_status) sources.push_back(of_flow_and_status(flow, status));
        }
    }
    if (query.flows.empty() && is_by_status) {
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

template <typename Value>
void filter_one_of(Source& source, std::string_view column, const std::vector<Value>& values) {
    if (values.empty()) return;
    source.filters += fmt::format(" AND {} IN ({})", column, marks(values));
    for (const Value& value : values) source.filter_parameters.emplace_back(value);
}

// Everything the query asks for that the source does not hold.
void require_all(Source& source, const RunQuery& query, const std::vector<int>& statuses,
                 const std::vector<int>& triggers, const std::optional<Uuid>& before) {
    if (before) source.require("id < ?", *before);
    if (query.from) {
        source.filter("created_at >= ?", query.from->milliseconds_since_epoch);
        source.require("id >= ?", uuid_at(*query.from + Duration{-id_early.milliseconds}, 0));
    }
    if (query.to) {
        source.filter("created_at <= ?", query.to->milliseconds_since_epoch);
        source.require("id <= ?", uuid_at(*query.to + id_late, 0xff));
    }
    if (query.pinned && (source.holds & by_pin) == 0)
        source.filter("pinned = ?", std::int64_t{*query.pinned});
    if (query.parent && (source.holds & by_parent) == 0)
        source.filter("parent_run_id = ?", query.parent->uuid);
    std::vector<Uuid> flows;
    flows.reserve(query.flows.size());
    for (const FlowId flow : query.flows) flows.push_back(flow.uuid);
    if ((source.holds & by_flow) == 0 || !query.search.empty())
        filter_one_of(source, "workflow_id", flows);
    if ((source.holds & by_status) == 0) filter_one_of(source, "status", statuses);
    if ((source.holds & by_trigger) == 0) filter_one_of(source, "trigger", triggers);
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
    auto rows = read_runs(connection, sources, order, limit + 1);
    if (!rows) return std::unexpected(rows.error());
    Page<RunSummary> page{std::move(rows->runs), std::nullopt};
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().row.id.uuid);
    } else if (rows->seen_until) {
        page.next_cursor = cursor_of(rows->seen_until->uuid);
    }
    return page;
}

// No source when no run can be meant.
Result<std::vector<Source>> all_sources(Connection& connection, const RunQuery& query) {
    const auto statuses = codes_of(query.statuses, "status", find_status_code);
    if (!statuses) return std::unexpected(statuses.error());
    auto triggers = codes_of(query.triggers, "trigger", find_trigger_code);
    if (!triggers) return std::unexpected(triggers.error());
    if (query.top_level) {
        auto at_level = triggers_at_level(std::move(*triggers), *query.top_level);
        if (!at_level) return std::vector<Source>{};
        *triggers = std::move(*at_level);
    }
    const auto before = parse_id_cursor(query.cursor);
    if (!before) return std::unexpected(before.error());
    auto sources = sources_of(connection, query, *statuses, *triggers);
    if (!sources) return std::unexpected(sources.error());
    for (Source& source : *sources) require_all(source, query, *statuses, *triggers, *before);
    return sources;
}

}  // namespace

Result<Page<RunSummary>> list_runs(Connection& connection, const RunQuery& query) {
    SG_ASSERT(query.limit > 0, "a page has room for an item");
    auto sources = all_sources(connection, query);
    if (!sources) return std::unexpected(sources.error());
    if (sources->empty()) return Page<RunSummary>{};
    return read_page(connection, *sources, Order::newest_first, query.limit);
}

Result<std::int64_t> count_runs(Connection& connection, const RunQuery& query) {
    auto sources = all_sources(connection, query);
    if (!sources) return std::unexpected(sources.error());
    if (sources->empty()) return 0;
    return count_rows(connection, *sources);
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
    auto rows = read_runs(connection, {source}, Order::newest_first, 1);
    if (!rows) return std::unexpected(rows.error());
    if (rows->runs.empty()) return std::nullopt;
    return std::move(rows->runs.front());
}

}  // namespace swiftgrid::store
