#pragma once

// What the catalogue takes and gives: plain structs, JSON columns as text.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "store/batch.h"

namespace swiftgrid::store {

template <typename Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next_cursor;  // nothing: this was the last page
};

// What people edit.
struct FlowDraft {
    std::string name;
    std::string description;
    std::string graph;  // canonical JSON text; graph_id is its address
    GraphId graph_id;
    std::optional<std::string> input_schema;
    std::optional<std::string> output_schema;
    std::optional<std::int64_t> timeout_ms;
    std::optional<std::string> notifications;

    bool operator==(const FlowDraft&) const = default;
};

struct ScheduleSettings {
    bool enabled = false;
    std::string cron;
    std::string timezone = "UTC";
    std::optional<std::string> input_data;  // JSON
    std::string overlap_mode = "skip";      // skip queue_one parallel
    std::string missed = "run_once";        // skip run_once

    bool operator==(const ScheduleSettings&) const = default;
};

// A flow that is to be made, with the times it may be started at; it does not start by itself yet.
struct NewFlow {
    FlowId id;
    FlowDraft draft;
    std::optional<ScheduleSettings> schedule = {};
};

struct Flow {
    FlowId id;
    FlowDraft draft;
    std::int64_t revision = 0;
    std::optional<std::int64_t> active_version;
    std::optional<std::int64_t> latest_version;
    bool draft_dirty = false;  // what a start of the active version would not do
    std::int64_t run_count = 0;
    std::int64_t open_run_count = 0;
    Instant created_at;
    Instant updated_at;
};

struct RecentRun {
    RunId id;
    std::string status;
    Instant created_at;
    std::optional<std::int64_t> duration_ms;
};

struct FlowSummary {
    FlowId id;
    std::string name;
    std::string description;
    std::optional<std::int64_t> active_version;
    bool draft_dirty = false;
    std::int64_t run_count = 0;
    Instant created_at;
    Instant updated_at;
    bool webhook_enabled = false;
    bool schedule_enabled = false;
    std::optional<Instant> schedule_next_run;
    std::vector<RecentRun> recent_runs;  // newest first, at most 28
};

struct FlowQuery {
    std::string search = {};  // part of the name or the description, any case of ASCII letters
    std::string cursor = {};
    std::size_t limit = 20;
};

struct Version {
    VersionId id;
    FlowId flow;
    std::int64_t number = 0;
    GraphId graph_id;
    std::string graph;  // empty in lists
    std::optional<std::string> input_schema;
    std::optional<std::string> output_schema;
    std::optional<std::int64_t> timeout_ms;
    std::optional<std::string> notifications;  // JSON; nothing: it is from before there were any
    // Of the sub-flows it calls by snapshot: a JSON object of flow id and version number.
    std::optional<std::string> snapshots;
    std::string change_summary;
    std::string created_by;
    Instant created_at;
    bool active = false;
};

// Makes the draft as it is at `revision` the next version.
struct Publication {
    VersionId id;
    std::int64_t revision = 0;
    std::string change_summary;
    std::string created_by;
    std::optional<std::string> snapshots = {};  // as in Version
};

// An existing version, as somebody chose it who has seen the draft at `revision`.
struct VersionChoice {
    std::int64_t number = 0;
    std::optional<std::int64_t> revision = {};  // nothing: whatever the draft is now
};

// Whom the active version of a flow tells of the ends of runs.
struct FlowNotifications {
    FlowId flow;
    std::string notifications;  // JSON
};

struct RunSummary {
    RunRow row;
    std::string flow_name;  // "" when the flow is gone
    bool pinned = false;
};

// Everything given must hold; an empty list allows everything.
struct RunQuery {
    std::vector<FlowId> flows = {};
    std::vector<std::string> statuses = {};
    std::vector<std::string> triggers = {};
    std::optional<Instant> from = {};  // of created_at, both inclusive
    std::optional<Instant> to = {};
    std::optional<bool> pinned = {};
    std::optional<RunId> parent = {};
    std::optional<bool> top_level = {};  // false: only those that other runs started
    std::string search = {};  // begin of the id, part of the flow's name or of a recent error
    std::string cursor = {};
    std::size_t limit = 20;
};

// The runs that a node of a run has started. Ids of the items of a map are in the order of items.
struct ChildQuery {
    RunId parent;
    std::string node_id;
    std::vector<std::string> statuses = {};  // empty: all
    std::string cursor = {};
    std::size_t limit = 20;
};

struct OpenRunCounts {
    std::int64_t pending = 0;
    std::int64_t running = 0;
    std::int64_t suspended = 0;

    std::int64_t total() const { return pending + running + suspended; }
};

struct AuditEntry {
    std::int64_t id = 0;  // given by the database
    std::optional<RunId> run;
    std::optional<FlowId> flow;
    std::string action;  // DELETED, CANCELLED, PUBLISHED, …
    std::string actor;
    std::optional<std::string> metadata;  // JSON
    Instant created_at;
    std::string flow_name = {};  // read only; "" when the flow is gone
};

struct SettingRow {
    std::string key;
    std::string value;  // JSON
};

// A secret or variable, sealed; the store cannot read it.
struct SecretRow {
    std::string name;
    std::string kind;    // secret, variable, server
    std::string key_id;  // of the key it is sealed with
    std::string sealed;
    Instant created_at;
    Instant updated_at;

    bool operator==(const SecretRow&) const = default;
};

struct FlowGraphs {
    FlowId id;
    std::string name;
    GraphDocument draft;
    std::optional<GraphDocument> active;
    // JSON: whom both tell of the ends of runs.
    std::optional<std::string> draft_notifications = {};
    std::optional<std::string> active_notifications = {};
};

struct AuditQuery {
    std::optional<RunId> run = {};
    std::optional<FlowId> flow = {};
    std::vector<std::string> actions = {};  // any of them; empty: all
    std::string cursor = {};
    std::size_t limit = 20;
};

// Who does something, for the audit log.
struct Actor {
    std::string name = "system";
    std::optional<std::string> metadata;  // JSON, such as {"reason":"user_request"}
};

}  // namespace swiftgrid::store
