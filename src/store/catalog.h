#pragma once

// Flows, versions, runs and the rest of the ordinary rows, for the threads that answer requests.
// Thread-safe and blocking. Reads use the database's readers and see what is committed; changes
// ride in the journal's commits and are on disk when the call returns. Never call it on a shard's
// or the committer's thread. Ids and times come in as arguments.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

class Catalog {
public:
    // Both outlive the catalogue; the journal writes to the same database.
    Catalog(Database& database, Journal& journal) : database_(database), journal_(journal) {}

    // Flows, newest first.
    Result<Page<FlowSummary>> list_flows(const FlowQuery& query);
    Result<Flow> get_flow(FlowId flow);
    // Any id that has this name exactly, for imports and the command line.
    Result<std::optional<FlowId>> find_flow_by_name(const std::string& name);
    Result<Flow> create_flow(FlowId flow, const FlowDraft& draft, Instant now);
    // All or none, in this order.
    Result<std::vector<Flow>> create_flows(std::span<const NewFlow> flows, Instant now);
    // `precondition_failed` when the flow's revision is another.
    Result<Flow> update_flow(FlowId flow, std::int64_t revision, const FlowDraft& draft,
                             Instant now);
    // With its versions, runs and events, some hundred runs per commit, the flow last. `conflict`
    // when a run is open, unless forced: then cancel the open runs before. Runs whose parent is an
    // open run of another flow stay.
    Result<void> delete_flow(FlowId flow, bool force, const Actor& actor, Instant now);

    // Versions, newest first; the cursor of a page is its last number.
    Result<Page<Version>> list_versions(FlowId flow, const std::string& cursor, std::size_t limit);
    Result<Version> get_version(FlowId flow, std::int64_t number);
    // By its id; nothing when the flow has none with it.
    Result<std::optional<Version>> find_version(FlowId flow, VersionId version);
    // `not_found` when nothing was published.
    Result<Version> get_active_version(FlowId flow);
    // The next number, active at once. `precondition_failed` when the draft was saved meanwhile.
    Result<Version> publish(FlowId flow, const Publication& publication, const Actor& actor,
                            Instant now);
    // Makes an older version the active one. `precondition_failed` as above, in both.
    Result<Version> roll_back(FlowId flow, const VersionChoice& choice, const Actor& actor,
                              Instant now);
    // Of every flow whose active version has some, in order of id.
    Result<std::vector<FlowNotifications>> active_notifications();
    // Loads a version into the draft.
    Result<Flow> restore_version(FlowId flow, const VersionChoice& choice, Instant now);

    // Runs, newest first. A page does not get slower with history; where filters let almost no run
    // pass (one trigger of one flow), it ends early and says where to go on.
    Result<Page<RunSummary>> list_runs(const RunQuery& query);
    Result<RunSummary> get_run(RunId run);
    Result<std::vector<EventRecord>> read_events(RunId run, std::uint64_t after_seq,
                                                 std::size_t limit);
    // What a node of a run has started, in order of id.
    Result<Page<RunSummary>> list_children(const ChildQuery& query);
    // Nothing when the node has fanned out nothing.
    Result<std::optional<MapRow>> get_map_iteration(RunId run, const std::string& node_id);
    Result<RunSummary> set_pinned(RunId run, bool pinned);
    // With its events and what it has started (see run_deletion.h); `conflict` while it is open, or
    // while its parent is: that may have to ask for its end again.
    Result<void> delete_run(RunId run, const Actor& actor, Instant now);
    Result<OpenRunCounts> open_run_counts(std::optional<FlowId> flow);

    // The key's run when it is younger than limits::idempotency_hours.
    Result<std::optional<IdempotencyKey>> find_key(const std::string& scope, const std::string& key,
                                                   Instant now);
    // Forgets at most `count_max` keys that are too old; answers how many.
    Result<std::int64_t> forget_old_keys(Instant now, std::int64_t count_max);

    Result<std::optional<std::string>> get_setting(const std::string& key);
    Result<void> put_settings(std::span<const SettingRow> rows, const AuditEntry& audit);

    // Everything that is sealed, in order of name.
    Result<std::vector<SecretRow>> list_secrets();
    Result<std::optional<SecretRow>> find_secret(const std::string& name);
    // All or none; rows that exist keep their `created_at`.
    Result<void> put_secrets(std::span<const SecretRow> rows,
                             const std::optional<AuditEntry>& audit);
    Result<void> delete_secret(const std::string& name, const AuditEntry& audit);
    // The flows whose draft or active version holds one of these words, in order of name.
    Result<std::vector<FlowGraphs>> list_graphs_with(const std::vector<std::string>& words);

    Result<void> add_audit(const AuditEntry& entry);
    Result<Page<AuditEntry>> list_audit(const AuditQuery& query);  // newest first

private:
    using Connection = sqlite::Connection;

    // Runs `change` in the next commit and waits.
    Result<void> change(std::function<Result<void>(Connection&)> apply) {
        return journal_.mutate_and_wait(std::move(apply));
    }

    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store
