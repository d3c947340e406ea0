#include "control/map_items.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/json_writer.h"
#include "engine/child_id.h"
#include "engine/event_codec.h"
#include "engine/status.h"
#include "runtime/run_table.h"
#include "store/cursor.h"

namespace swiftgrid::control {
namespace {

enum class ItemStatus : std::uint8_t { pending, running, fulfilled, rejected };

constexpr std::pair<std::string_view, ItemStatus> status_names[] = {
    {"pending", ItemStatus::pending},
    {"running", ItemStatus::running},
    {"fulfilled", ItemStatus::fulfilled},
    {"rejected", ItemStatus::rejected}};

// What is read from the store at once.
constexpr std::size_t rows_per_read = 200;
// A page that finds little of what it looks for ends after so many rows, and the next goes on.
constexpr std::size_t rows_per_page = 2'000;

// How far the map is, from its counters. Items start in order: as one settles, the next starts.
struct Standing {
    bool is_open = false;
    std::uint32_t total = 0;
    std::uint32_t succeeded = 0;
    std::uint32_t failed = 0;
    std::uint32_t started = 0;
    std::uint32_t retries_max = 0;
    Instant since;

    std::uint32_t unsettled() const { return started - std::min(started, succeeded + failed); }
};

Standing standing_of(const store::MapRow& row, const json::object& data, bool run_is_open) {
    Standing map;
    map.is_open = run_is_open && !row.completed_at;
    map.total = static_cast<std::uint32_t>(row.total);
    map.succeeded = static_cast<std::uint32_t>(row.completed);
    map.failed = static_cast<std::uint32_t>(row.failed);
    map.retries_max = static_cast<std::uint32_t>(integer_at(data, "maxRetries", 0));
    map.since = row.created_at;
    const std::uint32_t settled = map.succeeded + map.failed;
    const bool was_stopped = !map.is_open && row.completed_at && map.failed > 0 &&
                             !flag_at(data, "continueOnError", true);
    map.started = was_stopped ? settled
                              : std::min(map.total, settled + static_cast<std::uint32_t>(integer_at(
                                                                  data, "maxConcurrent", 0)));
    return map;
}

struct Item {
    std::uint32_t index = 0;
    ItemStatus status = ItemStatus::pending;
    std::uint32_t attempts = 0;
    std::optional<store::RunRow> run;  // of the last attempt
    std::string reason;                // when rejected
};

std::string reason_of(const store::RunRow& row) {
    const auto error = parse_json(row.error);
    if (!row.error.empty() && error) return engine::run_error_from(*error).message;
    return row.status;
}

class MapPage {
public:
    MapPage(const MapParts& parts, const MapQuery& query, const Standing& map)
        : parts_(parts), query_(query), map_(map) {
        for (const auto& [name, status] : status_names)
            if (query.statuses.empty() ||
                std::ranges::find(query.statuses, name) != query.statuses.end())
                wanted_.insert(status);
    }

    Result<void> read(std::uint32_t first) {
        next_ = first;
        // Nothing before these is pending when no item is tried again.
        if (wanted_ == std::set{ItemStatus::pending} && map_.retries_max == 0)
            next_ = std::max(next_, map_.started);
        if (!query_.statuses.empty() && !wants(ItemStatus::pending)) {
            auto has_runs = read_rows(first, 1, {});
            if (!has_runs) return std::unexpected(has_runs.error());
            // Else none could be started, and what is wanted is told by the events alone.
            if (!has_runs->empty() || first > 0) return read_filtered();
        }
        return read_in_order();
    }

    Result<std::string> text() const {
        std::string out;
        ObjectWriter object(out);
        object.number("total", map_.total);
        object.number("succeeded", map_.succeeded);
        // Those that were running when the map ended early were stopped.
        object.number("failed", map_.failed + (map_.is_open ? 0 : map_.unsettled()));
        object.number("running", map_.is_open ? map_.unsettled() : 0);
        object.number("notStarted", map_.total - map_.started);
        std::string& items = object.member("items");
        items += '[';
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (i > 0) items += ',';
            if (auto written = write(items, items_[i]); !written)
                return std::unexpected(written.error());
        }
        items += ']';
        object.text_or_null("nextCursor", next_ < map_.total ? store::cursor_of(next_) : "");
        object.end();
        return out;
    }

private:
    bool wants(ItemStatus status) const { return wanted_.contains(status); }
    bool is_full() const { return items_.size() >= query_.limit; }

    using Rows = std::vector<store::RunRow>;

    // Runs of the items from `first` on, in order.
    Result<Rows> read_rows(std::uint32_t first, std::size_t limit,
                           std::vector<std::string> statuses) {
        store::ChildQuery query{query_.run, query_.node_id, std::move(statuses),
                                store::cursor_of(engine::id_before_item(first, map_.since).uuid),
                                limit};
        auto page = parts_.catalog.list_children(query);
        if (!page) return std::unexpected(page.error());
        Rows rows;
        for (store::RunSummary& run : page->items) rows.push_back(std::move(run.row));
        rows_read_ += rows.size();
        return rows;
    }

    // The last attempts of the items from `first` up to `end`.
    Result<std::map<std::uint32_t, store::RunRow>> last_attempts(std::uint32_t first,
                                                                 std::uint32_t end) {
        std::map<std::uint32_t, store::RunRow> found;
        while (first < end) {
            auto rows = read_rows(first, rows_per_read, {});
            if (!rows) return std::unexpected(rows.error());
            const bool is_last = rows->size() < rows_per_read;
            for (store::RunRow& row : *rows) {
                const std::uint32_t index = engine::place_of_item(row.id).item;
                if (index >= end) return found;
                first = index;
                found.insert_or_assign(index, std::move(row));
            }
            if (is_last) break;
            // The last one may have more attempts than were read: it is read again, whole.
        }
        return found;
    }

    // Every item of a window, those without a run too.
    Result<void> read_in_order() {
        while (!is_full() && next_ < map_.total && rows_read_ < rows_per_page) {
            const auto window = static_cast<std::uint32_t>(
                std::min<std::size_t>(rows_per_read / (1 + map_.retries_max) + 1, query_.limit));
            const std::uint32_t end = std::min(map_.total, next_ + window);
            auto runs = last_attempts(next_, end);
            if (!runs) return std::unexpected(runs.error());
            const std::size_t begun = std::min(end, map_.started) - std::min(next_, map_.started);
            const bool has_gaps = runs->size() < begun;
            if (has_gaps && map_.failed > 0) {
                if (auto known = read_outcomes(); !known) return known;
            }
            rows_read_ += window;
            for (; next_ < end && !is_full(); ++next_) {
                const auto run = runs->find(next_);
                add(run == runs->end() ? item_without_run(next_)
                                       : item_of(next_, std::move(run->second)));
            }
        }
        return {};
    }

    // Only runs that can be of a wanted item are read.
    Result<void> read_filtered() {
        std::vector<std::string> statuses;
        if (wants(ItemStatus::running)) statuses = {"pending", "running", "suspended"};
        if (wants(ItemStatus::fulfilled)) statuses.emplace_back("completed");
        if (wants(ItemStatus::rejected)) statuses.insert(statuses.end(), {"failed", "cancelled"});
        while (!is_full() && next_ < map_.total && rows_read_ < rows_per_page) {
            const std::size_t limit = std::min(rows_per_read, query_.limit + 1);
            auto rows = read_rows(next_, limit, statuses);
            if (!rows) return std::unexpected(rows.error());
            for (store::RunRow& row : *rows) {
                if (is_full()) return {};
                if (auto added = add_last_attempt(std::move(row)); !added) return added;
            }
            if (rows->size() < limit) next_ = map_.total;
        }
        return {};
    }

    Result<void> add_last_attempt(store::RunRow row) {
        const std::uint32_t index = engine::place_of_item(row.id).item;
        if (index < next_) return {};  // an earlier attempt of what was added
        if (map_.retries_max > 0) {
            auto last = last_attempts(index, index + 1);
            if (!last) return std::unexpected(last.error());
            if (last->contains(index)) row = std::move(last->at(index));
        }
        next_ = index + 1;
        add(item_of(index, std::move(row)));
        return {};
    }

    void add(Item item) {
        if (wants(item.status)) items_.push_back(std::move(item));
    }

    Item item_of(std::uint32_t index, store::RunRow row) const {
        Item item{index, ItemStatus::running, engine::place_of_item(row.id).attempt, {}, ""};
        if (row.status == "completed") {
            item.status = ItemStatus::fulfilled;
        } else if (row.status == "failed" && map_.is_open && item.attempts <= map_.retries_max) {
            item.status = ItemStatus::pending;  // it is tried again
        } else if (row.status == "failed" || row.status == "cancelled") {
            item.status = ItemStatus::rejected;
            item.reason = reason_of(row);
        }
        item.run = std::move(row);
        return item;
    }

    Item item_without_run(std::uint32_t index) const {
        Item item{index, ItemStatus::pending, 0, {}, ""};
        const auto known = outcomes_.find(index);
        if (known == outcomes_.end()) return item;
        item.status = known->second.fulfilled ? ItemStatus::fulfilled : ItemStatus::rejected;
        item.attempts = known->second.attempt;
        item.reason = known->second.reason;
        return item;
    }

    // What the events say of items whose run could not be started, or was deleted.
    Result<void> read_outcomes() {
        if (has_outcomes_) return {};
        has_outcomes_ = true;
        auto replayed = runtime::replay_run(
            parts_.backend, parts_.plans, query_.run, std::nullopt,
            [&](const engine::Event& event, const model::Plan& plan) {
                const auto* settled = std::get_if<engine::MapItemSettled>(&event.body);
                if (!settled || plan.nodes[settled->node].id != query_.node_id) return;
                outcomes_[settled->index] = {settled->fulfilled, settled->attempt, settled->reason};
            });
        if (!replayed) return std::unexpected(replayed.error());
        return {};
    }

    // The output of a run that has completed, unless it is too long for a list.
    Result<std::optional<JsonText>> output_of(const store::RunRow& row) const {
        auto record = parts_.backend.read_last_record(row.id);
        if (!record) return std::unexpected(record.error());
        if (!*record) return std::nullopt;
        auto plan = parts_.plans.get(row.graph);
        if (!plan) return std::unexpected(plan.error());
        auto events =
            engine::decode_events((*record)->events, (*record)->first_seq, (*record)->at, **plan);
        if (!events) return std::unexpected(events.error());
        const auto* completed =
            events->empty() ? nullptr : std::get_if<engine::RunCompleted>(&events->back().body);
        if (!completed || completed->output.size_bytes() > limits::listed_value_bytes)
            return std::nullopt;
        return completed->output;
    }

    Result<void> write(std::string& out, const Item& item) const {
        ObjectWriter object(out);
        object.number("index", item.index);
        for (const auto& [name, status] : status_names)
            if (status == item.status) object.text("status", name);
        object.text_or_null("childRunId", item.run ? to_string(item.run->id) : "");
        object.number("attempts", item.attempts);
        if (item.status == ItemStatus::fulfilled && item.run) {
            auto value = output_of(*item.run);
            if (!value) return std::unexpected(value.error());
            if (*value) object.raw("value", (*value)->view());
        }
        if (item.status == ItemStatus::rejected) object.text("reason", item.reason);
        const auto started_at = item.run ? item.run->started_at : std::nullopt;
        object.time("startedAt", started_at);
        if (started_at && item.run->completed_at)
            object.number("durationMs", (*item.run->completed_at - *started_at).milliseconds);
        else
            object.null("durationMs");
        object.end();
        return {};
    }

    struct Outcome {
        bool fulfilled = false;
        std::uint32_t attempt = 1;
        std::string reason;
    };

    const MapParts& parts_;
    const MapQuery& query_;
    const Standing& map_;
    std::set<ItemStatus> wanted_;
    std::vector<Item> items_;
    std::uint32_t next_ = 0;  // the item that the next page begins with
    std::size_t rows_read_ = 0;
    std::map<std::uint32_t, Outcome> outcomes_;
    bool has_outcomes_ = false;
};

// The item that the cursor names.
Result<std::uint32_t> first_item(const std::string& cursor) {
    auto number = store::parse_number_cursor(cursor);
    if (!number) return std::unexpected(number.error());
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(number->value_or(0), 0, limits::map_items));
}

Result<Standing> read_standing(const MapParts& parts, const MapQuery& query) {
    auto summary = parts.catalog.get_run(query.run);
    if (!summary) return std::unexpected(summary.error());
    auto plan = parts.plans.get(summary->row.graph);
    if (!plan) return std::unexpected(plan.error());
    const auto node = (*plan)->find(query.node_id);
    if (!node || (*plan)->nodes[*node].descriptor->type != "map")
        return fail(
            ErrorCode::not_found,
            fmt::format("the run has no map '{}'; name a node of the type map", query.node_id));
    auto row = parts.catalog.get_map_iteration(query.run, query.node_id);
    if (!row) return std::unexpected(row.error());
    if (!*row) return Standing{};  // it has not begun, or its list is empty
    const auto status = engine::parse_run_status(summary->row.status);
    return standing_of(**row, (*plan)->nodes[*node].data, status && !engine::is_final(*status));
}

}  // namespace

bool is_item_status(const std::string& status) {
    return std::ranges::any_of(status_names,
                               [&](const auto& entry) { return entry.first == status; });
}

Answer<std::string> map_items_json(MapParts parts, const MapQuery& query) {
    const auto first = first_item(query.cursor);
    if (!first) return refuse(first.error());
    const auto map = read_standing(parts, query);
    if (!map) return refuse(map.error());
    MapPage page(parts, query, *map);
    if (auto read = page.read(*first); !read) return refuse(read.error());
    auto text = page.text();
    if (!text) return refuse(text.error());
    return *std::move(text);
}

}  // namespace swiftgrid::control
